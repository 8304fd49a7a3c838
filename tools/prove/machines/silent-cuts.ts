import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Proof } from '../journal.ts';
import { firstPayment, freshStore, judgeTakeover, pause, sayTimes } from '../owner-cuts.ts';
import {
  type OwnerProcess,
  ownerLeaseMs,
  paymentsIn,
  type RunFiles,
  startOwner,
} from '../owner-process.ts';
import { checkRun } from '../owner-records.ts';

const callsOfRun = 500;
// A call may be paid for so long after the last renewal that was answered, and a busy process is a
// little late.
const sureMs = 0.7 * ownerLeaseMs + 100;
const silentMs = 4 * ownerLeaseMs;

/**
 * Cuts the owner of a run off from Postgres without a word, for four leases: it pays nothing once
 * it cannot be sure, another takes over by the lease, and what arrives late is refused.
 */
export async function proveSilentCuts(
  times: number,
  random: () => number,
  server: string,
): Promise<Proof> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-silent-'));
  const takenMs: number[] = [];
  const problems: string[] = [];
  let excess = 0;
  for (let n = 0; n < times; n++) {
    const path = freshStore(server);
    const files = { path, log: join(folder, `${n}.log`), calls: callsOfRun };
    const found = await cutSilently(files, random);
    const checked = await checkRun(files, 1);
    problems.push(...found.problems, ...checked.problems);
    takenMs.push(...(found.takenMs === undefined ? [] : [found.takenMs]));
    excess += checked.excess;
  }
  rmSync(folder, { recursive: true, force: true });
  const says =
    `${times} silent cuts of ${silentMs} ms: taken over in ${sayTimes(takenMs)}, ${excess} calls ` +
    'in flight paid again, none by who was cut off';
  return { says: [says], problems };
}

async function cutSilently(files: RunFiles, random: () => number) {
  await using way = await openWay(files.path);
  const [holder, waiter] = [startOwner({ ...files, path: way.address }), startOwner(files)];
  await holder.ask();
  await firstPayment(files, 0, ({ pid }) => pid === holder.pid);
  await waiter.ask();
  await pause(random() * 300);
  const cutMs = Date.now();
  way.silence();
  const payment = await firstPayment(files, 0, ({ pid }) => pid === waiter.pid, 10_000);
  await pause(Math.max(0, cutMs + silentMs - Date.now()));
  way.speak();
  const [lost, end] = await Promise.all([holder.ended, waiter.ended]);
  const { takenMs, problems } = judgeTakeover(cutMs, payment);
  const late = paymentsIn(files.log).filter(
    ({ pid, atMs }) => pid === holder.pid && atMs > cutMs + sureMs,
  );
  return {
    takenMs,
    problems: [
      ...problems,
      ...wrongEnds(lost, end),
      ...late.map(
        ({ call, atMs }) => `a process paid the call ${call} ${atMs - cutMs} ms after its cut`,
      ),
    ],
  };
}

type End = Awaited<OwnerProcess['ended']>;

function wrongEnds(lost: End, end: End): string[] {
  const isTold = lost?.code === 'run_taken' || lost?.code === 'store_busy';
  return [
    ...(isTold ? [] : [`who was cut off ended with ${lost?.code || 'an answer'}`]),
    ...(end?.code === '' ? [] : [`the successor ended with ${end?.code ?? 'nothing'}`]),
  ];
}

/** A way to a Postgres that can be silent: what is sent meanwhile arrives later. */
export interface Way extends AsyncDisposable {
  readonly address: string;
  silence(): void;
  speak(): void;
}

/** Opens a way to the Postgres of an address. */
export async function openWay(address: string): Promise<Way> {
  const url = new URL(address);
  const [host, port] = [url.hostname, Number(url.port || 5432)];
  const sockets = new Set<Socket>();
  let isSilent = false;
  const server = createServer(client => {
    const behind = connect(port, host);
    for (const [from, to] of [[client, behind] as const, [behind, client] as const]) {
      sockets.add(from);
      from.on('data', data => void to.write(data));
      from.on('error', () => {});
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      if (isSilent) from.pause();
    }
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as { port: number }).port);
  return {
    address: url.href,
    silence() {
      isSilent = true;
      for (const socket of sockets) socket.pause();
    },
    speak() {
      isSilent = false;
      for (const socket of sockets) socket.resume();
    },
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

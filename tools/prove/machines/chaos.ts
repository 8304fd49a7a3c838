import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { hashOf } from '../../../apps/gateway/policy/keys.ts';
import { lastingPort } from '../../postgres/server.ts';
import type { Proof } from '../journal.ts';
import { freshStore } from '../owner-cuts.ts';
import { ended, lineOf, wrongIn } from './batch-cuts.ts';
import { askAlong, type Traffic } from './chaos-traffic.ts';
import { recordedCalls } from './recorded-calls.ts';
import { openWay, type Way } from './silent-cuts.ts';
import { type SlowServer, startSlowServer } from './slow-server.ts';
import { type Killable, startTandem } from './worker-kills.ts';

const lanes = 8;
const ms = 1000;
const linesASecond = 8;
const budgetUsd = 0.5;
const priceUsd = 0.01;
const awayMs = 2000;
const silentMs = 12_000;
const atRestMs = 180_000;

/** A process that is started again whenever it has ended. */
interface Member extends AsyncDisposable {
  readonly name: string;
  readonly way: Way;
  kill(): void;
}

/**
 * Two workers and two gateways on one Postgres, for so many minutes: a batch, long runs and chats
 * within a budget, while each of them and Postgres itself are killed and cut off in random order.
 * No line and no run is lost, nothing that was finished is paid again, no budget is passed, and
 * what is recorded is what the models were asked.
 */
export async function proveChaos(
  minutes: number,
  random: () => number,
  { server, postgres }: { readonly server: string; readonly postgres: Killable },
): Promise<Proof> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-chaos-'));
  const lines = Math.round(minutes * 60 * linesASecond);
  await using models = await startSlowServer({ slots: 6 * lanes, ms });
  const store = freshStore(server);
  writeFileSync(join(folder, 'q.jsonl'), Array.from({ length: lines }, lineOf).join('\n'));
  writeFileSync(join(folder, 'tandem.config.json'), JSON.stringify(configOf(models)));
  const ports = [await lastingPort(), await lastingPort()];
  const members = await Promise.all([
    ...[1, 2].map(n => member(`worker ${n}`, folder, store, ['worker', '--lanes', `${lanes}`])),
    ...ports.map((port, n) =>
      member(`gateway ${n + 1}`, folder, store, [
        'serve',
        '--keep',
        '--port',
        `${port}`,
        '--log-level',
        'error',
      ]),
    ),
  ]);
  const asking = startTandem(folder, store, [
    ...['batch', 'q.jsonl', '--out', 'a.jsonl', '--workers', '--lanes', '100'],
  ]);
  const until = Date.now() + minutes * 60_000;
  const [faults, traffic] = await Promise.all([
    disturb(members, { random, until, postgres }),
    askAlong(ports, { random, until, key: 'chaos' }),
  ]);
  const end = await settled({ ports, traffic, asking });
  for (const each of members) await each[Symbol.asyncDispose]();
  const written = end.code === 'not ended' ? 'a.jsonl.part' : 'a.jsonl';
  const problems = [...wrongIn(folder, written, lines), ...end.lost.slice(0, 3)];
  if (end.code !== 0) problems.push(`the batch ended with ${end.code}`);
  rmSync(folder, { recursive: true, force: true });
  const found = await compared(store, models, faults.length);
  const says =
    `${minutes} min, ${faults.length} faults (${tallied(faults)}): ${lines} lines, ` +
    `${traffic.runs.length} long runs and ${traffic.chats} chats`;
  const lost = `${end.lost.length} runs lost; ${found.says}`;
  return { says: [says, lost], problems: [...problems, ...found.problems] };
}

function configOf({ endpoint }: SlowServer): object {
  const keys = [{ name: 'chaos', hash: hashOf('chaos'), budgetUsdPerDay: budgetUsd }];
  return {
    models: {
      local: { spec: 'openai-compatible:slow', endpoint },
      paid: { spec: 'openai-compatible:paid', endpoint, place: 'cloud' },
    },
    // Five tokens of an answer.
    prices: { paid: { input: 0, output: (priceUsd / 5) * 1e6 } },
    gateway: { keys },
  };
}

async function member(
  name: string,
  folder: string,
  store: string,
  args: readonly string[],
): Promise<Member> {
  const way = await openWay(store);
  let isOver = false;
  let child = startTandem(folder, way.address, args);
  const again = () => {
    if (!isOver) child = startTandem(folder, way.address, args);
    child.once('exit', () => void pause(1000).then(again));
  };
  child.once('exit', () => void pause(1000).then(again));
  return {
    name,
    way,
    kill: () => void child.kill('SIGKILL'),
    async [Symbol.asyncDispose]() {
      isOver = true;
      child.kill('SIGKILL');
      await ended(child);
      await way[Symbol.asyncDispose]();
    },
  };
}

interface Disturbance {
  readonly random: () => number;
  readonly until: number;
  readonly postgres: Killable;
}

// A fault every four to ten seconds.
async function disturb(members: readonly Member[], { random, until, postgres }: Disturbance) {
  const faults: string[] = [];
  while (Date.now() < until) {
    await pause(4000 + random() * 6000);
    const chosen = Math.floor(random() * (2 * members.length + 1));
    const { name, kill, way } = members[chosen % members.length]!;
    if (chosen === 2 * members.length) {
      faults.push('Postgres killed');
      postgres.kill();
      await pause(awayMs);
      await postgres.start();
    } else if (chosen < members.length) {
      faults.push(`${name} killed`);
      kill();
    } else {
      faults.push(`${name} cut off`);
      way.silence();
      await pause(silentMs);
      way.speak();
    }
  }
  return faults;
}

interface Settling {
  readonly ports: readonly number[];
  readonly traffic: Traffic;
  readonly asking: ReturnType<typeof startTandem>;
}

// All that was taken comes to its end, once nothing is disturbed any more.
async function settled({ ports, traffic, asking }: Settling) {
  const untilMs = Date.now() + atRestMs;
  const late = pause(atRestMs, undefined, { ref: false }).then(() => asking.kill('SIGKILL'));
  const code = await Promise.race([ended(asking), late.then(() => 'not ended')]);
  const open = new Map(traffic.runs.map(run => [run.id, run]));
  for (let n = 0; open.size > 0 && Date.now() < untilMs; n++) {
    for (const { id, question } of [...open.values()]) {
      const found = await traffic.standing(ports[n % ports.length]!, id);
      if (found.status !== 'done') continue;
      if (found.said === `answer to ${question}`) open.delete(id);
    }
    await pause(500);
  }
  const lost = await Promise.all(
    [...open.keys()].map(async id => {
      const { status, said } = await traffic.standing(ports[0]!, id);
      return `run ${id} is ${status}, with "${said ?? 'no answer'}"`;
    }),
  );
  return { code, lost };
}

// What was finished is recorded once; what was asked beside it was in flight when something died.
async function compared(store: string, models: SlowServer, faults: number) {
  const { finished, twice } = await recordedCalls(store);
  const asked = models.served();
  const beside = asked - finished;
  const most = faults * 6 * lanes;
  const problems = twice.map(run => `run ${run} has paid a finished call again`);
  if (beside < 0 || beside > most)
    problems.push(`${asked} calls asked, ${finished} recorded: ${beside} beside, at most ${most}`);
  const paid = [...models.answers].filter(([question]) => question.startsWith('paid '));
  const spent = paid.reduce((sum, [, times]) => sum + times * priceUsd, 0);
  if (spent > budgetUsd + 1e-9) problems.push(`a key of $${budgetUsd} has spent $${spent}`);
  const says =
    `${asked} calls asked, ${finished} recorded as finished, ${beside} cut off; ` +
    `$${spent.toFixed(2)} of $${budgetUsd} spent`;
  return { says, problems };
}

function tallied(faults: readonly string[]): string {
  const counts = Object.entries(Object.groupBy(faults, fault => fault));
  return counts.map(([fault, all]) => `${fault} ${all?.length}`).join(', ');
}

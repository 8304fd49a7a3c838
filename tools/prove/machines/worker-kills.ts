import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Proof } from '../journal.ts';
import { freshStore } from '../owner-cuts.ts';
import { ended, lineOf, linesIn, wrongIn } from './batch-cuts.ts';
import { startSlowServer } from './slow-server.ts';

const lanes = 8;
const ms = 500;
const lines = 480;
const awayMs = 2000;
const startMs = 3000;
// What a dead worker had is brought again after so many seconds, behind what waits.
const failOver = 12;

/** A Postgres that may be killed and started again; absent where it is somebody else's. */
export interface Killable {
  kill(): void;
  start(): Promise<void>;
}

/** What happens while a batch is answered, and how long that may take. */
interface Disturbance {
  readonly name: string;
  /** Seconds that a batch of 480 lines may take; the worker that is left does most of the last. */
  readonly atMost: number;
  readonly happens: (reached: (part: number) => Promise<void>) => Promise<void>;
}

/**
 * Batches that two workers answer from a queue on Postgres: undisturbed, with Postgres killed for
 * two seconds, and with one worker killed at three tenths. No line is lost, at most the calls of
 * the dead worker are paid again, the same file again costs no call, and none takes much longer
 * than it must.
 */
export async function proveWorkerKills(
  server: string,
  postgres: Killable | undefined,
): Promise<Proof> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-workers-'));
  await using models = await startSlowServer({ slots: 2 * lanes, ms });
  const local = { spec: 'openai-compatible:slow', endpoint: models.endpoint };
  writeFileSync(join(folder, 'tandem.config.json'), JSON.stringify({ models: { local } }));
  const store = freshStore(server);
  const start = (...args: string[]) => startTandem(folder, store, args);
  const workers = [1, 2].map(() => start('worker', '--lanes', String(lanes)));
  const disturbances = disturbedBy(workers[0]!, postgres);
  const proofs: Proof[] = [];
  try {
    // Workers that are up: the clock is the batch's.
    await pause(startMs);
    for (const each of disturbances)
      proofs.push(await proveBatch(each, { folder, start, served: models.served }));
  } finally {
    for (const worker of workers) worker.kill('SIGKILL');
    await Promise.all(workers.map(ended));
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    says: proofs.flatMap(({ says }) => says),
    problems: proofs.flatMap(({ problems }) => problems),
  };
}

function disturbedBy(worker: ChildProcess, postgres: Killable | undefined): Disturbance[] {
  const ideal = (lines * ms) / (2 * lanes * 1000);
  const calm = { name: 'undisturbed', atMost: 1.15 * ideal, happens: async () => {} };
  const alone = {
    name: 'one worker killed',
    atMost: 0.3 * ideal + 1.15 * 0.7 * 2 * ideal + failOver,
    async happens(reached: (part: number) => Promise<void>) {
      await reached(0.3);
      worker.kill('SIGKILL');
    },
  };
  if (!postgres) return [calm, alone];
  const away = {
    name: `Postgres away for ${awayMs} ms`,
    atMost: 22,
    async happens(reached: (part: number) => Promise<void>) {
      await reached(0.6);
      postgres.kill();
      await pause(awayMs);
      await postgres.start();
    },
  };
  return [calm, away, alone];
}

interface Batching {
  readonly folder: string;
  readonly start: (...args: string[]) => ChildProcess;
  readonly served: () => number;
}

async function proveBatch(
  { name, atMost, happens }: Disturbance,
  { folder, start, served }: Batching,
): Promise<Proof> {
  const about = name.replaceAll(' ', '-');
  const asked = Array.from({ length: lines }, (_, n) =>
    lineOf(_, n).replace('"model"', `"user":"${about}","model"`),
  );
  writeFileSync(join(folder, `${about}.jsonl`), asked.join('\n'));
  const batch = (out: string) =>
    start('batch', `${about}.jsonl`, '--out', out, '--workers', '--lanes', '100');
  const [before, begun] = [served(), performance.now()];
  const asking = batch(`${about}-a`);
  await happens(part => answered(join(folder, `${about}-a.part`), lines * part, asking));
  const code = await ended(asking);
  const seconds = (performance.now() - begun) / 1000;
  const calls = served() - before;
  const problems =
    code === 0 ? wrongIn(folder, `${about}-a`, lines) : [`batch: ended with ${code}`];
  if (calls > lines + lanes) problems.push(`workers: ${calls} calls for ${lines} lines`);
  const codeAgain = await ended(batch(`${about}-b`));
  if (codeAgain === 0) problems.push(...wrongIn(folder, `${about}-b`, lines));
  const again = served() - before - calls;
  if (codeAgain !== 0 || again > 0) problems.push(`workers: the same file again: ${again} calls`);
  const took = `${seconds.toFixed(1)} s (at most ${atMost.toFixed(1)})`;
  if (seconds > atMost && !isBusy()) problems.push(`workers, ${name}: ${took}`);
  const says =
    `${lines} lines × ${ms} ms by two workers of ${lanes} lanes, ${name}: ${calls} calls ` +
    `(at most ${lines + lanes}), ${took}; the same file again: ${again} calls`;
  return { says: [says], problems };
}

// On a machine that others use, times say nothing of the queue.
function isBusy(): boolean {
  return loadavg()[0]! > 2 * availableParallelism();
}

/** Starts a command of Tandem in a folder, over a store. */
export function startTandem(folder: string, store: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [resolve('bin/tandem.mjs'), ...args, '--json'], {
    cwd: folder,
    env: {
      ...{ PATH: process.env.PATH ?? '', HOME: folder, TANDEM_DISCOVERY: 'off' },
      TANDEM_STORE: store,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function answered(part: string, count: number, asking: ChildProcess): Promise<void> {
  while (linesIn(part) < count && asking.exitCode === null) await pause(20);
}

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Proof } from '../journal.ts';
import { freshStore } from '../owner-cuts.ts';
import { ended, lineOf, linesIn, wrongIn } from './batch-cuts.ts';
import { startSlowServer } from './slow-server.ts';

const lanes = 8;
const ms = 500;
const awayMs = 2000;

/** A Postgres that may be killed and started again; absent where it is somebody else's. */
export interface Killable {
  kill(): void;
  start(): Promise<void>;
}

/**
 * A batch that two workers answer from a queue on Postgres: one is killed at three tenths, and
 * Postgres itself at six, for two seconds. No line is lost, at most the calls of the dead worker
 * are paid again, and the same file again costs no call.
 */
export async function proveWorkerKills(
  share: number,
  server: string,
  postgres: Killable | undefined,
): Promise<Proof> {
  const lines = Math.max(96, Math.round(480 * share));
  const folder = mkdtempSync(join(tmpdir(), 'tandem-workers-'));
  await using models = await startSlowServer({ slots: 2 * lanes, ms });
  const local = { spec: 'openai-compatible:slow', endpoint: models.endpoint };
  writeFileSync(join(folder, 'tandem.config.json'), JSON.stringify({ models: { local } }));
  writeFileSync(join(folder, 'q.jsonl'), Array.from({ length: lines }, lineOf).join('\n'));
  const store = freshStore(server);
  const start = (...args: string[]) => startTandem(folder, store, args);
  const workers = [1, 2].map(() => start('worker', '--lanes', String(lanes)));
  const batch = (out: string) =>
    start('batch', 'q.jsonl', '--out', out, '--workers', '--lanes', '100');
  try {
    const begun = performance.now();
    const asking = batch('a.jsonl');
    await answered(folder, lines * 0.3, asking);
    workers[0]!.kill('SIGKILL');
    await answered(folder, lines * 0.6, asking);
    if (postgres) {
      postgres.kill();
      await pause(awayMs);
      await postgres.start();
    }
    const code = await ended(asking);
    const seconds = (performance.now() - begun) / 1000;
    const asked = models.served();
    const problems = code === 0 ? wrongIn(folder, 'a.jsonl', lines) : [`batch: ended with ${code}`];
    if (asked > lines + lanes) problems.push(`workers: ${asked} calls for ${lines} lines`);
    const codeAgain = await ended(batch('b.jsonl'));
    if (codeAgain === 0) problems.push(...wrongIn(folder, 'b.jsonl', lines));
    const again = models.served() - asked;
    if (codeAgain !== 0 || again > 0) problems.push(`workers: the same file again: ${again} calls`);
    const away = postgres ? `, Postgres away for ${awayMs} ms` : '';
    const says =
      `${lines} lines × ${ms} ms by two workers of ${lanes} lanes, one killed${away}: ` +
      `${asked} calls (at most ${lines + lanes}), ${seconds.toFixed(1)} s; the same file again: ` +
      `${again} calls`;
    return { says: [says], problems };
  } finally {
    for (const worker of workers) worker.kill('SIGKILL');
    await Promise.all(workers.map(ended));
    rmSync(folder, { recursive: true, force: true });
  }
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

async function answered(folder: string, count: number, asking: ChildProcess): Promise<void> {
  while (linesIn(join(folder, 'a.jsonl.part')) < count && asking.exitCode === null) await pause(20);
}

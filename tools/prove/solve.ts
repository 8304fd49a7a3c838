import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openLedger } from '../../src/runs/ledger.ts';
import type { Proof } from './journal.ts';

const disks = 15;
const runId = '0d6f6a52-8a4b-4c3e-9d53-0f1d2b3c4d5e';

/**
 * Kills a solve loop with SIGKILL at so many instants, resuming it each time: every step is the one
 * that a loop that nobody killed has accepted, with the votes that it has taken, and the file is
 * whole.
 */
export async function proveSolve(kills: number, random: () => number): Promise<Proof> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-prove-'));
  const whole = join(folder, 'whole.db');
  const begun = performance.now();
  await child(whole, undefined);
  const longest = performance.now() - begun;
  const expected = await stepsIn(whole);
  const problems: string[] = [];
  let [killed, runs] = [0, 0];
  while (killed < kills) {
    const path = join(folder, `${runs++}.db`);
    for (let isDone = false; !isDone; ) {
      const wasKilled = await child(path, killed < kills ? random() * longest : undefined);
      if (wasKilled) killed++;
      isDone = !wasKilled;
    }
    if ((await stepsIn(path)) !== expected) problems.push(`run ${runs} ends with other steps`);
    const database = new DatabaseSync(path);
    const [row] = database.prepare('pragma integrity_check').all() as { integrity_check: string }[];
    database.close();
    if (row?.integrity_check !== 'ok')
      problems.push(`run ${runs}: integrity check: ${row?.integrity_check}`);
  }
  rmSync(folder, { recursive: true, force: true });
  return {
    says: [
      `${killed} kills over ${runs} runs of ${2 ** disks - 1} steps, all resumed to the same steps`,
    ],
    problems,
  };
}

function child(path: string, killAfterMs: number | undefined): Promise<boolean> {
  return new Promise(resolve => {
    const program = join(import.meta.dirname, '../../bench/maker-child.ts');
    const process_ = spawn(process.execPath, [program, path, String(disks), '0.95', '0.97'], {
      stdio: 'ignore',
    });
    const timer =
      killAfterMs === undefined
        ? undefined
        : setTimeout(() => process_.kill('SIGKILL'), killAfterMs);
    process_.on('close', (_code, signal) => {
      clearTimeout(timer);
      resolve(signal === 'SIGKILL');
    });
  });
}

/** The accepted steps with their votes, as one text. */
async function stepsIn(path: string): Promise<string> {
  using ledger = await openLedger({ path, runId });
  const lines = await ledger.fold<string[]>([], (all, { action, votes, flagged }) => {
    all.push(`${action} ${votes} ${flagged}`);
    return all;
  });
  return `${lines.length}\n${lines.join('\n')}`;
}

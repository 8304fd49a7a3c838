import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const calls = 500;
const expected = Array.from({ length: calls }, (_, n) => `answer ${n * 7}`).join(',');

/** What a proof came to. */
export interface Proof {
  readonly says: readonly string[];
  readonly problems: readonly string[];
}

/**
 * Kills a run of 500 calls with SIGKILL at so many instants, resuming it each time: no finished call is made again,
 * the result is the same, and the file is whole.
 */
export async function proveJournal(kills: number, random: () => number): Promise<Proof> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-prove-'));
  const problems: string[] = [];
  let [killed, runs, repeated, longest] = [0, 0, 0, 400];
  while (killed < kills) {
    // A run that has finished gives way to a new one, in a file of its own.
    const files = { path: join(folder, `${runs}.db`), log: join(folder, `${runs}.log`) };
    runs++;
    for (;;) {
      const before = finishedIn(files.path);
      const made = lines(files.log).length;
      const delay = killed < kills ? Math.floor(random() * longest) : undefined;
      const begun = performance.now();
      const { output, wasKilled } = await child(files, delay);
      const again = lines(files.log)
        .slice(made)
        .filter(n => before.has(n));
      repeated += again.length;
      if (again.length > 0) problems.push(`finished calls were made again: ${again.slice(0, 5).join(', ')}`);
      if (wasKilled) {
        killed++;
        continue;
      }
      if (output !== expected) problems.push(`the result differs: ${output.slice(0, 60)}…`);
      longest = Math.max(100, (performance.now() - begun) * 1.1);
      break;
    }
    problems.push(...damage(files.path));
  }
  rmSync(folder, { recursive: true, force: true });
  return {
    says: [`${killed} kills over ${runs} runs of ${calls} calls; finished calls made again: ${repeated}`],
    problems,
  };
}

function child(files: { path: string; log: string }, killAfterMs: number | undefined) {
  return new Promise<{ output: string; wasKilled: boolean }>(resolve => {
    const program = join(import.meta.dirname, 'journal-child.ts');
    const process_ = spawn(process.execPath, [program, files.path, files.log, String(calls)]);
    let output = '';
    process_.stdout.on('data', chunk => {
      output += chunk;
    });
    const timer = killAfterMs === undefined ? undefined : setTimeout(() => process_.kill('SIGKILL'), killAfterMs);
    process_.on('close', (_code, signal) => {
      clearTimeout(timer);
      resolve({ output: output.trim(), wasKilled: signal === 'SIGKILL' });
    });
  });
}

function finishedIn(path: string): Set<string> {
  if (!existsSync(path)) return new Set();
  const database = new DatabaseSync(path);
  try {
    const rows = database.prepare('select slot from call').all() as { slot: string }[];
    return new Set(rows.map(({ slot }) => /job (\d+)/.exec(slot)?.[1] ?? ''));
  } catch {
    // Killed before the tables were made.
    return new Set();
  } finally {
    database.close();
  }
}

function damage(path: string): string[] {
  const database = new DatabaseSync(path);
  const [row] = database.prepare('pragma integrity_check').all() as { integrity_check: string }[];
  const { count } = database.prepare('select count(distinct slot) as count from call').get() as { count: number };
  database.close();
  return [
    ...(row?.integrity_check === 'ok' ? [] : [`integrity check: ${row?.integrity_check}`]),
    ...(count === calls ? [] : [`${count} of ${calls} calls are recorded`]),
  ];
}

function lines(path: string): string[] {
  return existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter(line => line !== '')
    : [];
}

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What a proof came to. */
export interface Proof {
  readonly says: readonly string[];
  readonly problems: readonly string[];
}

/** A program that may be killed at any instant, and what it must come to. */
interface Program {
  /**
   * A file beside this one. It is given the journal, a log to which it adds a line for each call,
   * and their number.
   */
  readonly file: string;
  readonly calls: number;
  readonly expected: string;
  /** Finds the line of a call in its slot. */
  readonly line: RegExp;
}

/** Kills a run of 500 calls at so many instants, as `proveResumed` does. */
export function proveJournal(kills: number, random: () => number): Promise<Proof> {
  const expected = Array.from({ length: 500 }, (_, n) => `answer ${n * 7}`).join(',');
  return proveResumed(
    { file: 'journal-child.ts', calls: 500, expected, line: /job (\d+)/ },
    kills,
    random,
  );
}

/**
 * Kills a relay over a document of 500 parts, and its manager, at so many instants, as
 * `proveResumed` does.
 */
export function proveChain(kills: number, random: () => number): Promise<Proof> {
  const program = {
    file: 'chain-child.ts',
    calls: 501,
    expected: '500 parts; 11 facts',
    line: /(pass \d+ part \d+|manager)/,
  };
  return proveResumed(program, kills, random);
}

/**
 * Kills MINIONS over 250 chunks with two tasks each, and its answer, at so many instants, as
 * `proveResumed` does.
 */
export function proveMinions(kills: number, random: () => number): Promise<Proof> {
  const expected = '250 chunks; 10 extracts';
  return proveResumed(
    { file: 'minions-child.ts', calls: 501, expected, line: /(chunk \d+ \w+|reduce)/ },
    kills,
    random,
  );
}

/**
 * Kills a program with SIGKILL at so many instants, resuming it each time: no finished call is made
 * again, the result is the same, and the file is whole.
 */
async function proveResumed(program: Program, kills: number, random: () => number): Promise<Proof> {
  const { calls, expected } = program;
  const folder = mkdtempSync(join(tmpdir(), 'tandem-prove-'));
  const problems: string[] = [];
  let [killed, runs, repeated, longest] = [0, 0, 0, 400];
  while (killed < kills) {
    // A run that has finished gives way to a new one, in a file of its own.
    const files = { path: join(folder, `${runs}.db`), log: join(folder, `${runs}.log`) };
    runs++;
    for (;;) {
      const before = finishedIn(files.path, program);
      const made = lines(files.log).length;
      const delay = killed < kills ? Math.floor(random() * longest) : undefined;
      const begun = performance.now();
      const { output, wasKilled } = await child(program, files, delay);
      const again = lines(files.log)
        .slice(made)
        .filter(n => before.has(n));
      repeated += again.length;
      if (again.length > 0)
        problems.push(`finished calls were made again: ${again.slice(0, 5).join(', ')}`);
      if (wasKilled) {
        killed++;
        continue;
      }
      if (output !== expected) problems.push(`the result differs: ${output.slice(0, 60)}…`);
      longest = Math.max(100, (performance.now() - begun) * 1.1);
      break;
    }
    problems.push(...damage(files.path, calls));
  }
  rmSync(folder, { recursive: true, force: true });
  return {
    says: [
      `${killed} kills over ${runs} runs of ${calls} calls; finished calls made again: ${repeated}`,
    ],
    problems,
  };
}

function child(
  { file, calls }: Program,
  files: { path: string; log: string },
  killAfterMs: number | undefined,
) {
  return new Promise<{ output: string; wasKilled: boolean }>(resolve => {
    const program = join(import.meta.dirname, file);
    const process_ = spawn(process.execPath, [program, files.path, files.log, String(calls)]);
    let output = '';
    process_.stdout.on('data', chunk => {
      output += chunk;
    });
    const timer =
      killAfterMs === undefined
        ? undefined
        : setTimeout(() => process_.kill('SIGKILL'), killAfterMs);
    process_.on('close', (_code, signal) => {
      clearTimeout(timer);
      resolve({ output: output.trim(), wasKilled: signal === 'SIGKILL' });
    });
  });
}

function finishedIn(path: string, { line }: Program): Set<string> {
  if (!existsSync(path)) return new Set();
  const database = new DatabaseSync(path);
  try {
    const rows = database.prepare('select slot from call').all() as { slot: string }[];
    return new Set(rows.map(({ slot }) => line.exec(slot)?.[1] ?? ''));
  } catch {
    // Killed before the tables were made.
    return new Set();
  } finally {
    database.close();
  }
}

function damage(path: string, calls: number): string[] {
  const database = new DatabaseSync(path);
  const [row] = database.prepare('pragma integrity_check').all() as { integrity_check: string }[];
  const { count } = database.prepare('select count(distinct slot) as count from call').get() as {
    count: number;
  };
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

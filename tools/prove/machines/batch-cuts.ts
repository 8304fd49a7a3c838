import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Proof } from '../journal.ts';
import { startSlowServer } from './slow-server.ts';

const lanes = 16;
const ms = 500;

/**
 * A batch on SQLite in one process, killed twice in the middle: no line is lost, no line that was
 * finished is asked again, the answers stand in the order of the requests, and the same file again
 * costs no call.
 */
export async function proveBatchCuts(share: number, random: () => number): Promise<Proof> {
  const lines = Math.max(96, Math.round(480 * share));
  const folder = mkdtempSync(join(tmpdir(), 'tandem-batch-'));
  await using server = await startSlowServer({ slots: lanes, ms });
  const local = { spec: 'openai-compatible:slow', endpoint: server.endpoint };
  writeFileSync(join(folder, 'tandem.config.json'), JSON.stringify({ models: { local } }));
  writeFileSync(join(folder, 'q.jsonl'), Array.from({ length: lines }, lineOf).join('\n'));
  try {
    const problems: string[] = [];
    let excess = 0;
    for (const part of [0.25, 0.6]) {
      const child = start(folder, 'a.jsonl');
      await finished(folder, Math.round(lines * part));
      await pause(random() * ms);
      child.kill('SIGKILL');
      await ended(child);
      excess += lanes;
    }
    const begun = performance.now();
    const before = linesIn(join(folder, 'a.jsonl.part')) - 1;
    const code = await ended(start(folder, 'a.jsonl'));
    const tookMs = performance.now() - begun;
    const asked = server.served();
    problems.push(...wrongIn(folder, 'a.jsonl', lines));
    if (code !== 0) problems.push(`batch: ended with ${code}`);
    if (asked > lines + excess) problems.push(`batch: ${asked} calls for ${lines} lines`);
    await ended(start(folder, 'b.jsonl'));
    problems.push(...wrongIn(folder, 'b.jsonl', lines));
    const again = server.served() - asked;
    if (again > 0) problems.push(`batch: the same file again cost ${again} calls`);
    const ideal = (Math.ceil((lines - before) / lanes) * ms) / 1000;
    const says =
      `a batch of ${lines} lines × ${ms} ms in ${lanes} lanes, killed twice: ${asked} calls ` +
      `(at most ${lines + excess}), the last part in ${(tookMs / 1000).toFixed(1)} s with its ` +
      `start (ideal ${ideal.toFixed(1)} s); the same file again: ${again} calls`;
    return { says: [says], problems };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes the request number so and so of a batch. */
export function lineOf(_: unknown, n: number): string {
  const body = { model: 'local', messages: [{ role: 'user', content: `call ${n}` }] };
  return JSON.stringify({ custom_id: `r${n}`, url: '/v1/chat/completions', body });
}

function start(folder: string, out: string): ChildProcess {
  const args = ['batch', 'q.jsonl', '--out', out, '--lanes', String(lanes), '--json'];
  return spawn(process.execPath, [resolve('bin/tandem.mjs'), ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', HOME: folder, TANDEM_DISCOVERY: 'off' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** Waits for the end of a process. */
export function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise(done => child.once('exit', done));
}

async function finished(folder: string, count: number): Promise<void> {
  while (linesIn(join(folder, 'a.jsonl.part')) < count) await pause(20);
}

/** Counts the whole lines of a file. */
export function linesIn(file: string): number {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
}

/** Says what is wrong with the output of a batch. */
export function wrongIn(folder: string, out: string, lines: number): string[] {
  const rows = readFileSync(join(folder, out), 'utf8').trim().split('\n');
  const said = rows.map(row => {
    const { custom_id: id, response } = JSON.parse(row) as Row;
    const { choices, error } = response?.body ?? {};
    return `${id}: ${choices?.[0]?.message.content ?? error?.message}`;
  });
  const wrong = said.filter((text, n) => text !== `r${n}: answer to call ${n}`);
  if (rows.length !== lines) wrong.push(`${rows.length} lines of ${lines}`);
  return wrong.slice(0, 3).map(text => `batch: ${out} has ${text}`);
}

interface Row {
  readonly custom_id: string;
  readonly response?: {
    readonly body: {
      readonly choices?: { readonly message: { readonly content: string } }[];
      readonly error?: { readonly message: string };
    };
  };
}

import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freshStore } from '../owner-cuts.ts';
import { ended, wrongIn } from './batch-cuts.ts';
import { startSlowServer } from './slow-server.ts';
import { startTandem } from './worker-kills.ts';

const sampleMs = 1000;
const tickMs = 10;

/** What a process held early and late. */
export interface Growth {
  readonly name: string;
  /** Bytes. */
  readonly first: number;
  readonly last: number;
}

/** Says how a process grew. */
export function saidGrowth({ name, first, last }: Growth): string {
  return `${name} ${(first / 1e6).toFixed(0)} → ${(last / 1e6).toFixed(0)} MB`;
}

/** Workers with a model server each, and a batch that they answer. */
export interface Pass {
  /** Of OpenAI's batch format. */
  readonly lines: readonly string[];
  readonly workers: number;
  /** Lines that a worker takes at a time. Default: its own. */
  readonly lanes?: number;
  /** Calls that its server answers at a time. */
  readonly slots: number;
  /** Milliseconds of a call. */
  readonly ms: number;
}

/** The Postgres of a pass. */
export interface PassPostgres {
  readonly url: string;
  /** Of its first process. */
  pid(): number;
}

/** Has a batch answered by workers, and says at which rate and what that took. */
export async function passLines(
  { lines: all, workers, lanes, slots, ms }: Pass,
  postgres: PassPostgres,
) {
  const lines = all.length;
  const folder = mkdtempSync(join(tmpdir(), 'tandem-lines-'));
  const store = freshStore(postgres.url);
  const models = await Promise.all(
    Array.from({ length: workers }, () => startSlowServer({ slots, ms })),
  );
  const places = models.map(({ endpoint }, n) => placeFor(join(folder, `worker-${n}`), endpoint));
  writeFileSync(join(places[0]!, 'q.jsonl'), all.join('\n'));
  const working = places.map(place =>
    startTandem(place, store, [
      ...['worker', ...(lanes === undefined ? [] : ['--lanes', String(lanes)])],
    ]),
  );
  try {
    await pause(3000);
    const begun = performance.now();
    const asking = startTandem(places[0]!, store, [
      ...['batch', 'q.jsonl', '--out', 'a.jsonl', '--workers'],
    ]);
    const named = [
      ['batch', asking.pid!] as const,
      ...working.map((each, n) => [`worker ${n + 1}`, each.pid!] as const),
      ['Postgres', postgres.pid()] as const,
      ['servers', process.pid] as const,
    ];
    const [code, seen] = await Promise.all([ended(asking), watch(named, asking)]);
    const seconds = (performance.now() - begun) / 1000;
    const problems = wrongIn(places[0]!, 'a.jsonl', lines);
    if (code !== 0) problems.push(`the batch ended with ${code}`);
    const asked = models.reduce((sum, { served }) => sum + served(), 0);
    if (asked !== lines) problems.push(`${asked} calls for ${lines} lines`);
    const { memory, spentMs } = seen;
    const costs = [...spentMs].map(([name, each]) => `${name} ${(each / lines).toFixed(2)} ms`);
    const costMs = [...spentMs.values()].reduce((sum, each) => sum + each, 0) / lines;
    return { perSecond: lines / seconds, problems, memory, costs: costs.join(', '), costMs };
  } finally {
    for (const worker of working) worker.kill('SIGKILL');
    await Promise.all(working.map(ended));
    for (const each of models) await each[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  }
}

// A folder whose model is at an address.
function placeFor(place: string, endpoint: string): string {
  const local = { spec: 'openai-compatible:slow', endpoint };
  mkdirSync(place);
  writeFileSync(join(place, 'tandem.config.json'), JSON.stringify({ models: { local } }));
  return place;
}

// What each process holds, and the processor time that it took, until the batch has ended.
async function watch(named: readonly (readonly [string, number])[], asking: ChildProcess) {
  let isOver = false;
  const over = ended(asking).then(() => {
    isOver = true;
  });
  const seen = new Map<string, number[]>(named.map(([name]) => [name, []]));
  const spentMs = new Map<string, number>();
  const before = new Map(named.map(([name, pid]) => [name, usageOf(pid).spentMs]));
  while (!isOver) {
    for (const [name, pid] of named) {
      const usage = usageOf(pid);
      if (usage.bytes === 0) continue;
      seen.get(name)!.push(usage.bytes);
      spentMs.set(name, usage.spentMs - before.get(name)!);
    }
    await Promise.race([pause(sampleMs), over]);
  }
  // A server of many processes holds what its clients ask for.
  const growing = [...seen].filter(([name]) => /^(?:batch|worker)/.test(name));
  const memory = growing.map(([name, bytes]): Growth => {
    const fifth = Math.floor(bytes.length / 5);
    const first = middle(bytes.slice(fifth, 2 * fifth || 1));
    return { name, first, last: middle(bytes.slice(-fifth || undefined)) };
  });
  return { memory, spentMs };
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

// Linux tells both of a process; elsewhere nothing is known of them. What its children took counts,
// whether they have ended or not.
function usageOf(pid: number): { readonly bytes: number; readonly spentMs: number } {
  try {
    const rest = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    const ticks = rest.slice(11, pid === process.pid ? 13 : 15).map(Number);
    const ownMs = ticks.reduce((sum, each) => sum + each, 0) * tickMs;
    const children = pid === process.pid ? [] : childrenOf(pid);
    const theirs = children.reduce((sum, child) => sum + usageOf(child).spentMs, 0);
    return { bytes: Number(rest[21]) * 4096, spentMs: ownMs + theirs };
  } catch {
    return { bytes: 0, spentMs: 0 };
  }
}

function childrenOf(pid: number): number[] {
  const listed = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return listed === '' ? [] : listed.split(' ').map(Number);
}

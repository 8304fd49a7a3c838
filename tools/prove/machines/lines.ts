import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Proof } from '../journal.ts';
import { freshStore } from '../owner-cuts.ts';
import { ended, wrongIn } from './batch-cuts.ts';
import { startSlowServer } from './slow-server.ts';
import { startTandem } from './worker-kills.ts';

const slots = 2;
const ms = 200;
const workers = 4;
const questionsADocument = 3;
const documentLength = 1500;
const leastShare = 0.85;
const sampleMs = 1000;
// Both are the middle of a fifth of the time: the second one, and the last. A process that was just
// started grows until it has done everything some times.
const leastLong = 5000;
const mostGrowth = { times: 1.15, bytes: 16e6 };
const tickMs = 10;

/**
 * Three questions on each of many documents, as lines of a batch, through four workers with a model
 * server each: the rate is hardly less than four times that of one worker, and no process grows.
 */
export async function proveLines(lines: number, server: string): Promise<Proof> {
  const alone = await pass(Math.max(60, Math.round(lines / 30)), 1, server);
  const together = await pass(lines, workers, server);
  const share = together.perSecond / (workers * alone.perSecond);
  const grown = together.memory.filter(
    ({ first, last }) =>
      lines >= leastLong && last > first * mostGrowth.times && last > first + mostGrowth.bytes,
  );
  const says =
    `${lines} lines × ${ms} ms by ${workers} workers of ${slots} slots: ` +
    `${together.perSecond.toFixed(2)} a second, one ${alone.perSecond.toFixed(2)}: ` +
    `${share.toFixed(3)} of four times (ideal rate ${((workers * slots * 1000) / ms).toFixed(0)})`;
  const memory = together.memory.map(said).join(', ');
  const costs = `processor time a line: ${together.costs}; memory ${memory}`;
  return {
    says: [says, costs],
    problems: [
      ...alone.problems,
      ...together.problems,
      ...(share < leastShare ? [`less than ${leastShare} of four workers: ${says}`] : []),
      ...grown.map(each => `grows: ${said(each)}`),
    ],
  };
}

interface Growth {
  readonly name: string;
  /** Bytes. */
  readonly first: number;
  readonly last: number;
}

function said({ name, first, last }: Growth): string {
  return `${name} ${(first / 1e6).toFixed(0)} → ${(last / 1e6).toFixed(0)} MB`;
}

async function pass(lines: number, count: number, server: string) {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-lines-'));
  const store = freshStore(server);
  const models = await Promise.all(
    Array.from({ length: count }, () => startSlowServer({ slots, ms })),
  );
  const places = models.map(({ endpoint }, n) => {
    const place = join(folder, `worker-${n}`);
    const local = { spec: 'openai-compatible:slow', endpoint };
    mkdirSync(place);
    writeFileSync(join(place, 'tandem.config.json'), JSON.stringify({ models: { local } }));
    return place;
  });
  const file = Array.from({ length: lines }, lineOnDocument).join('\n');
  writeFileSync(join(places[0]!, 'q.jsonl'), file);
  const working = places.map(place => startTandem(place, store, ['worker']));
  try {
    await pause(3000);
    const begun = performance.now();
    const asking = startTandem(places[0]!, store, [
      ...['batch', 'q.jsonl', '--out', 'a.jsonl', '--workers'],
    ]);
    const named = [
      ['batch', asking] as const,
      ...working.map((each, n) => [`worker ${n + 1}`, each] as const),
    ];
    const [code, seen] = await Promise.all([ended(asking), watch(named, asking)]);
    const seconds = (performance.now() - begun) / 1000;
    const problems = wrongIn(places[0]!, 'a.jsonl', lines);
    if (code !== 0) problems.push(`the batch ended with ${code}`);
    const asked = models.reduce((sum, { served }) => sum + served(), 0);
    if (asked !== lines) problems.push(`${asked} calls for ${lines} lines`);
    const { memory, spentMs } = seen;
    const costs = [...spentMs].map(([name, each]) => `${name} ${(each / lines).toFixed(1)} ms`);
    return { perSecond: lines / seconds, problems, memory, costs: costs.join(', ') };
  } finally {
    for (const worker of working) worker.kill('SIGKILL');
    await Promise.all(working.map(ended));
    for (const each of models) await each[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  }
}

function lineOnDocument(_: unknown, n: number): string {
  const document = Math.floor(n / questionsADocument);
  const sentence = `Document ${document} says that pump ${(document * 7) % 9973} was mended. `;
  const content = sentence.repeat(Math.ceil(documentLength / sentence.length));
  const messages = [
    { role: 'system', content },
    { role: 'user', content: `call ${n}` },
  ];
  const body = { model: 'local', messages };
  return JSON.stringify({ custom_id: `r${n}`, url: '/v1/chat/completions', body });
}

// What each process holds, and the processor time that it took, until the batch has ended.
async function watch(named: readonly (readonly [string, ChildProcess])[], asking: ChildProcess) {
  let isOver = false;
  const over = ended(asking).then(() => {
    isOver = true;
  });
  const seen = new Map<string, number[]>(named.map(([name]) => [name, []]));
  const spentMs = new Map<string, number>();
  const before = new Map(named.map(([name, { pid }]) => [name, usageOf(pid!).spentMs]));
  while (!isOver) {
    for (const [name, { pid }] of named) {
      const usage = usageOf(pid!);
      if (usage.bytes === 0) continue;
      seen.get(name)!.push(usage.bytes);
      spentMs.set(name, usage.spentMs - before.get(name)!);
    }
    await Promise.race([pause(sampleMs), over]);
  }
  const memory = [...seen].map(([name, bytes]): Growth => {
    const fifth = Math.floor(bytes.length / 5);
    const first = middle(bytes.slice(fifth, 2 * fifth || 1));
    return { name, first, last: middle(bytes.slice(-fifth || undefined)) };
  });
  return { memory, spentMs };
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

// Linux tells both of a process; elsewhere nothing is known of them.
function usageOf(pid: number): { readonly bytes: number; readonly spentMs: number } {
  try {
    const rest = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    const bytes = Number(rest[21]) * 4096;
    return { bytes, spentMs: (Number(rest[11]) + Number(rest[12])) * tickMs };
  } catch {
    return { bytes: 0, spentMs: 0 };
  }
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentCall, type FileJournal, minions, openJournal, plainPlan, run } from '../src/index.ts';
import { doubleOf } from '../src/testing/index.ts';
import type { BenchResult } from './main.ts';
import { prefixReuse } from './prefix-reuse.ts';

const runs = 5;
const jobs = 1000;
const lanes = 8;
const workerMs = 50;
const idealMs = (jobs / lanes) * workerMs;

/** How near mapping 1,000 jobs comes to the ideal time, without a journal and with one; and how much prefixes save. */
export async function minionsBench(): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-bench-'));
  const [off, on]: [number[], number[]] = [[], []];
  for (let n = 0; n < runs; n++) {
    off.push((await timeMap()) / idealMs);
    using journal = openJournal({ path: join(folder, `${n}.db`) });
    on.push((await timeMap(journal)) / idealMs);
  }
  rmSync(folder, { recursive: true, force: true });
  const what = `${jobs} jobs of ${workerMs} ms, ${lanes} at a time, to the ideal`;
  return {
    bench: `minions (medians of ${runs} runs)`,
    rows: [
      { what: `${what}, journal off`, median: median(off), unit: 'times', atMost: 1.05 },
      { what: `${what}, journal on`, median: median(on), unit: 'times', atMost: 1.1 },
      {
        what: '5 jobs a chunk on tiny:, prompt tokens evaluated to naive',
        median: await prefixReuse(),
        unit: 'times',
        atMost: 0.35,
      },
    ],
  };
}

async function timeMap(journal?: FileJournal): Promise<number> {
  const local = doubleOf({ modelId: 'worker' }, () => ({
    text: '{"explanation":"","citation":null,"answer":null}',
    delayMs: workerMs,
  }));
  const cloud = doubleOf({ modelId: 'cloud', place: 'cloud' }, () => ({ text: 'ok' }));
  const tasks = Array.from({ length: 5 }, (_, n) => ({ id: `t${n}`, question: `Question ${n}?` }));
  const plan = () => ({ ...plainPlan('x'), tasks, chunking: { by: 'paragraph' as const, characters: 500 } });
  const model = minions({ local, cloud, concurrency: lanes, plan });
  const text = Array.from({ length: jobs / 5 }, (_, n) => `Part ${n}. ${'word '.repeat(95)}`).join('\n\n');
  const call = documentCall('What is said?', [{ title: 'a.txt', text }]);
  const begun = performance.now();
  await run(journal ? { journal, runId: 'r' } : {}, async () => model.doGenerate(call));
  return performance.now() - begun;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

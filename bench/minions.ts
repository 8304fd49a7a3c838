import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileJournal } from '../src/entries/runs.ts';
import { documentCall, minions, openJournal, plainPlan, run } from '../src/index.ts';
import { doubleOf } from '../src/testing/index.ts';
import type { BenchResult } from './main.ts';
import { prefixReuse } from './prefix-reuse.ts';

const runs = 5;
const jobs = 1000;
const lanes = 8;
const workerMs = 50;
const idealMs = (jobs / lanes) * workerMs;

/**
 * How near mapping 1,000 jobs comes to the ideal time, without a journal and with one; and how much
 * prefixes save.
 */
export async function minionsBench(): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-bench-'));
  const [bare, off, on]: [number[], number[], number[]] = [[], [], []];
  for (let n = 0; n < runs; n++) {
    bare.push(await timeTimers());
    off.push(await timeMap());
    using journal = openJournal({ path: join(folder, `${n}.db`) });
    on.push(await timeMap(journal));
  }
  rmSync(folder, { recursive: true, force: true });
  const what = `${jobs} jobs of ${workerMs} ms, ${lanes} at a time`;
  const [bareMs, offMs, onMs] = [median(bare), median(off), median(on)];
  return {
    bench: `minions (medians of ${runs} runs)`,
    rows: [
      {
        what: 'bare timers instead of jobs, to the ideal',
        median: bareMs / idealMs,
        unit: 'times',
      },
      { what: `${what}, to the ideal`, median: offMs / idealMs, unit: 'times' },
      { what: `${what}, to the timers`, median: offMs / bareMs, unit: 'times', atMost: 1.05 },
      { what: `${what}, journal on, to the ideal`, median: onMs / idealMs, unit: 'times' },
      {
        what: `${what}, journal on, to the timers`,
        median: onMs / bareMs,
        unit: 'times',
        atMost: 1.1,
      },
      {
        what: '5 jobs a chunk on tiny:, prompt tokens to naive',
        median: await prefixReuse(),
        unit: 'times',
        atMost: 0.35,
      },
    ],
  };
}

// What this machine makes of the ideal, with nothing of ours.
async function timeTimers(): Promise<number> {
  const begun = performance.now();
  const lane = async () => {
    for (let n = 0; n < jobs / lanes; n++)
      await new Promise(resolve => setTimeout(resolve, workerMs));
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return performance.now() - begun;
}

async function timeMap(journal?: FileJournal): Promise<number> {
  const local = doubleOf({ modelId: 'worker' }, () => ({
    text: '{"explanation":"","citation":null,"answer":null}',
    delayMs: workerMs,
  }));
  const cloud = doubleOf({ modelId: 'cloud', place: 'cloud' }, () => ({ text: 'ok' }));
  const tasks = Array.from({ length: 5 }, (_, n) => ({ id: `t${n}`, question: `Question ${n}?` }));
  const plan = () => ({
    ...plainPlan('x'),
    tasks,
    chunking: { by: 'paragraph' as const, characters: 500 },
  });
  const model = minions({ local, cloud, concurrency: lanes, plan });
  const text = Array.from({ length: jobs / 5 }, (_, n) => `Part ${n}. ${'word '.repeat(95)}`).join(
    '\n\n',
  );
  const call = documentCall('What is said?', [{ title: 'a.txt', text }]);
  const begun = performance.now();
  await run(journal ? { journal, runId: 'r' } : {}, async () => model.doGenerate(call));
  return performance.now() - begun;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

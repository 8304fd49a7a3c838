import { openStore, type RunStore } from '../../../src/entries/runs.ts';
import { call, hold, step } from '../../../src/testing/store-exam/sample-entries.ts';
import type { Proof } from '../journal.ts';
import { freshStore } from '../owner-cuts.ts';

const lanes = 32;
const least = { recordsPerSecond: 5000 };
const most = { p50Ms: 6, stepsSeconds: 12, foldSeconds: 5 };
const stepsInBatch = 2000;

/**
 * What one process writes on Postgres: records of calls in many lanes of a run, each told when it
 * is there, and the accepted steps of a long loop, which are then read again.
 */
export async function proveRates(share: number, server: string): Promise<Proof> {
  await using store = openStore(freshStore(server), { patienceMs: 2000 });
  const records = await recordsOf(store, Math.round(30_000 * share));
  const steps = await stepsOf(store, Math.round(1_000_000 * share));
  const isSlow =
    share >= 1 &&
    (records.perSecond < least.recordsPerSecond ||
      records.p50Ms > most.p50Ms ||
      steps.writtenS > most.stepsSeconds ||
      steps.readS > most.foldSeconds);
  const says =
    `${records.perSecond.toFixed(0)} records a second in ${lanes} lanes, median ` +
    `${records.p50Ms.toFixed(1)} ms; ${steps.count} steps written in ` +
    `${steps.writtenS.toFixed(1)} s, read in ${steps.readS.toFixed(1)} s`;
  return { says: [says], problems: [...steps.problems, ...(isSlow ? [`slow: ${says}`] : [])] };
}

async function recordsOf(store: RunStore, count: number) {
  const held = await hold(store, 'records');
  const tookMs: number[] = [];
  let next = 0;
  const lane = async () => {
    for (let n = next++; n < count; n = next++) {
      const begun = performance.now();
      await store.append(held, [call(n)]);
      tookMs.push(performance.now() - begun);
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: lanes }, lane));
  const seconds = (performance.now() - begun) / 1000;
  tookMs.sort((a, b) => a - b);
  return { perSecond: count / seconds, p50Ms: tookMs[Math.floor(count / 2)] ?? 0 };
}

async function stepsOf(store: RunStore, count: number) {
  const held = await hold(store, 'steps');
  const begun = performance.now();
  await store.append(held, [{ kind: 'begun', facts: '{}' }]);
  for (let from = 0; from < count; from += stepsInBatch) {
    const steps = Array.from({ length: stepsInBatch }, (_, n) => step(from + n));
    await store.append(held, [{ kind: 'accepted', from, steps }]);
  }
  const written = performance.now();
  let read = 0;
  let wrong = 0;
  for await (const page of store.steps('steps', 0))
    for (const { action } of page) if (action !== `[${read++}]`) wrong++;
  const ended = performance.now();
  const isWhole = read === count && wrong === 0;
  return {
    count,
    writtenS: (written - begun) / 1000,
    readS: (ended - written) / 1000,
    problems: isWhole ? [] : [`${read} steps of ${count} read, ${wrong} of them others`],
  };
}

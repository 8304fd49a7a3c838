import type { Proof } from '../journal.ts';
import { lineOf } from './batch-cuts.ts';
import { type PassPostgres, passLines } from './worker-pass.ts';

const workers = 2;
const lanes = 8;
const ms = 20;
const leastPerSecond = 300;

/** Many short lines by two workers: what the queue and the store add leaves a rate worth having. */
export async function proveLineRate(share: number, postgres: PassPostgres): Promise<Proof> {
  const lines = Array.from({ length: Math.round(5000 * share) }, lineOf);
  const pass = await passLines({ lines, workers, lanes, slots: lanes, ms }, postgres);
  const says =
    `${lines.length} lines × ${ms} ms by ${workers} workers of ${lanes} lanes: ` +
    `${pass.perSecond.toFixed(0)} a second with the start of the batch; processor time a line ` +
    `${pass.costMs.toFixed(2)} ms (${pass.costs})`;
  // A tenth is over before its batch has come to its pace.
  const isSlow = share >= 1 && pass.perSecond < leastPerSecond;
  const slow = isSlow ? [`rate: less than ${leastPerSecond} lines a second: ${says}`] : [];
  return { says: [says], problems: [...pass.problems, ...slow] };
}

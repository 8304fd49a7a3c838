import type { DayTotals } from '../store.ts';
import { listedRun, type MemoryRuns } from './run-rows.ts';

type DaySums = { -readonly [Key in keyof DayTotals]: DayTotals[Key] };

/** Sums runs by day. */
export function tallyRuns({ rows }: MemoryRuns, since: string): DayTotals[] {
  const sumsByKey = new Map<string, DaySums>();
  for (const row of rows.values()) {
    const run = listedRun(row, 0);
    const day = run.begunAt.slice(0, 10);
    if (day < since.slice(0, 10)) continue;
    const { owner, pattern, answeredBy, place, baseline } = run;
    const key = JSON.stringify([day, owner, pattern, answeredBy, place, baseline]);
    const sums = sumsByKey.get(key) ?? {
      ...none,
      day,
      owner,
      pattern,
      answeredBy,
      place,
      baseline,
    };
    sumsByKey.set(key, sums);
    sums.runs++;
    sums.failed += run.state === 'failed' ? 1 : 0;
    sums.calls += run.calls;
    sums.cloudCalls += run.cloudCalls;
    sums.costUsd += row.calls.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0);
    sums.unpriced += run.costUsd === null ? 1 : 0;
    sums.savedUsd += run.savedUsd ?? 0;
    sums.compared += run.savedUsd === null ? 0 : 1;
    sums.leftCalls += run.leftCalls;
    sums.leftCharacters += run.leftCharacters;
  }
  return [...sumsByKey.values()];
}

const none = {
  runs: 0,
  failed: 0,
  calls: 0,
  cloudCalls: 0,
  costUsd: 0,
  unpriced: 0,
  savedUsd: 0,
  compared: 0,
  leftCalls: 0,
  leftCharacters: 0,
};

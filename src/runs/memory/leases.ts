import type { Held, HoldRequest, LostRun, RunEnding, RunState, Taken } from '../store.ts';
import { isHeld, type MemoryRuns, noteFacts, rowOf } from './run-rows.ts';

/** Takes a run that nobody holds, that has ended, or whose holder is known to be dead. */
export function holdRun(runs: MemoryRuns, run: string, by: HoldRequest): Held | Taken {
  const nowMs = Date.now();
  const row = rowOf(runs, run, by.at);
  if (isHeld(row, nowMs) && by.instead !== row.token) {
    return { state: 'taken', holder: row.holder, token: row.token, untilMs: row.untilMs };
  }
  const state = row.token === 0 ? 'new' : 'resumed';
  row.token++;
  row.holder = by.holder;
  row.untilMs = nowMs + by.leaseMs;
  row.state = 'running';
  row.endedAt = null;
  row.error = null;
  row.secret ??= by.secret;
  noteFacts(row, by.facts);
  return { run, token: row.token, state, secret: row.secret };
}

/** Renews leases, also one that has run out if nobody has taken the run. */
export function renewRuns({ rows }: MemoryRuns, held: readonly Held[], leaseMs: number): LostRun[] {
  const untilMs = Date.now() + leaseMs;
  return held.flatMap(({ run, token }): LostRun[] => {
    const row = rows.get(run);
    if (row?.token !== token) return [{ run, why: 'taken' }];
    if (row.state === 'cancelled') return [{ run, why: 'cancelled' }];
    if (row.state === 'running') row.untilMs = untilMs;
    return [];
  });
}

/** Ends a run for its holder; one that was cancelled ends as its holder says too. */
export function releaseRun({ rows }: MemoryRuns, { run, token }: Held, end: RunEnding): boolean {
  const row = rows.get(run);
  if (row?.token !== token || (row.state !== 'running' && row.state !== 'cancelled')) return false;
  row.state = end.state;
  row.error = end.error ?? null;
  row.endedAt = end.at;
  noteFacts(row, end.facts);
  return true;
}

/** Marks a run as cancelled if it is running; says in which state it was. */
export function cancelRun({ rows }: MemoryRuns, run: string): RunState | undefined {
  const row = rows.get(run);
  const before = row?.state;
  if (row && before === 'running') row.state = 'cancelled';
  return before;
}

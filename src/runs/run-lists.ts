import type { RunState, StoredRun } from './store.ts';

/** Which runs are listed: newest first, from behind a cursor. */
export interface RunQuery {
  /** 1 to 100,000. */
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: string;
  readonly owner?: string;
  readonly state?: RunState;
  /** How many of the newest are passed over first, to reach the middle of a long list. */
  readonly skip?: number;
}

/** What the runs of one day came to: those of one owner, pattern, model, place and baseline. */
export interface DayTotals {
  /** The day they began on, in UTC: `2026-01-31`. */
  readonly day: string;
  readonly owner: string | null;
  readonly pattern: string | null;
  readonly answeredBy: string | null;
  readonly place: string | null;
  readonly baseline: string | null;
  readonly runs: number;
  readonly failed: number;
  readonly calls: number;
  readonly cloudCalls: number;
  /** US dollars of the calls whose price is known. */
  readonly costUsd: number;
  /** Runs with a call whose price is unknown. */
  readonly unpriced: number;
  /** US dollars, of the runs that say what they saved. */
  readonly savedUsd: number;
  /** Runs that say what they saved. */
  readonly compared: number;
  readonly leftCalls: number;
  readonly leftCharacters: number;
}

/** A page of a list. */
export interface RunPage {
  readonly runs: readonly StoredRun[];
  /** Where the next page begins; absent at the end. */
  readonly next?: string;
}

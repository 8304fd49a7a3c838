import type { DayTotals } from '../../../src/entries/runs.ts';

/** What runs came to by day, read again only where it can have changed. */
export interface Spending {
  /** All days until now, oldest first. */
  days(): Promise<readonly DayTotals[]>;
}

// A day that is over changes where a run is removed, or where a long one ends.
const pastMs = 60_000;
const longestMs = 5 * pastMs;
const todayMs = 1000;
const dayMs = 86_400_000;

/** Opens the sums of a store: earlier days are read again after a minute, today each second. */
export function openSpending({
  tally,
  now,
}: {
  tally(since: string): Promise<readonly DayTotals[]> | readonly DayTotals[];
  now(): number;
}): Spending {
  let past: Read | undefined;
  let today: Read | undefined;
  // Those who ask at the same time wait for one reading.
  let reading: Promise<unknown> = Promise.resolve();
  let isRenewing = false;
  const readAll = async () => {
    const day = dayAt(now() - dayMs);
    const readMs = now();
    const all = byDay(await tally(''));
    past = { from: day, readMs, rows: all.filter(row => row.day < day) };
    if (!today || today.readMs < readMs)
      today = { from: day, readMs, rows: all.filter(row => row.day >= day) };
  };
  // A year takes some tenths of a second: who asks soon again is shown what is known meanwhile.
  const renewAside = async () => {
    if (isRenewing) return;
    isRenewing = true;
    await readAll().catch(() => {});
    isRenewing = false;
  };
  const renew = async () => {
    const day = dayAt(now() - dayMs);
    if (past?.from !== day || now() - past.readMs > longestMs) return readAll();
    if (now() - past.readMs > pastMs) void renewAside();
    if (!today || now() - today.readMs > todayMs) {
      today = { from: day, readMs: now(), rows: byDay(await tally(day)) };
    }
  };
  return {
    async days() {
      const turn = reading.then(renew);
      reading = turn.catch(() => {});
      await turn;
      return [...(past?.rows ?? []), ...(today?.rows ?? [])];
    },
  };
}

interface Read {
  readonly from: string;
  readonly readMs: number;
  readonly rows: readonly DayTotals[];
}

function byDay(rows: readonly DayTotals[]): readonly DayTotals[] {
  return rows.toSorted((a, b) => (a.day < b.day ? -1 : Number(a.day > b.day)));
}

/** The UTC day of a time. */
function dayAt(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

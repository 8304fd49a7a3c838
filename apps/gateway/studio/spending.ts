import type { DayTotals } from '../../../src/entries/runs.ts';

/** What runs came to by day, read again only where it can have changed. */
export interface Spending {
  /** All days until now, oldest first. */
  days(): Promise<readonly DayTotals[]>;
}

// A day that is over changes where a run is removed, or where a long one ends.
const pastMs = 60_000;
const todayMs = 1000;
const dayMs = 86_400_000;

/** Opens the sums of a store: earlier days are read once a minute, today each second. */
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
  const renew = async () => {
    const day = dayAt(now() - dayMs);
    if (!past || past.from !== day || now() - past.readMs > pastMs) {
      const all = await tally('');
      past = { from: day, readMs: now(), rows: all.filter(row => row.day < day) };
      today = { from: day, readMs: now(), rows: all.filter(row => row.day >= day) };
    } else if (!today || now() - today.readMs > todayMs) {
      today = { from: day, readMs: now(), rows: await tally(day) };
    }
  };
  return {
    async days() {
      const turn = reading.then(renew);
      reading = turn.catch(() => {});
      await turn;
      return [...(past?.rows ?? []), ...(today?.rows ?? [])].toSorted((a, b) =>
        a.day < b.day ? -1 : Number(a.day > b.day),
      );
    },
  };
}

interface Read {
  readonly from: string;
  readonly readMs: number;
  readonly rows: readonly DayTotals[];
}

/** The UTC day of a time. */
function dayAt(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

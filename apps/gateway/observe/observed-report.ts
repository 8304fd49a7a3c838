import type * as z from 'zod';
import { wilsonLower, wilsonUpper } from '../../../src/entries/eval.ts';
import type { observed } from '../answers.ts';
import type { Audit } from '../exchange.ts';

/** What a pattern would have done with a request. */
export interface Observation {
  readonly to: 'local' | 'cloud';
  /** Whether its answer means the same as the one that was given; absent where nobody can tell. */
  readonly isSame?: boolean;
}

/** What an observed pattern would have saved and risked; shares are 0..1. */
export type ObservedReport = z.infer<typeof observed>;

type Bounded = NonNullable<ObservedReport['local']>;

// Of a normal distribution, 95 %, two-sided.
const width = 1.96;

/** Counts observations. */
export function openTally(model: string) {
  const sums = { observed: 0, leftOut: 0, failed: 0, local: 0, compared: 0, same: 0, unpriced: 0 };
  const usd = { n: 0, paid: 0, saved: 0, paid2: 0, saved2: 0, both: 0 };
  let since: string | null = null;
  return {
    take({ to, isSame }: Observation, { costUsd }: Audit) {
      since ??= new Date().toISOString();
      sums.observed++;
      if (to === 'local') sums.local++;
      if (isSame !== undefined) sums.compared++;
      if (isSame) sums.same++;
      if (typeof costUsd !== 'number') return void sums.unpriced++;
      const saved = to === 'local' ? costUsd : 0;
      usd.n++;
      usd.paid += costUsd;
      usd.saved += saved;
      usd.paid2 += costUsd * costUsd;
      usd.saved2 += saved * saved;
      usd.both += saved * costUsd;
    },
    leaveOut: () => void sums.leftOut++,
    fail: () => void sums.failed++,
    report(): ObservedReport {
      const { local, ...counts } = sums;
      const figures = {
        model,
        since,
        ...counts,
        local: shareOf(local, sums.observed),
        paidUsd: usd.paid,
        savedUsd: usd.saved,
        savedShare: ratioOf(usd),
        differing: shareOf(sums.compared - sums.same, sums.compared),
      };
      return { ...figures, said: sentences(figures) };
    },
  };
}

function shareOf(successes: number, trials: number): Bounded | null {
  if (trials === 0) return null;
  const counted = { successes, trials };
  return {
    value: successes / trials,
    low: wilsonLower(counted, width),
    high: wilsonUpper(counted, width),
  };
}

interface MoneySums {
  readonly n: number;
  readonly paid: number;
  readonly saved: number;
  readonly paid2: number;
  readonly saved2: number;
  readonly both: number;
}

// A ratio of two sums, linearised.
function ratioOf({ n, paid, saved, paid2, saved2, both }: MoneySums): Bounded | null {
  if (paid <= 0) return null;
  const value = saved / paid;
  const spread = Math.sqrt(Math.max(0, saved2 - 2 * value * both + value * value * paid2));
  const half = (width * spread * Math.sqrt(n / Math.max(1, n - 1))) / paid;
  return { value, low: Math.max(0, value - half), high: Math.min(1, value + half) };
}

function sentences(found: Omit<ObservedReport, 'said'>): string[] {
  const { model, observed, leftOut, failed, compared, same } = found;
  const lost = leftOut + failed > 0 ? ` (${leftOut} left out, ${failed} failed)` : '';
  return [
    `${observed} requests were observed for "${model}"${lost}; it answered none of them.`,
    found.local === null
      ? 'Nothing can be said yet.'
      : `It would have kept ${shown(found.local)} on this device.`,
    found.savedShare === null
      ? `Nothing of known price was paid (${found.unpriced} without a price).`
      : `$${found.savedUsd.toFixed(6)} of $${found.paidUsd.toFixed(6)} would have been spared: ` +
        `${shown(found.savedShare)}; ${found.unpriced} requests had no price.`,
    found.differing === null
      ? 'No short answer could be compared: what would have been risked is not known.'
      : `Of ${compared} short answers that would have stayed, ${compared - same} differ from ` +
        `those that were given: ${shown(found.differing)}. Which of the two is right is not known.`,
  ];
}

function shown({ value, low, high }: Bounded): string {
  const [a, b, c] = [value, low, high].map(each => `${(100 * each).toFixed(1)} %`);
  return `${a} (95 %: ${b} to ${c})`;
}

import { bootstrap, clopperPearson, seededRandom } from '../../src/entries/eval.ts';

/** One measured figure, as a row of the table. */
export interface Figure {
  readonly what: string;
  readonly value: string;
  /** Cases that it stands on. */
  readonly n: number;
  /** 95 %, as it is written. */
  readonly interval?: string;
  /** What it is compared with. */
  readonly baseline?: string;
  /** What is wanted, and whether it was reached; absent where nothing is demanded. */
  readonly wanted?: { readonly says: string; readonly holds: boolean };
}

/** What a part of the suite ends in. */
export interface Measured {
  readonly figures: readonly Figure[];
  /** Why something was not measured. */
  readonly skipped: readonly string[];
}

type Wanted = readonly [says: string, test: (share: number, count: number) => boolean];

/** A figure that is a count of cases, with its exact interval (Clopper and Pearson). */
export function countFigure(
  what: string,
  [count, n]: readonly [count: number, n: number],
  more: { readonly baseline?: string; readonly wanted?: Wanted } = {},
): Figure {
  const { low, high } = clopperPearson(count, { n: Math.max(1, n), confidence: 0.95 });
  const { baseline, wanted } = more;
  return {
    what,
    value: `${count} of ${n}`,
    n,
    interval: `${share(low)} to ${share(high)}`,
    ...(baseline !== undefined && { baseline }),
    ...(wanted && {
      wanted: { says: wanted[0], holds: n > 0 && wanted[1](count / n, count) },
    }),
  };
}

/** Writes a share of 0..1 with three digits. */
export function share(value: number): string {
  return value.toFixed(3).replace(/^(-?)0\./, '$1.');
}

/** Writes a small sum of money with its sign. */
export function money(usd: number): string {
  return `${usd < 0 ? '−' : '+'}$${Math.abs(usd).toFixed(6)}`;
}

/** The 95 % interval of a statistic of resampled cases; each case is drawn with its weight. */
export function resampled(
  cases: number,
  statistic: (weights: Float64Array) => number,
): { readonly low: number; readonly high: number } {
  const random = seededRandom(1);
  return bootstrap({ statistic }, { cases, random, resamples: 2000 }).statistic;
}

/** The mean of values, 0 for none. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

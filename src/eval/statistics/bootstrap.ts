import type { Interval } from '../saved-forms.ts';

/** What is resampled. */
export interface BootstrapOptions {
  /** Count of cases. */
  readonly cases: number;
  /** Gives numbers from 0 (included) to 1 (excluded). */
  readonly random: () => number;
  /** Default: 1000. */
  readonly resamples?: number;
  /** Share of resamples inside the interval, 0..1. Default: 0.95. */
  readonly level?: number;
}

/**
 * Finds percentile intervals of statistics by resampling cases with replacement. Every statistic is
 * given the same resamples, as how often each case was drawn, so that a statistic that is a
 * difference is paired. Resamples in which a statistic is not a number (a class is missing) do not
 * count; with none left the interval is `NaN`.
 * @example
 * ```ts
 * const mean = (weights: Float64Array) => weights.reduce((sum, weight) => sum + weight, 0);
 * const { all } = bootstrap({ all: mean }, { cases: 100, random: seededRandom(1) });
 * ```
 */
export function bootstrap<Name extends string>(
  statistics: Readonly<Record<Name, (weights: Float64Array) => number>>,
  options: BootstrapOptions,
): Record<Name, Interval> {
  const { cases, random, resamples = 1000, level = 0.95 } = options;
  const names = Object.keys(statistics) as Name[];
  const values = names.map(() => [] as number[]);
  const weights = new Float64Array(cases);
  for (let sample = 0; sample < resamples; sample++) {
    weights.fill(0);
    for (let drawn = 0; drawn < cases; drawn++) weights[Math.floor(random() * cases)]! += 1;
    for (const [index, name] of names.entries()) {
      const value = statistics[name](weights);
      if (!Number.isNaN(value)) values[index]!.push(value);
    }
  }
  return Object.fromEntries(
    names.map((name, index) => [name, percentiles(values[index]!, level)]),
  ) as Record<Name, Interval>;
}

function percentiles(values: number[], level: number): Interval {
  values.sort((a, b) => a - b);
  const at = (share: number) => values[Math.round(share * (values.length - 1))] ?? Number.NaN;
  return { low: at((1 - level) / 2), high: at((1 + level) / 2) };
}

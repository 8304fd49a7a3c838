// Shares of the largest bet that cannot ruin.
const bets = [0.8, 0.5, 0.25, 0.12, 0.06, 0.03] as const;

/** A test of whether a mean has moved, which may be looked at after every number. */
export interface MovedTest {
  /** Takes a number from 0 to 1, in the order of arrival. */
  take(value: number): void;
  /** Least p-value so far of "the mean has stayed between the bounds". */
  pValue(): number;
  /** Least p-value, count of numbers, and fortunes, from which another test goes on. */
  state(): readonly number[];
}

// A fortune that is beyond any doubt does not grow on, so that it can be written down.
const mostFortune = 1e100;

/**
 * Opens a test of "the mean lies, and has always lain, between `low` and `high`", 0..1, or goes on
 * with one. Gamblers bet on each number that it lies beyond; as a change may come at any time, some
 * begin anew at each number t, with a share of the money that falls as 1 / (t log² t). All fortunes
 * together are one that exceeds 1 / p with a chance of at most p, at whatever time one looks
 * (Ville's inequality; mixtures of starts as of e-detectors, arXiv:2203.03532).
 */
export function openMovedTest(
  low: number,
  high: number,
  [least = 1, count = 0, ...kept]: readonly number[] = [],
): MovedTest {
  const fortunes = Float64Array.from({ length: 2 * bets.length }, (_, at) => kept[at] ?? 0);
  // Nobody bets beyond 0 and 1.
  const sides = Math.max(1, (high < 1 ? 1 : 0) + (low > 0 ? 1 : 0)) * bets.length;
  let [taken, most] = [count, 1 / Math.max(least, 1 / mostFortune)];
  return {
    take(value) {
      taken++;
      const begun = Math.LN2 * (1 / Math.log(taken + 1) - 1 / Math.log(taken + 2));
      let sum = 0;
      for (const [at, bet] of bets.entries()) {
        const up = high < 1 ? 1 + (bet * (value - high)) / Math.max(high, 0.01) : 0;
        const down = low > 0 ? 1 + (bet * (low - value)) / Math.max(1 - low, 0.01) : 0;
        fortunes[2 * at] = Math.min(mostFortune, (fortunes[2 * at]! + begun) * up);
        fortunes[2 * at + 1] = Math.min(mostFortune, (fortunes[2 * at + 1]! + begun) * down);
        sum += fortunes[2 * at]! + fortunes[2 * at + 1]!;
      }
      most = Math.min(mostFortune, Math.max(most, sum / sides));
    },
    pValue: () => 1 / most,
    state: () => [1 / most, taken, ...fortunes],
  };
}

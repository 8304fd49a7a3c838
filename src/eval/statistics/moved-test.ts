// Shares of the largest bet that cannot ruin.
const bets = [0.8, 0.5, 0.25, 0.12, 0.06, 0.03] as const;

/** A test of whether a mean has moved, which may be looked at after every number. */
export interface MovedTest {
  /** Takes a number from 0 to 1, in the order of arrival. */
  take(value: number): void;
  /** Least p-value so far of "the mean has stayed between the bounds". */
  pValue(): number;
}

/**
 * Opens a test of "the mean lies, and has always lain, between `low` and `high`", 0..1. Gamblers
 * bet on each number that it lies beyond; as a change may come at any time, some begin anew at each
 * number, with a share 1 / (t (t + 1)) of the money. All fortunes together are one that exceeds
 * 1 / p with a chance of at most p, at whatever time one looks (Ville's inequality; mixtures of
 * starts as of e-detectors, arXiv:2203.03532).
 */
export function openMovedTest(low: number, high: number): MovedTest {
  const fortunes = new Float64Array(2 * bets.length);
  let [taken, most] = [0, 1];
  return {
    take(value) {
      taken++;
      const begun = 1 / (taken * (taken + 1));
      let sum = 0;
      for (const [at, bet] of bets.entries()) {
        const up = high < 1 ? 1 + (bet * (value - high)) / Math.max(high, 0.01) : 0;
        const down = low > 0 ? 1 + (bet * (low - value)) / Math.max(1 - low, 0.01) : 0;
        fortunes[2 * at] = (fortunes[2 * at]! + begun) * up;
        fortunes[2 * at + 1] = (fortunes[2 * at + 1]! + begun) * down;
        sum += fortunes[2 * at]! + fortunes[2 * at + 1]!;
      }
      most = Math.max(most, sum / fortunes.length);
    },
    pValue: () => 1 / most,
  };
}

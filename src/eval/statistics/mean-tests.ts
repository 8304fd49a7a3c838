/**
 * Finite-sample tests of a mean, for outcomes between 0 and 1 of any distribution. Each gives a
 * p-value: under the hypothesis it is at most `u` with probability at most `u`, for every size of
 * sample.
 */
import { binomialCdf } from '../../algorithms/votes/binomial.ts';

/**
 * Tests "the share is at least `most`" by `k` hits in `n`: the exact binomial tail, on which
 * Clopper–Pearson stands.
 */
export function exactPValue({
  k,
  n,
  most,
}: {
  readonly k: number;
  readonly n: number;
  readonly most: number;
}): number {
  return n === 0 ? 1 : binomialCdf(k, { n, p: most });
}

/**
 * Tests "the mean loss is above `most`" by the mean of `n` losses in 0..1: the smaller of
 * Hoeffding's and Bentkus' bounds (Bates et al., arXiv:2101.02703, proposition 3).
 */
export function hoeffdingBentkusPValue(facts: {
  readonly mean: number;
  readonly n: number;
  readonly most: number;
}): number {
  const { mean, n, most } = facts;
  if (n === 0 || mean >= most) return 1;
  const hoeffding = Math.exp(-n * divergence(mean, most));
  const bentkus = Math.E * binomialCdf(Math.ceil(n * mean - 1e-9), { n, p: most });
  return Math.min(1, hoeffding, bentkus);
}

// Kullback–Leibler divergence of two coins.
function divergence(a: number, b: number): number {
  const term = (x: number, y: number) => (x === 0 ? 0 : x * Math.log(x / y));
  return term(a, b) + term(1 - a, 1 - b);
}

// Shares of the largest bet that cannot ruin; small ones win on long samples, large ones on clear
// cases.
const bets = [0.99, 0.9, 0.8, 0.65, 0.5, 0.35, 0.25, 0.15, 0.1, 0.05, 0.02, 0.01] as const;

/** Fortunes of gamblers who bet that a mean is above a null value. */
export interface Wager {
  /** Takes the place of one outcome (0..1) by another; `undefined` adds or removes. */
  swap(out: number | undefined, into: number | undefined): void;
  /**
   * p-value of "the mean is at most the null value": one over the mean fortune (Ville's
   * inequality).
   */
  pValue(): number;
  /** Logarithms of the fortunes, from which `openWager` goes on. */
  logFortunes(): readonly number[];
}

/**
 * Tests "the mean is at most `null`", 0 < null < 1, by a mixture of fixed bets (after Waudby-Smith
 * and Ramdas, arXiv:2010.09686). It adapts to a small variance, as Hoeffding's bound does not. One
 * swap costs a dozen logarithms.
 */
export function openWager(nullMean: number, begun?: readonly number[]): Wager {
  const logFortunes = bets.map((_, index) => begun?.[index] ?? 0);
  const stakes = bets.map(bet => bet / nullMean);
  const change = (outcome: number | undefined, sign: number) => {
    if (outcome === undefined) return;
    for (const [index, stake] of stakes.entries()) {
      logFortunes[index]! += sign * Math.log1p(stake * (outcome - nullMean));
    }
  };
  return {
    swap(out, into) {
      change(out, -1);
      change(into, 1);
    },
    pValue() {
      const highest = Math.max(...logFortunes);
      const mean =
        logFortunes.reduce((sum, each) => sum + Math.exp(each - highest), 0) / bets.length;
      return Math.min(1, Math.exp(-highest) / mean);
    },
    logFortunes: () => logFortunes,
  };
}

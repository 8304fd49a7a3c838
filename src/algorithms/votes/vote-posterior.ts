import { logGamma } from './binomial.ts';

/**
 * Deciding each step by the posterior probability that its leader is right, instead of by one k for
 * all: steps that agree end early, contested ones go on longer. How often a vote is right differs
 * from step to step; what a pilot saw of that is a Beta distribution.
 */

/** A Beta distribution of p over steps. */
export interface Beta {
  readonly alpha: number;
  readonly beta: number;
}

/** A part of a mixture of distributions, such as that of the hard steps. */
export interface WeightedBeta extends Beta {
  /** Share of the steps, 0..1. */
  readonly weight: number;
}

/** Votes of one step that were right, out of all that were valid. */
export interface StepCount {
  readonly right: number;
  readonly votes: number;
}

// Beyond this the spread is none: p is the same for all steps, and the rule is that of a fixed k.
const most = 1e4;

/**
 * Fits the distribution of p over steps to what a pilot counted, by the method of moments for
 * beta-binomial counts.
 */
export function fitBeta(counts: readonly StepCount[]): Beta {
  const used = counts.filter(({ votes }) => votes > 1);
  const votes = used.reduce((sum, count) => sum + count.votes, 0);
  // Half a vote each way, so that a pilot without an error does not prove that there is none.
  const mean = (used.reduce((sum, { right }) => sum + right, 0) + 0.5) / (votes + 1);
  const size = used.length === 0 ? 0 : votes / used.length;
  const spread =
    used.reduce((sum, count) => sum + (count.right / count.votes - mean) ** 2, 0) /
    Math.max(1, used.length);
  const chance = (mean * (1 - mean)) / Math.max(1, size);
  // Share of the variance that is between steps, 0 where all of it is chance.
  const between = size > 1 ? (spread / (mean * (1 - mean)) - 1 / size) / (1 - 1 / size) : 0;
  const strength = spread <= chance || between <= 0 ? most : Math.min(most, 1 / between - 1);
  return { alpha: mean * Math.max(strength, 1e-3), beta: (1 - mean) * Math.max(strength, 1e-3) };
}

// In log-odds, since what matters lies close to p = 1: from even odds to one error in 10^10.
const points = 1000;
const mostLogOdds = 24;

/** Gives the probability that the leader is right, of votes for it and votes for all others. */
export type Posterior = (ahead: number, behind: number) => number;

/**
 * Makes the posterior of a distribution of p, or of a mixture of them: against one single wrong
 * alternative that has all other votes, and for steps that votes can cure at all, which is p above
 * 0.5. Steps that they cannot cure are what the ceiling is for.
 */
export function posteriorOf(spread: Beta | readonly WeightedBeta[]): Posterior {
  const parts =
    'alpha' in spread ? [{ ...spread, weight: 1 }] : spread.filter(({ weight }) => weight > 0);
  const logOdds = Array.from(
    { length: points },
    (_, index) => (mostLogOdds * (index + 0.5)) / points,
  );
  const logRight = logOdds.map(x => -Math.log1p(Math.exp(-x)));
  const scale = parts.map(({ weight, alpha, beta }) => Math.log(weight) - logBeta(alpha, beta));
  const known = new Map<number, number>();
  return (ahead, behind) => {
    const key = ahead * 65_536 + behind;
    const before = known.get(key);
    if (before !== undefined) return before;
    const terms = parts.map(({ alpha, beta }, part) =>
      logOdds.map(
        (x, at) =>
          scale[part]! + (alpha + beta + ahead + behind) * logRight[at]! - (beta + behind) * x,
      ),
    );
    const most = Math.max(...terms.map(each => Math.max(...each)));
    let [right, all] = [0, 0];
    for (const each of terms) {
      for (const [at, x] of logOdds.entries()) {
        const weight = Math.exp(each[at]! - most);
        right += weight;
        // As likely as the leader is right, but for the lead the other way round.
        all += weight * (1 + Math.exp(-x * (ahead - behind)));
      }
    }
    known.set(key, right / all);
    return right / all;
  };
}

function logBeta(alpha: number, beta: number): number {
  return logGamma(alpha) + logGamma(beta) - logGamma(alpha + beta);
}

import { wilsonLower, z95 } from './wilson.ts';

/**
 * What first-to-ahead-by-k voting achieves and costs (MAKER, arXiv:2511.09030, §3.2 and appendix
 * B), for votes that are right with probability p, independently, against one single wrong
 * alternative: the worst case, so that success is a lower bound where there are several. All of it
 * holds for p above 0.5 only.
 */

/** A task as the formulas see it. */
export interface VotedTask {
  /** Probability that a valid vote is right, 0..1. */
  readonly p: number;
  /** Steps, each decided by a vote of its own. */
  readonly steps: number;
}

/**
 * Gives the probability that a step ends right when it is decided ahead by k (eq. 12); `NaN` for p
 * of 0.5 or less.
 * @example
 * ```ts
 * console.log(stepSuccess(0.9, 3)); // how sure one step is
 * ```
 */
export function stepSuccess(p: number, k: number): number {
  return p > 0.5 ? 1 / (1 + Math.exp(k * logOddsAgainst(p))) : Number.NaN;
}

/**
 * Gives the probability that every step ends right (eq. 13); `NaN` for p of 0.5 or less.
 * @example
 * ```ts
 * console.log(taskSuccess({ p: 0.99, steps: 1000 }, 3));
 * ```
 */
export function taskSuccess({ p, steps }: VotedTask, k: number): number {
  return p > 0.5 ? Math.exp(-steps * Math.log1p(Math.exp(k * logOddsAgainst(p)))) : Number.NaN;
}

/**
 * Gives the least k with which all steps end right with probability `target` (eq. 14); `Infinity`
 * where no k does: p of 0.5 or less, a target of 1.
 * @example
 * ```ts
 * const k = leastLead({ p: 0.99, steps: 1_000_000 }, 0.95);
 * ```
 */
export function leastLead({ p, steps }: VotedTask, target: number): number {
  if (!(p > 0.5) || !(target < 1)) return Number.POSITIVE_INFINITY;
  if (p === 1 || target <= 0) return 1;
  // expm1, since t^(-1/s) - 1 would lose its digits for many steps.
  const lead = Math.log(Math.expm1(-Math.log(target) / steps)) / logOddsAgainst(p);
  return Math.max(1, Math.ceil(lead - 1e-9));
}

/**
 * Gives the votes that a step takes on average (eq. 16 without the cost of a vote); `NaN` for p of
 * 0.5 or less.
 * @example
 * ```ts
 * console.log(expectedVotes(0.99, 3)); // about 3.06 votes a step
 * ```
 */
export function expectedVotes(p: number, k: number): number {
  return (k * (2 * stepSuccess(p, k) - 1)) / (2 * p - 1);
}

/**
 * Gives the cost of the whole task (eq. 19): flagged samples are paid and drawn again. In the unit
 * of `perSample`.
 */
export function expectedCost(
  { p, steps, valid }: VotedTask & { readonly valid: number },
  { k, perSample }: { readonly k: number; readonly perSample: number },
): number {
  return valid > 0 ? (perSample * steps * expectedVotes(p, k)) / valid : Number.NaN;
}

/**
 * Gives the most that any k can reach if a share of the steps is poisoned, that is, wrong in its
 * most common answer: votes make such an error certain.
 * @example
 * ```ts
 * console.log(poisonedCeiling(0.001, 1000)); // no k gets past this
 * ```
 */
export function poisonedCeiling(poisonedShare: number, steps: number): number {
  return poisonedShare >= 1 ? 0 : Math.exp(steps * Math.log1p(-poisonedShare));
}

/** Valid votes that were counted on one step: right ones, and those of each other candidate. */
export interface CountedStep {
  readonly right: number;
  readonly others: readonly number[];
}

/**
 * Bounds the probability that a step ends wrong when it is decided ahead by k, from votes that were
 * counted on it: the chance that another candidate is ever k votes ahead of the right one, (w/r)^k,
 * summed over the candidates, with each share of the right one at the lower end of Wilson's
 * interval of width `z`. 0..1.
 */
export function countedFailure({ right, others }: CountedStep, k: number, z: number = z95): number {
  const chance = (other: number) => {
    const share = wilsonLower({ successes: right, trials: right + other }, z);
    return share > 0.5 ? Math.exp(k * logOddsAgainst(share)) : 1;
  };
  return Math.min(
    1,
    others.reduce((sum, other) => sum + chance(other), 0),
  );
}

// ln((1 - p) / p), below 0 for p above 0.5.
function logOddsAgainst(p: number): number {
  return Math.log1p(-p) - Math.log(p);
}

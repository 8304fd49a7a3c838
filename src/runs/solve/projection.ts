import { expectedVotes, leastLead, poisonedCeiling, taskSuccess } from '../../algorithms/vote-odds.ts';
import { TandemError } from '../../model/errors.ts';
import type { Pilot } from './pilot.ts';

/** What a run will take, and what it can promise. */
export interface Projection {
  /** Lead that decides a step. */
  readonly k: number;
  readonly steps: number;
  /** Probability that every step ends right, at least; absent where nobody knew the truth. */
  readonly success?: number;
  /** The most that any k can reach, for what votes cannot cure; absent where nobody knew the truth. */
  readonly ceiling?: number;
  /** Valid votes a step, and samples in all, flagged ones included. */
  readonly votesPerStep: number;
  readonly samples: number;
  readonly costUsd: number | 'unknown';
  readonly durationMs: number;
}

/**
 * Derives k from what a pilot found: the least with which the whole task ends right with probability `target`, for the
 * lower bound of p and under the ceiling of poisoned steps.
 * @throws TandemError `unreachable_target` with the reason
 */
export function leadFor(pilot: Pilot, steps: number, target: number): number {
  if (!(target < 1)) throw outOfReach('certainty is out of reach of votes: the target must be below 1', { target });
  if (pilot.votes === 0)
    throw outOfReach(`none of ${pilot.states} states got a valid vote${flagsOf(pilot)}`, { target });
  const shown = `${pilot.right} of ${pilot.votes} valid votes ${pilot.basis === 'truth' ? 'are right' : 'agree'}`;
  if (pilot.p <= 0.5)
    throw outOfReach(`${shown}: a solver that errs as often as not only gets worse by votes`, { p: pilot.p });
  const ceiling = ceilingOf(pilot, steps);
  if (ceiling <= target) {
    const { poisoned } = pilot;
    throw outOfReach(
      `${poisoned?.states} of ${pilot.states} states have a wrong answer as their most common one, so that over ${steps} ` +
        `steps no k reaches more than ${ceiling.toPrecision(2)}: these errors are systematic, and votes make them certain`,
      { ceiling, poisonedShare: poisoned?.share ?? 0 },
    );
  }
  const k = leastLead({ p: pilot.pLower, steps }, target / ceiling);
  if (k === Number.POSITIVE_INFINITY) {
    throw outOfReach(
      `${shown}, which may as well be 0.5 or less (lower bound ${pilot.pLower.toFixed(3)}): try more states`,
      {
        pLower: pilot.pLower,
      },
    );
  }
  return k;
}

/** Projects a run with a k, from what a pilot found. */
export function project(pilot: Pilot, steps: number, k: number): Projection {
  const votesPerStep = pilot.p > 0.5 ? expectedVotes(Math.min(pilot.p, 1 - 1e-12), k) : Number.NaN;
  const samples = (steps * votesPerStep) / pilot.valid;
  const { costUsd, durationMs } = pilot.perSample;
  const ceiling = ceilingOf(pilot, steps);
  return {
    k,
    steps,
    ...(pilot.basis === 'truth' && { success: ceiling * taskSuccess({ p: pilot.pLower, steps }, k), ceiling }),
    votesPerStep,
    samples,
    costUsd: costUsd === 'unknown' ? 'unknown' : samples * costUsd,
    durationMs: samples * durationMs,
  };
}

function ceilingOf({ poisoned }: Pilot, steps: number): number {
  return poisonedCeiling(poisoned?.share ?? 0, steps);
}

function flagsOf({ flags }: Pilot): string {
  const most = Object.entries(flags).sort(([, a], [, b]) => b - a)[0];
  return most ? ` (${most[1]} flagged as "${most[0]}")` : '';
}

function outOfReach(why: string, data: Record<string, unknown>): TandemError {
  return new TandemError(
    'unreachable_target',
    `The target is out of reach: ${why}. Use a better or a second solver, other wordings, or a lower target; or give ` +
      '`k` and take what comes.',
    { data },
  );
}

import {
  countedFailure,
  expectedVotes,
  leastLead,
  poisonedCeiling,
  taskSuccess,
} from '../../../algorithms/votes/vote-odds.ts';
import { z95 } from '../../../algorithms/votes/wilson.ts';
import { TandemError } from '../../../model/errors.ts';
import type { HardState, Pilot } from './pilot-result.ts';
import { curedByWording } from './pilot-wordings.ts';
import { quoteOf } from './refusals.ts';

/** What a run will take, and what it can promise. */
export interface Projection {
  /** Lead that decides a step. */
  readonly k: number;
  readonly steps: number;
  /**
   * Probability that every step ends right, at least, under `ceiling`; absent where nobody knew the
   * truth.
   */
  readonly success?: number;
  /**
   * The most that any k can reach, by the share of states that votes cannot cure; absent where
   * nobody knew the truth.
   */
  readonly ceiling?: number;
  /** The same by the most of such states that the pilot cannot exclude: what is proven (95 %). */
  readonly provenCeiling?: number;
  /** Valid votes a step, and samples in all, flagged ones included. */
  readonly votesPerStep: number;
  readonly samples: number;
  readonly costUsd: number | 'unknown';
  readonly durationMs: number;
}

/**
 * What the ceiling goes by: the share of states that a pilot saw to be beyond the cure of votes, or
 * the most that it cannot exclude, which is proven. After a census both are the same.
 */
export type CeilingBasis = 'seen' | 'proven';

/**
 * Derives k from what a pilot found: the least with which the whole task ends right with
 * probability `target`, for the lower bound of p (MAKER, eq. 14), for the states that are harder
 * than p says, and under the ceiling of poisoned ones.
 * @throws TandemError `unreachable_target` with the reason
 * @example
 * ```ts
 * const task = hanoiTask(10);
 * const seen = await pilot({ task, solver: local });
 * const k = leadFor(seen, 1023, 0.95);
 * ```
 */
export function leadFor(
  pilot: Pilot,
  steps: number,
  target: number,
  basis: CeilingBasis = 'seen',
): number {
  if (!(target < 1))
    throw outOfReach('certainty is out of reach of votes: the target must be below 1', { target });
  if (pilot.votes === 0)
    throw outOfReach(`none of ${pilot.states} states got a valid vote${flagsOf(pilot)}`, {
      target,
    });
  const shown =
    `${pilot.right} of ${pilot.votes} valid votes ` +
    `${pilot.basis === 'truth' ? 'are right' : 'agree'}`;
  if (pilot.p <= 0.5)
    throw outOfReach(`${shown}: a solver that errs as often as not only gets worse by votes`, {
      p: pilot.p,
    });
  if (basis === 'proven' && pilot.basis !== 'truth')
    throw outOfReach('nothing is proven where nobody knew the right answers', { target });
  if (ceilingOf(pilot, steps, 'seen') <= target) throw beyondCure(pilot, steps);
  const ceiling = ceilingOf(pilot, steps, basis);
  if (ceiling <= target) throw unproven(pilot, steps, ceiling);
  const k = leastLead({ p: pilot.pLower, steps }, target / ceiling);
  if (k === Number.POSITIVE_INFINITY) {
    throw outOfReach(
      `${shown}, which may as well be 0.5 or less (lower bound ${pilot.pLower.toFixed(3)}): try ` +
        'more states',
      { pLower: pilot.pLower },
    );
  }
  for (let lead = k; lead <= k + mostMore; lead++)
    if (ceiling * curedBy(pilot, steps, lead) >= target) return lead;
  throw tooHard(pilot, steps);
}

// Beyond so many votes more than p asks for, hard states are as good as undecided.
const mostMore = 50;

/**
 * Gives the probability that votes ahead by k end right on every step that they can cure: by the
 * lower bound of p (MAKER, eq. 13), and on hard states by the votes on each.
 */
function curedBy({ pLower, hard = [], states, poisoned }: Pilot, steps: number, k: number): number {
  const inRun = poisoned?.isCensus ? 1 : steps / states;
  const usual = Math.max(0, steps - hard.reduce((sum, state) => sum + state.standsFor, 0) * inRun);
  // One bound for all of them together: that each is at its own lower end is far less likely.
  const z = z95 / Math.sqrt(Math.max(1, hard.length));
  const failures = hard.reduce(
    (sum, state) => sum + state.standsFor * Math.log1p(-countedFailure(state, k, z)),
    0,
  );
  return taskSuccess({ p: pLower, steps: usual }, k) * Math.exp(inRun * failures);
}

/**
 * Projects a run with a k, from what a pilot found.
 * @example
 * ```ts
 * const task = hanoiTask(10);
 * const seen = await pilot({ task, solver: local });
 * console.log(project(seen, 1023, 3));
 * ```
 */
export function project(pilot: Pilot, steps: number, k: number): Projection {
  const votesPerStep = pilot.p > 0.5 ? expectedVotes(Math.min(pilot.p, 1 - 1e-12), k) : Number.NaN;
  const samples = (steps * votesPerStep) / pilot.valid;
  const { costUsd, durationMs } = pilot.perSample;
  const ceiling = ceilingOf(pilot, steps, 'seen');
  return {
    k,
    steps,
    ...(pilot.basis === 'truth' && {
      success: ceiling * curedBy(pilot, steps, k),
      ceiling,
      provenCeiling: ceilingOf(pilot, steps, 'proven'),
    }),
    votesPerStep,
    samples,
    costUsd: costUsd === 'unknown' ? 'unknown' : samples * costUsd,
    durationMs: samples * durationMs,
  };
}

/** The most that any k can reach; 1 where nobody knew the truth. */
export function ceilingOf({ poisoned }: Pilot, steps: number, basis: CeilingBasis): number {
  if (!poisoned) return 1;
  // The run comes through each of these states, not through some by chance.
  if (poisoned.isCensus) {
    const isLost = poisoned.states > 0 || (basis === 'proven' && poisoned.unmeasured);
    return isLost ? 0 : 0.5 ** poisoned.unclear;
  }
  return poisonedCeiling(basis === 'seen' ? poisoned.share : poisoned.upper, steps);
}

/**
 * Says what a pilot with truth could not see; `undefined` where it saw every step of the run.
 * @example
 * ```ts
 * const seen = await pilot({ task: hanoiTask(10), solver: local });
 * console.log(unseenBy(seen));
 * ```
 */
export function unseenBy({ poisoned, states }: Pilot): string | undefined {
  if (!poisoned || (poisoned.isCensus && !poisoned.unmeasured)) return undefined;
  const { states: found, unclear, unmeasured, upper } = poisoned;
  const marked =
    `${found + unclear} of ${states} states ${found + unclear === 1 ? 'is' : 'are'} ` +
    'beyond the cure of votes';
  const left = unmeasured
    ? `${unmeasured} whose votes differ ${unmeasured === 1 ? 'is' : 'are'} left unmeasured, so ` +
      'that the pilot costs no more than its run; '
    : '';
  return (
    `${marked}; ${left}up to ${(100 * upper).toPrecision(2)} % of all may be: the ceiling is not ` +
    'proven'
  );
}

function beyondCure(pilot: Pilot, steps: number): TandemError {
  const { states, unclear, isCensus, share } = pilot.poisoned!;
  const ceiling = ceilingOf(pilot, steps, 'seen');
  const tried = isCensus ? `all ${pilot.states}` : `${pilot.states}`;
  const wrong =
    `${states} of ${tried} states ${states === 1 ? 'has' : 'have'} a wrong answer as ` +
    `${states === 1 ? 'its' : 'their'} most common one`;
  const even =
    `${unclear} of ${tried} states ${unclear === 1 ? 'has' : 'have'} no answer that ` +
    'leads clearly';
  const why =
    `so that over ${steps} steps no k reaches more than ` +
    `${ceiling === 0 ? '0' : ceiling.toPrecision(2)}`;
  const data = { ceiling, poisonedShare: share };
  const cure = curedByWording(pilot.stuck);
  const more = cure === undefined ? '' : `; ${cure}`;
  if (states === 0)
    return outOfReach(`${even}, ${why}: votes end right there by luck alone${more}`, data);
  const both = unclear === 0 ? wrong : `${wrong}, and ${even}`;
  const systematic = 'these errors are systematic, and votes make them certain';
  return outOfReach(`${both}, ${why}: ${systematic}${more}`, data);
}

function tooHard({ hard = [], states }: Pilot, steps: number): TandemError {
  const [worst] = [...hard].sort((a, b) => oddsAgainst(b) - oddsAgainst(a));
  return outOfReach(
    `${hard.length} of ${states} states are far harder than the others (the right answer of one ` +
      `leads by ${worst?.right} to ` +
      `${Math.max(0, ...(worst?.others ?? []))} votes), so that over ${steps} steps no k that ` +
      'can be paid reaches it',
    { hard: hard.length },
  );
}

function oddsAgainst({ right, others }: HardState): number {
  return Math.max(0, ...others) / Math.max(1, right);
}

function unproven(pilot: Pilot, steps: number, ceiling: number): TandemError {
  const { upper } = pilot.poisoned!;
  return outOfReach(
    `${unseenBy(pilot)} (${ceiling.toPrecision(2)} over ${steps} steps). Try all states ` +
      "(`pilot: { states: 'all' }`, `--states all`)",
    { ceiling, poisonedUpper: upper },
  );
}

function flagsOf({ flags, refused }: Pilot): string {
  const most = Object.entries(flags).sort(([, a], [, b]) => b - a)[0];
  const such = refused ? `, such as ${quoteOf(refused)}` : '';
  return most ? ` (${most[1]} flagged as "${most[0]}"${such})` : '';
}

function outOfReach(why: string, data: Record<string, unknown>): TandemError {
  return new TandemError(
    'unreachable_target',
    `The target is out of reach: ${why}. Use a better or a second solver, other wordings, or a ` +
      'lower target; or give ' +
      '`k` and take what comes.',
    { data },
  );
}

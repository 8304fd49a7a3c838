import { binomialCdf } from '../../../algorithms/votes/binomial.ts';
import { leader, type Tally, votesNeeded } from '../../../algorithms/votes/vote.ts';
import type { CountedStep } from '../../../algorithms/votes/vote-odds.ts';
import { decide, type StepDecision, type Voting } from './decide.ts';
import type { PilotState } from './pilot-states.ts';
import { openWordingVotes } from './pilot-wordings.ts';
import type { FlagTally } from './refusals.ts';
import type { VoteRule } from './rule.ts';
import type { Task } from './task.ts';

/** What a state can be, by its most common answer. */
export type Cure = 'right' | 'poisoned' | 'unclear';

/** What a pilot saw of one state. */
export interface Tried {
  readonly index: number;
  /** Of the first votes, which p is estimated from. */
  readonly right: number;
  readonly votes: number;
  readonly samples: number;
  readonly flags: readonly string[];
  /** Samples beyond these, to tell what can be cured by votes from what cannot. */
  readonly extra: number;
  readonly cure: Cure;
  /** Valid votes of the second look, where there was one that ended right. */
  readonly second?: CountedStep;
  readonly truth: string | undefined;
  /** What was flagged most often at first, with one such answer. */
  readonly refused: FlagTally | undefined;
  /** Valid votes of all looks by answer, for each wording of the task. */
  readonly by: readonly ReadonlyMap<string, number>[];
  /** Flagged answers of all looks. */
  readonly flagged: ReadonlyMap<string, number>;
}

// Votes that one answer must lead by, or it is a matter of luck which wins. The first look may be
// content with less: one vote short of all. Of states where a wrong answer is drawn twice as often,
// one in a hundred gets through both looks.
const clearLead = 8;
// A state is given up only where a wrong answer leads by twice that: of a thousand states each of
// which is right in seven votes of ten, one would else be called wrong for good by bad luck.
const lostLead = 16;
// Of the second look, at most.
const mostVotes = 200;

type Draw<State> = Omit<Voting<State>, 'rule' | 'maxSamples'>;

/** Counts fresh votes on a state, as many as are asked for. */
export async function countVotes<State, Action>(
  task: Task<State, Action>,
  at: PilotState<State>,
  { voting, count }: { voting: Draw<State>; count: number },
): Promise<CountedStep & { readonly samples: number }> {
  const { tally, samples } = await look(task, at, { voting, needed: () => count, count, salt: 2 });
  return { ...counted(tally, at.truth), samples };
}

/**
 * Votes on one state: `count` samples, and more where it is not clear whether votes would end right
 * there.
 */
export async function tryState<State, Action>(
  task: Task<State, Action>,
  at: PilotState<State>,
  { voting, count }: { voting: Draw<State>; count: number },
): Promise<Tried> {
  const { index, truth } = at;
  const byWording = openWordingVotes(task.wordings ?? 1);
  const watched = { ...voting, onSample: byWording.add };
  const first = await look(task, at, { voting: watched, needed: () => count, count, salt: 0 });
  const { candidate, lead } = leader(first.tally);
  const { right, others } = counted(first.tally, truth ?? candidate);
  const votes = others.reduce((sum, each) => sum + each, right);
  const { samples: drawn, flags, refused } = first;
  const { by, flagged } = byWording;
  const facts = { index, right, votes, samples: drawn, flags, truth, refused, by, flagged };
  if (truth === undefined || (candidate === truth && lead >= soonLead(count)))
    return { ...facts, extra: 0, cure: 'right' };
  const needed = (tally: Tally) =>
    votesNeeded(tally, leader(tally).candidate === truth ? clearLead : lostLead);
  const again = { voting: watched, needed, count: mostVotes, salt: 1 };
  const { tally, samples } = await look(task, at, again);
  const cure = cureOf(tally, truth);
  return {
    ...facts,
    extra: samples,
    cure,
    ...(cure === 'right' && { second: counted(tally, truth) }),
  };
}

/**
 * Gives the probability that a state that is right in a share of its votes is not looked at twice.
 */
export function unnoticed(share: number, count: number): number {
  return 1 - binomialCdf(Math.ceil((count + soonLead(count)) / 2) - 1, { n: count, p: share });
}

function soonLead(count: number): number {
  return Math.max(1, Math.min(clearLead, count - 1));
}

/** Draws until a rule is satisfied, `count` samples at most. */
async function look<State, Action>(
  task: Task<State, Action>,
  { state, index }: PilotState<State>,
  {
    voting,
    needed,
    count,
    salt,
  }: { voting: Draw<State>; needed: VoteRule['needed']; count: number; salt: number },
): Promise<StepDecision<State, Action>> {
  // Seeds of its own, so that the run does not draw the pilot's votes again.
  const seeded = {
    ...voting,
    seed: voting.seed + 7919 + salt,
    rule: { needed, says: '' },
    maxSamples: count,
  };
  return await decide({ task, state, index }, seeded);
}

function counted({ counts }: Tally, truth: string | undefined): CountedStep {
  const right = (truth === undefined ? undefined : counts.get(truth)) ?? 0;
  return { right, others: [...counts].filter(([key]) => key !== truth).map(([, votes]) => votes) };
}

function cureOf(tally: Tally, truth: string): Cure {
  const { candidate, lead } = leader(tally);
  if (candidate === undefined) return 'poisoned';
  if (lead < (candidate === truth ? clearLead : lostLead)) return 'unclear';
  return candidate === truth ? 'right' : 'poisoned';
}

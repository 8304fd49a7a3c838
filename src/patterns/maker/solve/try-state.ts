import { binomialCdf } from '../../../algorithms/votes/binomial.ts';
import {
  addTally,
  emptyTally,
  leader,
  type Tally,
  votesNeeded,
} from '../../../algorithms/votes/vote.ts';
import type { CountedStep } from '../../../algorithms/votes/vote-odds.ts';
import { decide, type StepDecision, type Voting } from './decide.ts';
import type { PilotState } from './pilot-states.ts';
import { openWordingVotes, type WordingBallot } from './pilot-wordings.ts';
import type { FlagTally } from './refusals.ts';
import type { VoteRule } from './rule.ts';
import type { Task } from './task.ts';

/** What a state can be, by its most common answer; unmeasured where too few votes were drawn. */
export type Cure = 'right' | 'poisoned' | 'unclear' | 'unmeasured';

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
  /** Valid votes of the second look, so far. */
  readonly again?: Tally;
  /** Valid votes of the second look, where there was one that ended right. */
  readonly second?: CountedStep;
  readonly truth: string | undefined;
  /** What was flagged most often at first, with one such answer. */
  readonly refused: FlagTally | undefined;
  /** Votes of all looks by answer, for each wording of the task, and flagged ones. */
  readonly votesBy: WordingBallot;
}

// Votes that one answer must lead by, or it is a matter of luck which wins. The first look may be
// content with less: one vote short of all. Of states where a wrong answer is drawn twice as often,
// one in a hundred gets through both looks.
const clearLead = 8;
// A state is given up only where a wrong answer leads by twice that: of a thousand states each of
// which is right in seven votes of ten, one would else be called wrong for good by bad luck.
const lostLead = 16;
// Where no more votes may be drawn, the least by which a wrong answer leads that is taken as the
// most common one.
const lostShort = 6;
/** Samples of the second look, at most. */
export const mostVotes = 200;

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
 * Votes on one state: `count` samples. Where they do not agree, it is unmeasured until it is looked
 * at again.
 */
export async function tryState<State, Action>(
  task: Task<State, Action>,
  at: PilotState<State>,
  { voting, count }: { voting: Draw<State>; count: number },
): Promise<Tried> {
  const { index, truth } = at;
  const votesBy = openWordingVotes(task.wordings ?? 1);
  const watched = { ...voting, onSample: votesBy.add };
  const usual = { voting: watched, needed: () => count, count, salt: 0 };
  const first = at.walked ?? (await look(task, at, usual));
  const { candidate, lead } = leader(first.tally);
  const { right, others } = counted(first.tally, truth ?? candidate);
  const votes = others.reduce((sum, each) => sum + each, right);
  const { samples, flags, refused } = first;
  const isSoon = truth === undefined || (candidate === truth && lead >= soonLead(count));
  const cure = isSoon ? 'right' : 'unmeasured';
  return { index, right, votes, samples, flags, truth, refused, votesBy, extra: 0, cure };
}

/**
 * Looks again at a state whose first votes did not agree, with fresh ones, `most` at most; `usual`
 * is the share of right votes over all states.
 */
export async function lookAgain<State, Action>(
  task: Task<State, Action>,
  at: PilotState<State>,
  asked: { tried: Tried; voting: Draw<State>; most: number; usual: number },
): Promise<Tried> {
  const { tried, voting, usual } = asked;
  const truth = at.truth!;
  const before = tried.again ?? emptyTally;
  const count = Math.min(mostVotes - tried.extra, asked.most);
  const needed = (drawn: Tally) => {
    const tally = addTally(before, drawn);
    return votesNeeded(tally, leader(tally).candidate === truth ? clearLead : lostLead);
  };
  const watched = { ...voting, onSample: tried.votesBy.add };
  const fresh = { voting: watched, needed, count, salt: tried.again ? 3 : 1 };
  const { tally: drawn, samples } = await look(task, at, fresh);
  const again = addTally(before, drawn);
  const extra = tried.extra + samples;
  const seen = cureOf(again, truth);
  const isCut = seen !== 'right' && seen !== 'poisoned' && extra < mostVotes;
  const cure = isCut ? cutShort(again, truth, usual) : seen;
  return {
    ...tried,
    again,
    extra,
    cure,
    ...(cure === 'right' && { second: counted(again, truth) }),
  };
}

// Judged by few votes: a state that is right in seven of ten, or as often as the others, would look
// poisoned or unclear once in a hundred times.
function cutShort(tally: Tally, truth: string, usual: number): Cure {
  const { right, others } = counted(tally, truth);
  const n = others.reduce((sum, each) => sum + each, right);
  const odds = binomialCdf(right, { n, p: Math.min(0.7, usual) });
  if (odds >= 0.01) return 'unmeasured';
  return Math.max(...others) - right >= lostShort ? 'poisoned' : 'unclear';
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

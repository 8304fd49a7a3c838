import type { Ask } from '../../model/pattern/ask.ts';
import type { FilePart, LanguageModel } from '../../model/types.ts';
import type { Count } from './planned-work.ts';
import { decide, type StepDecision, type Vote, type Voting } from './solve/decide.ts';
import { aheadBy } from './solve/rule.ts';
import { samplerOf } from './solve/sampler.ts';
import type { Task } from './solve/task.ts';
import { astray, unconverged } from './solve/vote-table.ts';
import { tellVotes } from './trail.ts';

interface DeclaredWork<State> {
  readonly ask: Ask;
  readonly files: readonly FilePart[];
  /** Votes take turns among them. */
  readonly solvers: readonly LanguageModel[];
  readonly escalate: LanguageModel | undefined;
  readonly voting: Omit<Voting<State>, 'samplers'>;
  readonly maxSteps: number;
  readonly count: Omit<Count, 'replanned' | 'chosen'>;
}

/**
 * Carries a declared task out, step by step; returns its last state. @throws TandemError
 * `not_converged`
 */
export async function runDeclared<State, Action>(
  work: DeclaredWork<State>,
  task: Task<State, Action>,
): Promise<State> {
  const { count, maxSteps } = work;
  let state = task.initial;
  while (!task.isDone(state)) {
    if (count.steps >= maxSteps) throw astray(maxSteps);
    const won = await winnerOf(work, { task, state, index: count.steps++ });
    state = won.next;
  }
  return state;
}

async function winnerOf<State, Action>(
  work: DeclaredWork<State>,
  step: { task: Task<State, Action>; state: State; index: number },
): Promise<Vote<State, Action>> {
  const { escalate, count } = work;
  const first = await voteOn(work, work.solvers, { step, as: '' });
  if (first.won) return first.won;
  if (!escalate) throw unconverged(step.index + 1, first);
  const second = await voteOn(work, [escalate], { step, as: 'escalated ' });
  if (!second.won) throw unconverged(step.index + 1, second);
  count.escalated++;
  return second.won;
}

async function voteOn<State, Action>(
  { ask, files, voting, count }: DeclaredWork<State>,
  models: readonly LanguageModel[],
  { step, as }: { step: { task: Task<State, Action>; state: State; index: number }; as: string },
): Promise<StepDecision<State, Action>> {
  const named = ({ vote }: { vote: number }) => `${as}step ${step.index + 1} vote ${vote + 1}`;
  const samplers = models.map(model => samplerOf<State>(model, { ask, files, named }));
  // Of a model to escalate to, one answer that counts decides.
  const once = as === '' ? {} : { rule: aheadBy(1), maxSamples: 3 };
  const seed = voting.seed + as.length;
  const decision = await decide(step, { ...voting, ...once, samplers, seed });
  count.samples += decision.samples;
  count.flagged += decision.flags.length;
  tellVotes(ask, `${as}${step.index + 1}`, { ...decision, result: undefined });
  return decision;
}

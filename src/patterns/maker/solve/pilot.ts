import type { CountedStep } from '../../../algorithms/votes/vote-odds.ts';
import { requireWhole } from '../../../model/errors.ts';
import { addTotals, type Loop, type LoopTotals, noCalls } from '../../../model/run/loop.ts';
import type { Voting } from './decide.ts';
import { type HardState, hardAmong, type Pilot, pilotOf } from './pilot-result.ts';
import {
  drawLabelled,
  type LabelledState,
  noStates,
  type PilotStates,
  walkByTruth,
  walkByVotes,
} from './pilot-states.ts';
import { aheadBy } from './rule.ts';
import { type Solver, samplerOf } from './sampler.ts';
import type { Task } from './task.ts';
import { countVotes, type Tried, tryState, unnoticed } from './try-state.ts';

/** Who knows the right actions of a pilot, where the task itself does not. */
export type Truth<State, Action> =
  | readonly LabelledState<State, Action>[]
  /** A stronger model: its winners count as right. */
  | { readonly solver: Solver<State>; readonly k?: number };

/** How a pilot is run. */
export interface PilotOptions<State, Action> {
  /**
   * States to try, or `all` that the run will come through (a census): only then is it known of
   * each whether votes can cure it. Default: 200, or all if the task has fewer.
   */
  readonly states?: number | 'all';
  /**
   * Votes on each. Default: 5 (8 for all states, if they are asked for), and down to 2 in a short
   * task, so that the pilot is no dearer than its run.
   */
  readonly votes?: number;
  /** Default: the task's own `truth`. */
  readonly truth?: Truth<State, Action>;
}

interface PilotRun<State, Action> {
  readonly task: Task<State, Action>;
  readonly voting: Omit<Voting<State>, 'rule' | 'maxSamples'>;
  readonly loop: Loop;
  readonly options: PilotOptions<State, Action>;
  readonly onState?: (done: number, of: number) => void;
}

// Fresh ones, since those that made a state look hard overstate it.
const mostHardVotes = 200;
// After so many states of which none ended right the rest would only cost.
const triedAlready = 5;

/**
 * Tries a solver on real states of a task: how often it is right, what it costs, and which errors
 * votes cannot cure.
 */
export async function runPilot<State, Action>(run: PilotRun<State, Action>): Promise<Pilot> {
  const { task, voting, loop, options } = run;
  const { states } = options;
  if (typeof states === 'number')
    requireWhole('states', states, 1, 'Use 200, or "all" for every step of the run.');
  const found = await statesFor(run);
  if (found.states.length === 0) throw noStates(task);
  // Who wants to know of every state is not content with a glance.
  const { steps = task.steps } = found;
  const count = options.votes ?? (states === 'all' ? 8 : votesFor(found.states.length, steps));
  loop.take();
  const begun = loop.clock.now();
  const tries: Tried[] = [];
  let totals: LoopTotals = noCalls;
  for (const state of found.states) {
    run.onState?.(tries.length, found.states.length);
    tries.push(await tryState(task, state, { voting, count }));
    totals = addTotals(totals, loop.take());
    if (tries.length >= triedAlready && !tries.some(isPassed)) break;
  }
  const hard: HardState[] = [];
  const stateAt = new Map(found.states.map(state => [state.index, state]));
  for (const { index } of hardAmong(tries)) {
    const counted = await countVotes(task, stateAt.get(index)!, {
      voting,
      count: hardVotesIn(steps),
    });
    hard.push({ index, ...counted, standsFor: standsFor(counted, count) });
    totals = addTotals(totals, loop.take());
  }
  return pilotOf(tries, {
    totals,
    hard,
    durationMs: loop.clock.now() - begun,
    steps: task.steps ?? found.steps,
    hasTruth: found.states[0]!.truth !== undefined,
    population: found.isOfRun ? found.steps : undefined,
  });
}

// A run takes two votes a step at least.
function votesFor(states: number, steps: number | undefined): number {
  return steps === undefined ? 5 : Math.min(5, Math.max(2, Math.floor((2 * steps) / states)));
}

function hardVotesIn(steps = mostHardVotes): number {
  return Math.min(mostHardVotes, Math.max(40, steps));
}

function isPassed({ cure, votes }: Tried): boolean {
  return cure === 'right' && votes > 0;
}

function standsFor({ right, others }: CountedStep, count: number): number {
  const votes = others.reduce((sum, each) => sum + each, right);
  // Never more than twenty: that a state was noticed at all is then a matter of luck.
  return 1 / Math.max(0.05, 1 - unnoticed((right + 0.5) / (votes + 1), count));
}

async function statesFor<State, Action>(run: PilotRun<State, Action>): Promise<PilotStates<State>> {
  const { task, voting, loop, options } = run;
  const { seed, signal } = voting;
  const count = options.states === 'all' ? Number.POSITIVE_INFINITY : (options.states ?? 200);
  const { truth } = options;
  if (Array.isArray(truth))
    return drawLabelled(task, truth as readonly LabelledState<State, Action>[], { count, seed });
  const walk = (samplers: Voting<State>['samplers'], k: number) => ({
    ...voting,
    samplers,
    rule: aheadBy(k),
    maxSamples: Math.max(60, 10 * k),
  });
  if (truth && 'solver' in truth) {
    const samplers = [samplerOf(truth.solver, { ask: loop.ask })];
    return walkByVotes(task, walk(samplers, truth.k ?? 3), { count, isTruth: true });
  }
  if (task.truth) return walkByTruth(task, { count, seed, signal });
  return walkByVotes(task, walk(voting.samplers, 3), { count, isTruth: false });
}

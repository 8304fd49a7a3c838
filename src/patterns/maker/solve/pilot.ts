import { type Tally, votesNeeded } from '../../../algorithms/votes/vote.ts';
import { type CountedStep, expectedVotes, leastLead } from '../../../algorithms/votes/vote-odds.ts';
import { wilsonLower } from '../../../algorithms/votes/wilson.ts';
import { requireWhole } from '../../../model/errors.ts';
import { addTotals, type Loop, type LoopTotals, noCalls } from '../../../model/run/loop.ts';
import { agreementIn } from '../agreement.ts';
import type { Voting } from './decide.ts';
import { type HardState, hardAmong, type Pilot, pilotOf } from './pilot-result.ts';
import {
  drawLabelled,
  type LabelledState,
  noStates,
  type PilotState,
  type PilotStates,
  walkByTruth,
  walkByVotes,
} from './pilot-states.ts';
import { aheadBy } from './rule.ts';
import { type Solver, samplerOf } from './sampler.ts';
import type { Task } from './task.ts';
import { countVotes, lookAgain, mostVotes, type Tried, tryState, unnoticed } from './try-state.ts';

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
   * task. Beyond them, unless all states are asked for, a state whose votes differ is looked at
   * only as long as the pilot is no dearer than its run, or than twice the votes asked for.
   */
  readonly votes?: number;
  /** Default: the task's own `truth`. */
  readonly truth?: Truth<State, Action>;
}

interface PilotRun<State, Action> {
  readonly task: Task<State, Action>;
  readonly voting: Omit<Voting<State>, 'rule' | 'maxSamples'>;
  readonly loop: Loop;
  readonly options: PilotOptions<State, Action> & { readonly target?: number };
  readonly onState?: (done: number, of: number) => void;
}

// Fresh ones, since those that made a state look hard overstate it.
const mostHardVotes = 200;
const leastHardVotes = 40;
// Of a run that will be refused: as if each step took so many votes.
const refusedLead = 3;
// After so many states of which none ended right the rest would only cost.
const triedAlready = 5;

/**
 * Tries a solver on real states of a task: how often it is right, what it costs, and which errors
 * votes cannot cure.
 */
export async function runPilot<State, Action>(run: PilotRun<State, Action>): Promise<Pilot> {
  const { task, loop, options } = run;
  const { states } = options;
  if (typeof states === 'number')
    requireWhole('states', states, 1, 'Use 200, or "all" for every step of the run.');
  loop.take();
  const before = loop.clock.now();
  const found = await statesFor(run);
  if (found.states.length === 0) throw noStates(task);
  const { steps = task.steps } = found;
  // What a stronger model took that knows the truth is no cost of a sample.
  const isWalked = found.states[0]?.walked !== undefined;
  const way = loop.take();
  const begun = isWalked ? before : loop.clock.now();
  const work: PilotWork<State, Action> = {
    run,
    found: found.states,
    steps: steps ?? found.states.length,
    count: votesFor(options, found.states.length, steps),
    tries: [],
    samples: 0,
    totals: isWalked ? way : noCalls,
  };
  await lookAtAll(work);
  const hard = await lookAtHard(work);
  return pilotOf(work.tries, {
    totals: work.totals,
    hard,
    durationMs: loop.clock.now() - begun,
    steps: task.steps ?? found.steps,
    hasTruth: found.states[0]!.truth !== undefined,
    population: found.isOfRun ? found.steps : undefined,
  });
}

/** A pilot under way. */
interface PilotWork<State, Action> {
  readonly run: PilotRun<State, Action>;
  readonly found: readonly PilotState<State>[];
  readonly steps: number;
  /** First votes on each state. */
  readonly count: number;
  readonly tries: Tried[];
  samples: number;
  totals: LoopTotals;
}

async function lookAtAll<State, Action>(work: PilotWork<State, Action>): Promise<void> {
  const { run, found, count, tries } = work;
  for (const state of found) {
    run.onState?.(tries.length, found.length);
    const tried = await tryState(run.task, state, { voting: run.voting, count });
    tries.push(tried);
    pay(work, tried.samples);
    if (tries.length !== triedAlready || tries.some(isPassed)) continue;
    await lookAtOpen(work);
    if (!tries.some(isPassed)) return;
  }
  await lookAtOpen(work);
}

/**
 * Looks again at the states whose first votes do not agree: briefly at each, then as long as what
 * may be spent allows, shared by those that are still open.
 */
async function lookAtOpen<State, Action>(work: PilotWork<State, Action>): Promise<void> {
  const { run, found, tries } = work;
  const usual = shareRight(tries);
  for (const longest of [10, 40, mostVotes]) {
    const open = [...tries.keys()].filter(at => tries[at]!.cure !== 'right');
    for (const [nth, at] of open.entries()) {
      const most = Math.max(0, Math.floor(roomIn(work) / (open.length - nth)));
      const tried = tries[at]!;
      const again = { tried, voting: run.voting, most: Math.min(most, longest), usual };
      const next = await lookAgain(run.task, found[at]!, again);
      tries[at] = next;
      pay(work, next.extra - tried.extra);
    }
  }
}

async function lookAtHard<State, Action>(work: PilotWork<State, Action>): Promise<HardState[]> {
  const { run, found, tries, steps, count } = work;
  const { task, voting } = run;
  const hard: HardState[] = [];
  const noticed = hardAmong(tries);
  const mostVotesEach = run.options.states === 'all' ? mostHardVotes : mostHardVotes / 2;
  const usual = Math.min(mostVotesEach, Math.max(leastHardVotes, steps));
  for (const [nth, { index, second }] of noticed.entries()) {
    const votes = Math.min(usual, Math.floor(roomIn(work) / (noticed.length - nth)));
    const at = found.find(state => state.index === index)!;
    // Too few would tell less than those that made it look hard, which overstate it.
    const counted =
      votes < leastHardVotes
        ? { ...second!, samples: 0 }
        : await countVotes(task, at, { voting, count: votes });
    hard.push({ index, ...counted, standsFor: standsFor(counted, count) });
    pay(work, counted.samples);
  }
  return hard;
}

function pay<State, Action>(work: PilotWork<State, Action>, samples: number): void {
  work.samples += samples;
  work.totals = addTotals(work.totals, work.run.loop.take());
}

/**
 * Tells what may still be spent: what the run will take at least, by the first votes and by those
 * on hard states, less what is spent and what first votes take that are still to come.
 */
function roomIn<State, Action>(work: PilotWork<State, Action>): number {
  const { run, found, tries, steps, count, samples } = work;
  const { states, target = 0.95 } = run.options;
  // Who wants to know of every state is not content with a glance.
  if (states === 'all') return Number.POSITIVE_INFINITY;
  const [right, votes, drawn] = [sum(tries, 'right'), sum(tries, 'votes'), sum(tries, 'samples')];
  const usual = leastLead({ p: wilsonLower({ successes: right, trials: votes }), steps }, target);
  const second = hardAmong(tries).map(tried => tried.second!);
  const ofHard = {
    p: second.reduce((all, each) => all + each.right / votesIn(each), 0) / second.length,
    steps: (steps * second.length) / found.length,
  };
  const lead = Math.max(usual, second.length && leastLead(ofHard, target));
  const p = Math.min(shareRight(tries), 1 - 1e-12);
  const each = Number.isFinite(lead) && p > 0.5 ? expectedVotes(p, lead) : refusedLead;
  const ofRun = steps * each * (votes === 0 ? 1 : drawn / votes);
  // Whoever asks for dearer votes than the run's has states looked at for as much again.
  const asked = found.length * count;
  const most = count > 2 && asked > ofRun ? 2 * asked : ofRun;
  return most - samples - (found.length - tries.length) * count;
}

function sum(tries: readonly Tried[], of: 'right' | 'votes' | 'samples'): number {
  return tries.reduce((all, each) => all + each[of], 0);
}

function shareRight(tries: readonly Tried[]): number {
  return sum(tries, 'right') / Math.max(1, sum(tries, 'votes'));
}

function votesIn({ right, others }: CountedStep): number {
  return others.reduce((all, each) => all + each, right);
}

// A run takes two votes a step at least.
function votesFor(
  { votes, states }: Pick<PilotOptions<never, never>, 'votes' | 'states'>,
  drawn: number,
  steps: number | undefined,
): number {
  if (votes !== undefined || states === 'all') return votes ?? 8;
  return steps === undefined ? 5 : Math.min(5, Math.max(2, Math.floor((2 * steps) / drawn)));
}

function isPassed({ cure, votes }: Tried): boolean {
  return cure === 'right' && votes > 0;
}

function standsFor({ right, others }: CountedStep, count: number): number {
  const votes = votesIn({ right, others });
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
  // What the run would take of the solver as well: these votes are its first look.
  const drawn = Math.min(count, task.steps ?? count);
  const first = votesFor(options, drawn, task.steps);
  const needed = (tally: Tally) =>
    Math.max(votesNeeded(tally, 2), first - agreementIn(tally).votes);
  const own = { ...voting, rule: { needed, says: '' }, maxSamples: Math.max(20, first) };
  return walkByVotes(task, own, { count, isTruth: false });
}

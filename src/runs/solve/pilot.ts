import { leader } from '../../algorithms/vote.ts';
import { type Beta, fitBeta } from '../../algorithms/vote-posterior.ts';
import { wilsonLower, wilsonUpper } from '../../algorithms/wilson.ts';
import { addTotals, type Loop, type LoopTotals, noCalls } from '../../model/loop.ts';
import { type Decision, decide, type Voting } from './decide.ts';
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

/** Who knows the right actions of a pilot, where the task itself does not. */
export type Truth<State, Action> =
  | readonly LabelledState<State, Action>[]
  /** A stronger model: its winners count as right. */
  | { readonly solver: Solver<State>; readonly k?: number };

/** How a pilot is run. */
export interface PilotOptions<State, Action> {
  /** States to try. Default: 200; fewer if the task has fewer. */
  readonly states?: number;
  /** Votes on each. Default: 5, and more if there are fewer states, so that there are a thousand. */
  readonly votes?: number;
  /** Default: the task's own `truth`. */
  readonly truth?: Truth<State, Action>;
}

/** What a pilot found. */
export interface Pilot {
  /** `agreement`: nobody knew the right actions, so that all of it is agreement with the most common one. */
  readonly basis: 'truth' | 'agreement';
  readonly states: number;
  /** Valid votes, over all states. */
  readonly votes: number;
  /** Of these, right ones. */
  readonly right: number;
  /** Flagged samples by reason. */
  readonly flags: Readonly<Record<string, number>>;
  /** Share of the samples that are valid, 0..1. */
  readonly valid: number;
  /** Share of the valid votes that are right, 0..1, and the lower end of its one-sided 95 % interval. */
  readonly p: number;
  readonly pLower: number;
  /** States whose most common answer is wrong: votes cannot cure them. Absent without truth. */
  readonly poisoned?: { readonly states: number; readonly share: number; readonly upper: number };
  /** Votes that were drawn beyond `votes` to tell poisoned states from unlucky ones. */
  readonly extraVotes: number;
  /** Of each sample, on average. */
  readonly perSample: {
    readonly inputTokens: number;
    readonly outputTokens: number;
    readonly costUsd: number | 'unknown';
    readonly durationMs: number;
  };
  /** How p spreads over steps: what the posterior rule goes by. */
  readonly spread: Beta;
  /** Steps of the whole task, where they are known. */
  readonly steps: number | undefined;
}

interface PilotRun<State, Action> {
  readonly task: Task<State, Action>;
  readonly voting: Omit<Voting<State>, 'rule' | 'maxSamples'>;
  readonly loop: Loop;
  readonly options: PilotOptions<State, Action>;
  readonly onState?: (done: number, of: number) => void;
}

// A state whose leader is not clear after its votes is voted on until one leads by so much, or after so many votes.
const clearLead = 8;
const mostVotes = 60;

/** Tries a solver on real states of a task: how often it is right, what it costs, and which errors votes cannot cure. */
export async function runPilot<State, Action>(run: PilotRun<State, Action>): Promise<Pilot> {
  const { task, voting, loop, options } = run;
  const found = await statesFor(run);
  if (found.states.length === 0) throw noStates(task);
  const count = options.votes ?? Math.max(5, Math.ceil(1000 / found.states.length));
  loop.take();
  const begun = loop.clock.now();
  const tries: Tried[] = [];
  let totals: LoopTotals = noCalls;
  for (const state of found.states) {
    run.onState?.(tries.length, found.states.length);
    tries.push(await tryState(task, state, { voting, count }));
    totals = addTotals(totals, loop.take());
  }
  const measured = { totals, durationMs: loop.clock.now() - begun };
  return pilotOf(tries, {
    ...measured,
    steps: task.steps ?? found.steps,
    hasTruth: found.states[0]!.truth !== undefined,
  });
}

async function statesFor<State, Action>(run: PilotRun<State, Action>): Promise<PilotStates<State>> {
  const { task, voting, loop, options } = run;
  const { seed, signal } = voting;
  const count = options.states ?? 200;
  const { truth } = options;
  if (Array.isArray(truth))
    return drawLabelled(task, truth as readonly LabelledState<State, Action>[], { count, seed });
  const walk = (samplers: Voting<State>['samplers'], k: number) => ({
    ...voting,
    samplers,
    rule: aheadBy(k),
    maxSamples: Math.max(mostVotes, 10 * k),
  });
  if (truth && 'solver' in truth) {
    const samplers = [samplerOf(truth.solver, { ask: loop.ask })];
    return walkByVotes(task, walk(samplers, truth.k ?? 3), { count, isTruth: true });
  }
  if (task.truth) return walkByTruth(task, { count, seed, signal });
  return walkByVotes(task, walk(voting.samplers, 3), { count, isTruth: false });
}

interface Tried {
  readonly right: number;
  readonly votes: number;
  readonly samples: number;
  readonly extra: number;
  readonly flags: readonly string[];
  readonly isPoisoned: boolean;
}

async function tryState<State, Action>(
  task: Task<State, Action>,
  { state, index, truth }: PilotState<State>,
  { voting, count }: { voting: PilotRun<State, Action>['voting']; count: number },
): Promise<Tried> {
  const draw = async (maxSamples: number, lead: number | undefined, from: number): Promise<Decision<State, Action>> => {
    const needed = lead === undefined ? () => maxSamples : aheadBy(lead).needed;
    // Seeds of its own, so that the run does not draw the pilot's votes again.
    const seeded = { ...voting, seed: voting.seed + 7919 + from, rule: { needed, says: '' }, maxSamples };
    return await decide({ task, state, index }, seeded);
  };
  // Drawn whole: a rule that is never satisfied ends at the number of samples.
  const first = await draw(count, undefined, 0);
  const { candidate, votes, lead } = leader(first.tally);
  const answer = truth ?? candidate;
  const right = (answer === undefined ? undefined : first.tally.counts.get(answer)) ?? 0;
  let all = 0;
  for (const each of first.tally.counts.values()) all += each;
  const facts = { right, votes: all, samples: first.samples, flags: first.flags };
  if (truth === undefined || (candidate === truth && (lead >= 3 || lead === votes))) {
    return { ...facts, extra: 0, isPoisoned: false };
  }
  // Wrong or unclear: by bad luck, or for good?
  const more = await draw(mostVotes, clearLead, 1);
  return { ...facts, extra: more.samples, isPoisoned: leader(more.tally).candidate !== truth };
}

function pilotOf(
  tries: readonly Tried[],
  facts: { totals: LoopTotals; durationMs: number; steps: number | undefined; hasTruth: boolean },
): Pilot {
  const sum = (of: (tried: Tried) => number) => tries.reduce((total, tried) => total + of(tried), 0);
  const [votes, right, samples, extraVotes] = [
    sum(t => t.votes),
    sum(t => t.right),
    sum(t => t.samples),
    sum(t => t.extra),
  ];
  const poisoned = sum(({ isPoisoned }) => (isPoisoned ? 1 : 0));
  const drawn = samples + extraVotes;
  const { totals, durationMs, steps, hasTruth } = facts;
  const flags: Record<string, number> = {};
  for (const flag of tries.flatMap(tried => tried.flags)) flags[flag] = (flags[flag] ?? 0) + 1;
  return {
    basis: hasTruth ? 'truth' : 'agreement',
    states: tries.length,
    votes,
    right,
    flags,
    valid: samples === 0 ? 0 : votes / samples,
    p: votes === 0 ? 0 : right / votes,
    pLower: wilsonLower({ successes: right, trials: votes }),
    ...(hasTruth && {
      poisoned: {
        states: poisoned,
        share: poisoned / tries.length,
        upper: wilsonUpper({ successes: poisoned, trials: tries.length }),
      },
    }),
    extraVotes,
    perSample: {
      inputTokens: totals.inputTokens / drawn,
      outputTokens: totals.outputTokens / drawn,
      costUsd: totals.costUsd === 'unknown' ? 'unknown' : totals.costUsd / drawn,
      durationMs: durationMs / drawn,
    },
    spread: fitBeta(tries.filter(({ isPoisoned }) => !isPoisoned)),
    steps,
  };
}

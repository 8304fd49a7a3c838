import { seededRandom } from '../../../algorithms/seeded-random.ts';
import { TandemError } from '../../../model/errors.ts';
import { decide, type StepDecision, type Voting } from './decide.ts';
import { callPart, keyOf, type Task } from './task.ts';
import { unconverged } from './vote-table.ts';

/** A state with its right action. */
export interface LabelledState<State, Action> {
  readonly state: State;
  readonly action: Action;
}

/** A state of a pilot. */
export interface PilotState<State> {
  readonly state: State;
  /** From 0, in the task; for labelled states their place in the list. */
  readonly index: number;
  /** Key of the right action; absent where nobody knows. */
  readonly truth: string | undefined;
  /** Votes by which the solver itself came past it, so that they need not be drawn again. */
  readonly walked?: StepDecision<State, unknown>;
}

/** The states of a pilot. */
export interface PilotStates<State> {
  readonly states: readonly PilotState<State>[];
  /** Steps of the whole task, if the way to its end was seen. */
  readonly steps: number | undefined;
  /** Whether they are drawn by chance from the steps of the run, or are all of them. */
  readonly isOfRun: boolean;
}

// Further than a million steps, and done in a second or two.
const mostWalked = 4_200_000;

/** Draws states from the whole way of the right actions, all with the same chance. */
export async function walkByTruth<State, Action>(
  task: Task<State, Action>,
  { count, seed, signal }: { count: number; seed: number; signal: AbortSignal },
): Promise<PilotStates<State>> {
  const truth = task.truth!;
  const random = seededRandom(seed);
  const kept: { state: State; action: Action; index: number }[] = [];
  let state = task.initial;
  let index = 0;
  for (; index < mostWalked && !task.isDone(state); index++) {
    if (index % 5000 === 0) await turn(signal);
    const action = callPart(task, 'truth', () => truth(state));
    const place = index < count ? index : Math.floor(random() * (index + 1));
    if (place < count) kept[place] = { state, action, index };
    const at = state;
    state = callPart(task, 'apply', () => task.apply(at, action));
  }
  const states = kept.map(each => ({
    state: each.state,
    index: each.index,
    truth: keyOf(task, each.action),
  }));
  const isWhole = task.isDone(state);
  return {
    states: states.sort((a, b) => a.index - b.index),
    steps: isWhole ? index : undefined,
    isOfRun: isWhole,
  };
}

/** Draws from labelled states. */
export function drawLabelled<State, Action>(
  task: Task<State, Action>,
  labelled: readonly LabelledState<State, Action>[],
  { count, seed }: { count: number; seed: number },
): PilotStates<State> {
  const random = seededRandom(seed);
  const all = labelled.map(({ state, action }, index) => ({
    state,
    index,
    truth: keyOf(task, action),
  }));
  for (let at = all.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [all[at], all[other]] = [all[other]!, all[at]!];
  }
  return { states: all.slice(0, count), steps: undefined, isOfRun: false };
}

/**
 * Goes the first steps of the way by votes: of a stronger model, whose winners count as the truth;
 * or of the solver itself, where nobody knows the truth.
 */
export async function walkByVotes<State, Action>(
  task: Task<State, Action>,
  voting: Voting<State>,
  { count, isTruth }: { count: number; isTruth: boolean },
): Promise<PilotStates<State>> {
  const states: PilotState<State>[] = [];
  let state = task.initial;
  while (states.length < Math.min(count, mostWalked) && !task.isDone(state)) {
    voting.signal.throwIfAborted();
    const index = states.length;
    const decision: StepDecision<State, Action> = await decide({ task, state, index }, voting);
    const { won } = decision;
    if (!won && index === 0) throw unconverged(1, decision);
    if (!isTruth) states.push({ state, index, truth: undefined, walked: decision });
    else if (won) states.push({ state, index, truth: won.key });
    if (!won) break;
    state = won.next;
  }
  const isWhole = task.isDone(state);
  return { states, steps: isWhole ? states.length : undefined, isOfRun: isWhole };
}

/** Lets the event loop turn. */
export async function turn(signal: AbortSignal): Promise<void> {
  await new Promise(resolve => setImmediate(resolve));
  signal.throwIfAborted();
}

/** The error of a pilot that has nothing to measure. */
export function noStates(task: { readonly name: string }): TandemError {
  return new TandemError(
    'invalid_argument',
    `The task "${task.name}" has no step to try: its first state is done, or no labelled states ` +
      'were given. Give ' +
      'states, or a k.',
  );
}

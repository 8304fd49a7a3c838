import { canonicalJson } from '../../../algorithms/text/canonical-answer.ts';
import { TandemError } from '../../../model/errors.ts';

/** Why a sampled answer is thrown away instead of counted. */
export interface RedFlag {
  readonly redFlag: string;
  /** What the solver wrote, where it is known: quoted in errors, never counted. */
  readonly answer?: string;
}

/**
 * What an answer says: what to do, and the state that it says will follow, where the solver is
 * asked for one.
 */
export interface Move<State, Action> {
  readonly action: Action;
  /** Checked against what `apply` makes of the action; another state is a red flag. */
  readonly next?: State;
}

/** What the solver is asked for one step. */
export interface StepPrompt {
  readonly system?: string;
  readonly text: string;
  /** JSON Schema of the answer, for solvers that follow one; an empty one for any JSON. */
  readonly schema?: Readonly<Record<string, unknown>>;
  readonly stopSequences?: readonly string[];
  readonly maxOutputTokens?: number;
  /** What the toy models that come along (`tiny:`) are asked instead: the dialect they learned. */
  readonly toy?: Omit<StepPrompt, 'toy'>;
}

/**
 * A long task in steps small enough for a small model (MAKER: maximal agentic decomposition, m =
 * 1). All functions are pure, and a state is never changed: it is all that a step needs to know.
 */
export interface Task<State, Action> {
  /**
   * Says which task it is, its size included: `Towers of Hanoi, 10 disks`. A ledger goes on with
   * the same name alone.
   */
  readonly name: string;
  readonly initial: State;
  readonly isDone: (state: State) => boolean;
  /** What the solver is asked in a state. `wording` counts from 0 to `wordings` - 1. */
  readonly prompt: (state: State, wording: number) => StepPrompt;
  /**
   * Paraphrases of a prompt, that votes go through in turn, so that one bad wording cannot win.
   * Default: 1.
   */
  readonly wordings?: number;
  /** Reads an answer to a wording of the prompt; a malformed one is a red flag, never repaired. */
  readonly parse: (text: string, state: State, wording: number) => Move<State, Action> | RedFlag;
  /**
   * Tells whether a step is allowed; anything else than `true` is a red flag. `next` is what the
   * answer says will follow, or what `apply` gives where it says nothing. May take its time: a
   * compiler, say.
   */
  readonly isLegal?: (state: State, action: Action, next: State) => Legality | Promise<Legality>;
  /** Gives the state after an action; a resumed run rebuilds its state with it. */
  readonly apply: (state: State, action: Action) => State;
  /** The right action, where it is known: measures a pilot, never helps a run. */
  readonly truth?: (state: State) => Action;
  /** How many steps there are, where it is known. */
  readonly steps?: number;
  /** What makes two actions the same vote. Default: equal as canonical JSON. */
  readonly key?: (action: Action) => string;
  /** What makes two states the same. Default: equal as canonical JSON. */
  readonly stateKey?: (state: State) => string;
  /** The answer to the whole task, for a model made of it. Default: the state as JSON. */
  readonly answer?: (state: State) => string;
}

/** Whether a step is allowed, or why it is not. */
export type Legality = boolean | RedFlag;

/** Tells whether an answer was flagged. */
export function isFlagged(move: object): move is RedFlag {
  return 'redFlag' in move;
}

/** Names an action: equal names are equal votes. */
export function keyOf<State, Action>(task: Task<State, Action>, action: Action): string {
  return task.key ? task.key(action) : canonicalJson(action);
}

/** Names a state. */
export function stateKeyOf<State, Action>(task: Task<State, Action>, state: State): string {
  return task.stateKey ? task.stateKey(state) : canonicalJson(state);
}

/** The error of a function of a task that threw. */
export function taskFailed(
  task: { readonly name: string },
  part: string,
  error: unknown,
): TandemError {
  if (TandemError.isInstance(error)) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new TandemError(
    'pattern_failed',
    `\`${part}\` of the task "${task.name}" threw: ${why}. Fix it and resume.`,
    {
      cause: error,
      data: { task: task.name, part },
    },
  );
}

/**
 * Calls a function of a task; what it throws becomes a typed error that names it. @throws
 * TandemError `pattern_failed`
 */
export function callPart<T>(task: { readonly name: string }, part: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw taskFailed(task, part, error);
  }
}

/** Why a sampled answer is thrown away instead of counted. */
export interface RedFlag {
  readonly redFlag: string;
}

/** A vote: what to do, and the state that follows. Both are voted on together. */
export interface Move<State, Action> {
  readonly action: Action;
  readonly next: State;
}

/**
 * A long task in steps small enough for a small model (MAKER: maximal agentic decomposition, m = 1).
 * All functions are pure; the state is all that a step needs to know.
 */
export interface Task<State, Action> {
  /** Who wrote the decomposition, for the answer's reason: `planned by …` or `declared strategy: …`. */
  readonly origin: string;
  readonly initial: State;
  readonly isDone: (state: State) => boolean;
  /** What the solver is asked in a state. */
  readonly prompt: (state: State) => StepPrompt;
  /** Reads an answer; a malformed one is a red flag, never repaired. */
  readonly parse: (state: State, text: string) => Move<State, Action> | RedFlag;
  /** What makes two votes the same. Default: equal as canonical JSON. */
  readonly key?: (move: Move<State, Action>) => string;
  /** The answer to the whole task. */
  readonly answer: (state: State, actions: readonly Action[]) => string;
}

/** What the solver is asked for one step. */
export interface StepPrompt {
  readonly system?: string;
  readonly text: string;
  /** JSON Schema of the answer, for solvers that follow one. */
  readonly schema?: Readonly<Record<string, unknown>>;
  readonly stopSequences?: string[];
  readonly maxOutputTokens?: number;
}

/** Tells whether an answer was flagged. */
export function isFlagged(move: object): move is RedFlag {
  return 'redFlag' in move;
}

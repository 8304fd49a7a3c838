/** One figure of an eval. */
export interface EvalRow {
  readonly what: string;
  readonly value: number | string;
  /** Which part of the eval it comes from, where parts can be measured alone. */
  readonly part?: string;
  /** What the figure must be, in words: `at least 0.95`. */
  readonly wanted?: string;
  /** Whether it is; absent where nothing is demanded. */
  readonly isMet?: boolean;
}

/** What an eval measured. */
export interface EvalResult {
  readonly eval: string;
  /** How it was measured, on what, and what must be known to read it. */
  readonly notes: readonly string[];
  readonly rows: readonly EvalRow[];
  /** Why nothing was measured. */
  readonly skipped?: string;
}

/**
 * An eval, given the arguments after its name. It may write progress to stderr, nothing to stdout.
 */
export type Eval = (argv: readonly string[]) => Promise<EvalResult>;

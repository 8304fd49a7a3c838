import type { Decoding } from '../saved-forms.ts';

/** What one model made of a request. */
export interface ModelOutcome {
  /** 0 (wrong) to 1 (right). */
  readonly correct: number;
  /** Model id; absent where the log does not say. */
  readonly model?: string | undefined;
  readonly answer?: string | undefined;
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly costUsd?: number | undefined;
  readonly latencyMs?: number | undefined;
  /**
   * What gates saw of the answer, by name: `agreement`, `minProbability`, `selfReport`,
   * `characters`, …
   */
  readonly signals?: Readonly<Record<string, number>> | undefined;
}

/**
 * One request that both models answered: what routers are trained on and thresholds are calibrated
 * with.
 */
export interface OutcomeRow {
  readonly id: string;
  /** The user's own turn. */
  readonly prompt: string;
  /** Subject, source or task type: what leave-one-group-out leaves out. */
  readonly group?: string | undefined;
  /** `train`, `cal`, `test`, or as the user likes. */
  readonly split?: string | undefined;
  /** The right answer, where there is one. */
  readonly reference?: string | undefined;
  /** How both answers were decoded; absent where the log does not say. */
  readonly decoding?: Decoding | undefined;
  readonly local: ModelOutcome;
  readonly cloud: ModelOutcome;
}

/** A log that was read. */
export interface OutcomeLog {
  readonly rows: readonly OutcomeRow[];
  /** SHA-256 of the rows' ids, prompts and outcomes. */
  readonly hash: string;
  /** What was left out or looks wrong, in whole sentences. */
  readonly warnings: readonly string[];
}

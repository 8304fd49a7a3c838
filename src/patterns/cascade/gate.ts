import type { Ask } from '../../model/ask.ts';
import type { Answer, Call, LanguageModel } from '../../model/types.ts';

/** A draft that a gate judges. */
export interface Draft {
  /** The caller's own call. */
  readonly call: Call;
  readonly answer: Answer;
  /** The model that wrote it. */
  readonly local: LanguageModel;
  /** The gate's only way to ask models; what it asks is counted. */
  readonly ask: Ask;
}

/** What a gate says of a draft. */
export interface Verdict {
  /** 0 (certainly wrong) to 1 (certainly right), or `unknown` where the signal is missing. */
  readonly score: number | 'unknown';
  /** Never true of an unknown score. */
  readonly accepts: boolean;
  /** A few words: `agreement 1.00 ≥ 0.67`. */
  readonly reason: string;
}

/** Judges a draft. It gets no say in what the draft's own text claims of itself. */
export interface Gate {
  (draft: Draft): Verdict | Promise<Verdict>;
  /** Whether the draft must be asked for with token log-probabilities. */
  readonly needsLogprobs?: boolean;
}

/** Makes a verdict of a score and the threshold from which it accepts. */
export function verdictOf(signal: string, score: number, threshold: number): Verdict {
  const accepts = score >= threshold;
  return { score, accepts, reason: `${signal} ${score.toFixed(2)} ${accepts ? '≥' : '<'} ${threshold.toFixed(2)}` };
}

/** Makes the verdict of a hard check. */
export function checked(accepts: boolean, reason: string): Verdict {
  return { score: accepts ? 1 : 0, accepts, reason };
}

/** Makes the verdict of a signal that is not there. */
export function unknownVerdict(reason: string): Verdict {
  return { score: 'unknown', accepts: false, reason };
}

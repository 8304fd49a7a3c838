import { TandemError } from '../../model/errors.ts';
import type { Capabilities } from '../../model/leaf/model/capabilities.ts';
import type { Ask } from '../../model/pattern/ask.ts';
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
  /**
   * A rule that was broken or kept, such as a schema: no estimate, so that it never makes a draft
   * hopeless.
   */
  readonly isRule?: true;
  /** The signal that the gate stands on is not there: `all` cannot accept without it. */
  readonly isMissing?: true;
  /**
   * It was asked for and the server did not send it, which the reason of whatever takes its place
   * says too.
   */
  readonly wasAsked?: true;
}

/** Judges a draft. It gets no say in what the draft's own text claims of itself. */
export interface Gate {
  (draft: Draft): Verdict | Promise<Verdict>;
  /** Whether the draft must be asked for with token log-probabilities. */
  readonly needsLogprobs?: boolean;
  /** Says in a few words which signal it will judge by, for a model of which so much is known. */
  readonly standsOn?: (known: Capabilities) => string;
}

/** Lets a gate judge a draft. @throws TandemError `invalid_argument` where it gives no verdict */
export async function judge(gate: Gate, draft: Draft): Promise<Verdict> {
  const verdict: Partial<Verdict> | null | undefined = await gate(draft);
  const { score, accepts, reason } = verdict ?? {};
  const isScore = typeof score === 'number' ? score >= 0 && score <= 1 : score === 'unknown';
  if (isScore && typeof accepts === 'boolean' && typeof reason === 'string')
    return verdict as Verdict;
  const given = typeof verdict === 'object' ? JSON.stringify(verdict) : String(verdict);
  throw new TandemError(
    'invalid_argument',
    `The gate gave ${given.slice(0, 80)}. It must give \`{ accepts, score, reason }\`: a ` +
      'boolean, a number from 0 to 1 or "unknown", a text; `validator(…)` makes a gate of a ' +
      'function that says true or false.',
  );
}

/** Makes a verdict of a score and the threshold from which it accepts. */
export function verdictOf(signal: string, score: number, threshold: number): Verdict {
  const accepts = score >= threshold;
  return {
    score,
    accepts,
    reason: `${signal} ${shown(score)} ${accepts ? '≥' : '<'} ${shown(threshold)}`,
  };
}

/** Makes the verdict of a hard check. */
export function checked(accepts: boolean, reason: string): Verdict {
  return { score: accepts ? 1 : 0, accepts, reason, isRule: true };
}

/** Makes the verdict of a check that does not apply to a draft. */
export function unknownVerdict(reason: string): Verdict {
  return { score: 'unknown', accepts: false, reason };
}

/** Makes the verdict of a gate whose signal is not there. */
export function missingVerdict(reason: string): Verdict {
  return { ...unknownVerdict(reason), isMissing: true };
}

/** Makes the verdict of a gate whose signal was asked for and not sent. */
export function unsentVerdict(reason: string): Verdict {
  return { ...missingVerdict(reason), wasAsked: true };
}

// Near 1 two digits would show every score and its threshold as 1.00.
function shown(score: number): string {
  return score > 0.99 && score < 1 ? String(Math.floor(score * 1e5) / 1e5) : score.toFixed(2);
}

import { TandemError } from '../errors.ts';
import { failureKinds, failureOf } from '../leaf/failure.ts';
import { isUnreachable } from '../leaf/retry.ts';
import type { Withheld } from '../run/summary.ts';
import type { Answer } from '../types.ts';

/** The raw finish reason of a model that read its input and declined to answer. */
export const abstained = 'abstained';

/** Tells whether a model declined to answer; its text is then no answer. */
export function isAbstention(answer: Pick<Answer, 'finishReason'>): boolean {
  return answer.finishReason.raw === abstained;
}

const closed = [
  'not_configured',
  'egress_denied',
  'not_approved',
  'place_not_allowed',
  'budget_exceeded',
];

/**
 * Tells whether an error means that a model's place is closed to this run: not configured, not
 * reachable, not allowed, not approved or not affordable. A wrong key or a rubbish answer is none
 * of these: it must be seen and mended.
 */
export function placeIsClosed(error: TandemError): boolean {
  return closed.includes(error.code) || isUnreachable(error);
}

/**
 * Tells whether what was found must do for an answer: the place of the model that was to write it
 * is closed, or it said nothing that can be used.
 */
export function leavesWhatWasFound(error: TandemError): boolean {
  return placeIsClosed(error) || error.code === 'bad_answer';
}

/**
 * Tells whether another model may answer in place of one that failed. A budget, a deadline, a label
 * or a refusal is no reason to; nor is a wrong key or name, which must be seen and mended.
 */
export function mayFallBack(error: unknown): error is TandemError {
  if (!TandemError.isInstance(error)) return false;
  return (
    error.code === 'bad_answer' ||
    (error.code === 'model_failed' && failureKinds[failureOf(error)].fallsBack)
  );
}

/**
 * What an answer says of itself when a better way was closed: that it is degraded, and what was
 * withheld.
 */
export function degradedBy(error: TandemError): {
  readonly degraded: true;
  readonly withheld?: Withheld;
} {
  const { withheld } = error.data as { withheld?: Withheld };
  return { degraded: true, ...(withheld && { withheld }) };
}

import { answerKey, numberIn } from '../../algorithms/text/answer-key.ts';
import { requireRange } from '../../model/errors.ts';

/** An answer to be judged. */
export interface Graded {
  readonly prompt: string;
  readonly answer: string;
  /** The right answer, where the log has one. */
  readonly reference?: string | undefined;
}

/** Says how right an answer is, 0..1; `undefined` where it cannot tell. */
export type Grader = (graded: Graded) => number | undefined | Promise<number | undefined>;

/**
 * Compares with the reference as texts, lists, dates, JSON, numbers or choices, whatever it is.
 * @example
 * ```ts
 * const grade = exactGrader();
 * ```
 */
export function exactGrader(): Grader {
  return ({ answer, reference }) => {
    if (reference === undefined) return undefined;
    const isChoice = /^\(?[A-J]\)?$/.test(reference.trim());
    const kind = isChoice ? 'choice' : 'auto';
    return answerKey(answer, kind) === answerKey(reference, kind) ? 1 : 0;
  };
}

/**
 * Compares the final number of an answer with that of the reference; `tolerance` is a share of the
 * reference, 0..1.
 * @example
 * ```ts
 * const grade = numericGrader(0.01);
 * ```
 */
export function numericGrader(tolerance = 0): Grader {
  requireRange('tolerance', tolerance, [0, 1], 'It is a share of the reference.');
  return ({ answer, reference }) => {
    const wanted = reference === undefined ? undefined : numberIn(reference);
    if (wanted === undefined) return undefined;
    const said = numberIn(answer);
    if (said === undefined) return 0;
    return Math.abs(said - wanted) <= tolerance * Math.abs(wanted) + 1e-9 ? 1 : 0;
  };
}

import { readOptions } from '../../config/read-options.ts';
import { textOf } from '../../model/answer.ts';
import { describeError } from '../../model/errors.ts';
import { isComposite } from '../../model/leaf/model/place.ts';
import { definePattern, settle } from '../../model/pattern/define-pattern.ts';
import { direct } from '../../model/pattern/direct.ts';
import { summaryOf } from '../../model/run/summary.ts';
import type { Answer, LanguageModel } from '../../model/types.ts';
import { type Comparison, type ShadowOptions, shadowOptions } from './options.ts';

/**
 * Tries a second pattern on live calls without showing what it says. Both are paid for, share the
 * run's budget and privacy, and the answer waits for both; it is not streamed before.
 * @example
 * ```ts
 * const tried = shadow({
 *   shown: cascade({ local, cloud }),
 *   hidden: router({ local, cloud }),
 *   onComparison: ({ agrees }) => console.log(agrees),
 * });
 * ```
 */
export function shadow(options: ShadowOptions): LanguageModel {
  const checked = readOptions(shadowOptions, options, 'shadow');
  const { shown, hidden, onComparison, agrees = hasSameText } = checked;
  // What is shown is held to its tools, and a single model has a pattern to do so.
  const speaker = isComposite(shown) ? shown : direct(shown);
  return definePattern({
    name: 'shadow',
    models: [shown, hidden],
    async generate(call, ask) {
      const beside = ask(hidden, call, { id: 'hidden' }).catch((error: unknown) => ({
        failure: describeError(error),
      }));
      const answer = await ask(speaker, call, { id: 'shown' });
      const other = await beside;
      // An abort is the caller's, not a failure of the hidden pattern.
      ask.signal.throwIfAborted();
      const comparison =
        'failure' in other ? failed(answer, other.failure) : compared(answer, other, agrees);
      onComparison?.(comparison);
      const reason = (isComposite(shown) && summaryOf(answer)?.reason) || 'shown';
      return settle(answer, {
        answeredBy: shown,
        reason: `${reason}; shadow ${described(comparison)}`,
      });
    },
  });
}

function compared(
  answer: Answer,
  other: Answer,
  agrees: NonNullable<ShadowOptions['agrees']>,
): Comparison {
  return { agrees: agrees(answer, other), shown: summaryOf(answer), hidden: summaryOf(other) };
}

function failed(answer: Answer, hiddenError: string): Comparison {
  return { agrees: false, shown: summaryOf(answer), hidden: undefined, hiddenError };
}

function described({ agrees, hiddenError }: Comparison): string {
  if (hiddenError !== undefined) return `failed: ${hiddenError}`;
  return agrees ? 'agrees' : 'disagrees';
}

function hasSameText(a: Answer, b: Answer): boolean {
  const level = (answer: Answer) => textOf(answer).trim().replace(/\s+/g, ' ').toLowerCase();
  return level(a) === level(b);
}

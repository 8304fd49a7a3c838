import type { Gate } from './gate.ts';
import { bySignal } from './gates/by-signal.ts';
import { all, firstKnown } from './gates/combine.ts';
import { complete } from './gates/complete.ts';
import { type NonAnswerOptions, nonAnswer } from './gates/non-answer.ts';
import { proseOnTopic } from './gates/on-topic.ts';
import { ofRequestedForm } from './gates/requested-form.ts';
import { retrieval } from './gates/retrieval.ts';
import { workedOut } from './gates/worked-out.ts';

/**
 * The gate of a cascade that names none: whole answers only, then the retrieval score where the
 * local model is a reader. Else no non-answers, the form that the request names, and the value
 * where a program can work it out, such as a sum; of all others the best signal that the model
 * really gives: its log-probabilities; where none come, the agreement of three samples (up to two
 * more local calls); else a self-check (four), where a probe has shown that the model can tell
 * right from wrong. What nobody could judge is refused.
 * @example
 * ```ts
 * const gate = all(defaultGate(), matchesPattern(/^\d+$/));
 * ```
 */
export function defaultGate(options: NonAnswerOptions = {}): Gate {
  return all(
    complete(),
    firstKnown(
      retrieval(),
      all(
        nonAnswer(options),
        ofRequestedForm(),
        firstKnown(workedOut(), all(proseOnTopic(), bySignal())),
      ),
    ),
  );
}

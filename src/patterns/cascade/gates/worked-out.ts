import { statedAnswer } from '../../../algorithms/answers/stated-question.ts';
import { givesAnswer } from '../../../algorithms/answers/stated-verdict.ts';
import { textOf } from '../../../model/answer.ts';
import { filesOf, userTexts } from '../../../model/question.ts';
import { checked, type Draft, type Gate, unknownVerdict } from '../gate.ts';
import type { Signal } from '../signal.ts';

/**
 * Checks a draft by its value where the question states all that is needed for it, such as a sum.
 * Unknown of all other questions, and of those that stand in a talk, which may change what they
 * mean.
 */
export function workedOut(): Gate {
  return draft => {
    const isRight = hasStatedValue(draft);
    if (isRight === undefined) return unknownVerdict('the question does not state its answer');
    return checked(
      isRight,
      `the draft ${isRight ? 'has' : 'has not'} the value that is worked out`,
    );
  };
}

/** 1 where a draft has the value that its question states, 0 where not, a half of all others. */
export const statedValue: Signal = draft => Number(hasStatedValue(draft) ?? 0.5);

function hasStatedValue({ answer, call }: Draft): boolean | undefined {
  const [request = '', ...others] = userTexts(call);
  const isAlone = others.length === 0 && filesOf(call).length === 0;
  const wanted = isAlone ? statedAnswer(request) : undefined;
  return wanted === undefined ? undefined : givesAnswer(textOf(answer), wanted, request);
}

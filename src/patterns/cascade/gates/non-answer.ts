import type * as z from 'zod';
import { nonAnswerIn } from '../../../algorithms/answers/non-answer.ts';
import type { NonAnswerKind } from '../../../algorithms/answers/non-answer-phrases.ts';
import { readOptions } from '../../../config/read-options.ts';
import { textBefore, userText } from '../../../model/question.ts';
import { checked, type Gate, unknownVerdict } from '../gate.ts';
import { nonAnswerOptions } from '../gate-options.ts';
import { answerText } from '../request-text.ts';

const saidOf: Readonly<Record<NonAnswerKind, string>> = {
  "don't-know": 'it says that it does not know',
  'no access': 'it has no access to what is asked',
  refusal: 'it declines',
  'asking back': 'it asks back',
  echo: 'it repeats the question or an example',
  loop: 'it goes round in circles',
  placeholder: 'it holds a placeholder',
  'other language': 'it is in another language than the question',
  'template tokens': 'it holds tokens of a chat template',
  'half sentence': 'it ends in the middle',
  'nothing said': 'it says nothing',
  lacking: 'it lacks what an answer must hold',
};

/** Options of the gate that knows non-answers. */
export type NonAnswerOptions = Readonly<z.input<typeof nonAnswerOptions>>;

/**
 * Refuses what stands in place of an answer and is none: a don't-know, a refusal in prose, an echo,
 * a loop and their kin. It never accepts: a draft that is none of these is still to be judged.
 */
export function nonAnswer(options: NonAnswerOptions = {}): Gate {
  const { onRefusal } = readOptions(nonAnswerOptions, options, 'nonAnswer');
  return ({ answer, call }) => {
    const text = answerText(answer);
    const kind =
      text === ''
        ? undefined
        : nonAnswerIn({
            text,
            request: userText(call),
            before: textBefore(call),
            isCut: answer.finishReason.unified === 'length',
            isJson: call.responseFormat?.type === 'json',
          });
    if (kind === undefined || (kind === 'refusal' && onRefusal === 'keep'))
      return unknownVerdict('it may be an answer');
    return checked(false, `the draft is no answer: ${saidOf[kind]}`);
  };
}

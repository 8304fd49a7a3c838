import { contentTerms } from '../../../algorithms/text/terms.ts';
import { textOf } from '../../../model/answer.ts';
import { userText } from '../../../model/question.ts';
import { checked, type Gate, unknownVerdict } from '../gate.ts';

// Shorter answers may well be right without a word of the question: "William Shakespeare".
const fewestTerms = 3;

/**
 * Refuses a sentence that shares no content word with the question, however fluent. It knows
 * nothing of shorter answers, and never accepts by itself more than that.
 */
export function onTopic(): Gate {
  return ({ answer, call }) => {
    const said = contentTerms(textOf(answer));
    const asked = new Set(contentTerms(userText(call)));
    if (said.length < fewestTerms || asked.size < fewestTerms)
      return unknownVerdict('too short to tell its topic');
    const isShared = said.some(term => asked.has(term));
    return checked(isShared, isShared ? 'on topic' : 'no word of the question in the draft');
  };
}

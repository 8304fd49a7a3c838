import { questionIn } from '../../../algorithms/finding/asked-terms.ts';
import { contentTerms } from '../../../algorithms/text/terms.ts';
import { textOf } from '../../../model/answer.ts';
import { userText } from '../../../model/question.ts';
import { checked, type Gate, unknownVerdict } from '../gate.ts';
import { answerText } from '../request-text.ts';

// Shorter answers may well be right without a word of the question: "William Shakespeare".
const fewestTerms = 3;

/**
 * Refuses a sentence that shares no content word with the question, however fluent. It knows
 * nothing of shorter answers, and never accepts by itself more than that.
 * @example
 * ```ts
 * const support = cascade({ local, cloud, accept: all(complete(), onTopic()) });
 * ```
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

// With fewer a right answer may well say it in other words.
const fewestAsked = 8;
const transforms = new RegExp(
  String.raw`\b(?:translat|übersetz|tradu|rewrit|rephras|paraphras|summari[sz]` +
    '|shorten|convert|write|compose|generate|list|name|code|function|classif' +
    '|label|correct|fix|extract|schreib|écri|escrib|scriv|escrev)',
  'i',
);

/**
 * Refuses prose that shares no content word with a question of many. It knows nothing of objects,
 * labels, numbers, lists, code and translations, nor of prose in answer to a short question.
 */
export function proseOnTopic(): Gate {
  return ({ answer, call }) => {
    const text = answerText(answer).trim();
    const question = userText(call);
    const isProse =
      call.responseFormat?.type !== 'json' &&
      /^\p{L}[^\n]*[.!?]$/u.test(text) &&
      !transforms.test(question);
    if (!isProse) return unknownVerdict('no prose');
    const asked = new Set(contentTerms(questionIn(question)));
    const said = asked.size < fewestAsked ? [] : contentTerms(text);
    if (said.length < fewestTerms || said.some(term => asked.has(term)))
      return unknownVerdict('nothing speaks against its topic');
    return checked(false, 'no word of the question in the draft');
  };
}

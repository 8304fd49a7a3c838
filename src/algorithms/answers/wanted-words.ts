import type { Phrase } from './non-answer-phrases.ts';
import lists from './wanted-words.json' with { type: 'json' };

/** Requests for a text in which such a phrase is what was wanted. */
export const composing = new RegExp(lists.composing, 'iu');
const speaksOfItself = new RegExp(
  String.raw`\b(?:as an? (?:ai|artificial|large language|language) ?` +
    '|ai (?:language )?(?:model|assistant)|real[- ]?time|als ki|sprachmodell' +
    '|modèle de langage|modelo de lenguaje|modello linguistic' +
    '|modelo de linguagem)',
  'i',
);
const conditional = /\b(?:if|when|unless|wenn|falls|si|se|quando|cuando)\b[^.\n]{0,60}$/i;

/** Requests that a courtesy alone answers: yes or no, a greeting, a text of one. */
export const wantsCourtesy = new RegExp(lists.wantsCourtesy, 'iu');

/** Requests that are about whoever answers. */
export const isOfSpeaker = new RegExp(lists.isOfSpeaker, 'iu');

const allowsNone =
  /\b(?:which|any|value|exist|return|output|json|list|how many|who|what is left)\b/i;
const allowsUnknown = new RegExp(
  String.raw`\b(?:javascript|js|python|code|http|typeof|error|means?|indicates?|word|status` +
    String.raw`|prints?` +
    '|fill|column|field|output|nan|text|passage|document|author|abbreviat|category|stand for)',
  'i',
);

/** Tells whether a request may be answered by "unknown" or "none". */
export function mayBeNothing(said: string, asked: string): boolean {
  const word = lettersOf(said);
  if (lettersOf(asked).includes(word) || composing.test(asked)) return true;
  if (!/^(?:none|null|nil|undefined|없음|nothing)/.test(word)) return allowsUnknown.test(asked);
  return allowsNone.test(asked) && !/^what is the\b/i.test(asked);
}

/** Tells whether a request asks for such a phrase. */
export function isWanted({ kind, anywhere }: Phrase, opening: string, asked: string): boolean {
  if (kind === 'asking back' || kind === 'echo') return wantsQuestions(asked);
  if (speaksOfItself.test(opening)) return false;
  if (kind === 'no access' && /error|\bhttp|status|\b[45]\d\d\b/i.test(asked)) return true;
  const named = anywhere.exec(asked);
  // "If you don't know, say so" is no request for these words.
  if (named && !conditional.test(asked.slice(Math.max(0, named.index - 80), named.index)))
    return true;
  const isForModel =
    (kind === 'refusal' || kind === 'no access') &&
    !new RegExp(
      String.raw`\b(?:declin|refus|reject|apolog|unable|den(?:y|ies)|absag|ablehn` +
        '|refuser|rechaz|rifiut|recus)',
      'i',
    ).test(asked);
  return composing.test(asked) && !isForModel;
}

const questionWords = new RegExp(lists.questionWords, 'i');

/** Tells whether a question may be the answer to a request. */
export function wantsQuestions(asked: string): boolean {
  return questionWords.test(asked);
}

/** Requests for a text that they hold themselves. */
export const copies = new RegExp(
  String.raw`\b(?:repeat|copy|quote|extract|correct|fix|proofread|spell|translat` +
    '|übersetz|tradu|rewrit|rephras|paraphras|format|convert' +
    '|which (?:sentence|line|question)|wiederhol|korrigier|corrig|répèt' +
    '|repit|copia|ripet|anonymi|punctuat|grammar|echo|transcri|lower ?case' +
    '|upper ?case|sort|say)',
  'i',
);

/** Gives the words of a text in lower case, with one space between. */
export function lettersOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** Tells a request from a paragraph of a document, by how it begins and ends. */

import asking from './asking-words.json' with { type: 'json' };

// Verbs with which people ask a model for something, and words of questions; of several languages.
const words = asking.join('|');
const lead =
  String.raw`^(?:[>#*\-\s"'“«(]|(?:please|kindly|now|hi|hello|dear \w+|bitte|por favor` +
  "|s'il vous pla[iî]t)[,!.: ]+)*";
// What is followed by "of" is a heading: "Report of the year".
const noHeading = String.raw`(?![\p{L}\p{N}])(?!\s+(?:of|on|for the)\b)`;
const openings = new RegExp(`${lead}(?:${words})${noHeading}`, 'iu');
const endings = /[?？؟:：][\s"'”»)*_]*$/u;
const eastern = new RegExp(
  '^(?:请|請|列出|总结|總結|概括|翻译|翻譯|解释|解釋|找出)' +
    '|(?:ください|下さい|教えて|せよ|吗|嗎|か)[。．.？?！!]?$' +
    String.raw`|(?:하세요|해\s?줘|주세요|까요?)[.?]?$`,
  'u',
);
const aboutText = new RegExp(
  String.raw`\b(?:documents?|texts?|reports?|contracts?|articles?|passages?|papers?|transcripts?` +
    '|e-?mails?|following|below|dokument|bericht|vertrag|texte?|rapport|contrat|documento' +
    String.raw`|informe|contrato|testo)\b|文|書|资料|資料`,
  'iu',
);
const longest = 1000;

/** Tells whether a paragraph asks for something. */
export function asks(paragraph: string): boolean {
  const text = paragraph.trim();
  if (text === '' || text.length > longest) return false;
  return endings.test(text) || openings.test(text) || eastern.test(text) || /[?？؟]/.test(text);
}

/**
 * Tells whether a paragraph can be nothing but a request: it ends as one, or speaks of the text.
 */
export function asksPlainly(paragraph: string): boolean {
  const text = paragraph.trim();
  return asks(text) && (endings.test(text) || aboutText.test(text));
}

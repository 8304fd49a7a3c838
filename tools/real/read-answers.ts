import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { contentTerms } from '../../src/algorithms/text/terms.ts';
import type { Question } from './document-questions.ts';

const file = fileURLToPath(new URL('recorded/read-answers.json', import.meta.url));
// What a reader made of answers that were given: by the question's id, then by the answer.
const judged: Readonly<Record<string, Readonly<Record<string, boolean>>>> = existsSync(file)
  ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, boolean>>)
  : {};

/**
 * Whether an answer to a question is right: as a reader has judged this very answer, else by the
 * numbers of the known answer, or most of its words where it has none.
 */
export function isRightAnswer({ id, answer }: Question, said: string): boolean {
  return judged[id]?.[said.trim()] ?? isLikeAnswer(answer, said);
}

function isLikeAnswer(known: string, said: string): boolean {
  if (isAbstention(said)) return false;
  const numbers = numbersIn(known);
  // The number of an extract is none of the answer.
  const given = numbersIn(said.replace(/\b[a-z]\d+\b/g, ''));
  if (numbers.length > 0) return numbers.slice(0, 2).every(number => given.includes(number));
  const terms = [...new Set(contentTerms(known))];
  const words = new Set(contentTerms(said));
  const yes = /^(yes|no|oui|non|ja|nein)\b/i.exec(known)?.[1]?.toLowerCase();
  if (yes !== undefined) return said.trim().toLowerCase().startsWith(yes);
  return terms.filter(term => words.has(term)).length >= terms.length / 2;
}

function numbersIn(text: string): string[] {
  return (text.match(/\d[\d.,]*\d|\d/g) ?? []).map(number => number.replaceAll(',', ''));
}

const abstentions = new RegExp(
  [
    'nothing in|no passage clearly|no (?:information|mention)|missing',
    "(?:does|do|did|is|are|was|were) ?n[o']t (?:\\w+ )?(?:say|mention|state|specify|provide)",
    "(?:does|do|did|is|are|was|were) ?n[o']t (?:\\w+ )?(?:contain|hold|include|give|explicit)",
    'not (?:explicitly |directly )?(?:available|found|stated|given|known|mentioned|specified)',
    'not (?:explicitly |directly )?(?:provided|in the)',
    'nicht (?:genannt|angegeben|erwähnt|enthalten)|keine (?:Angabe|Information)',
    "ne (?:mentionne|précise|donne|dit|fournit|contient) pas|n[’'](?:est|a) pas",
  ].join('|'),
  'i',
);

/** Whether an answer says that the text does not hold it. */
export function isAbstention(said: string): boolean {
  return said.trim() === '' || abstentions.test(said);
}

/** Whether something is stated where the document holds no answer. */
export function isMadeUp(said: string): boolean {
  return !isAbstention(said);
}

import { groundingOf } from '../../algorithms/text/grounding.ts';
import { sentenceSpans } from '../../algorithms/text/sentences.ts';
import { daysIn, withoutDates } from '../../algorithms/text/written/dates.ts';
import type { RoundNote } from './notes.ts';

// Who has seen some extracts cannot know that something stands nowhere.
const negated = new RegExp(
  String.raw`(?<!\p{L})(?:not?|never|none|nothing|nowhere|cannot|\p{L}+n['’]t|lacks?|nicht|nichts` +
    String.raw`|kein\p{L}*|nirgends|pas|aucune?|rien|ning[uú]n\p{L}*|nada|non)(?!\p{L})|[没沒无無未不]`,
  'iu',
);
const ofDocument = /(?<!\p{L})(?:do[ck]ument|text|file|texte|fichier)\p{L}*|文[档檔件]|[本原]文/iu;

/** What the writer of a note had before it. */
interface Seen {
  readonly question: string;
  readonly texts: readonly string[];
}

/**
 * Leaves out of a note what its writer cannot know, who saw the question and the extracts and
 * nothing else: that something stands nowhere, numbers of its own, and what the document is said
 * to say and no extract does. What is still missing may be said.
 */
export function seenAlone({ feedback, scratchpad, ...note }: RoundNote, seen: Seen): RoundNote {
  return {
    ...note,
    feedback: sentencesOf(feedback, each => isSeen(each, seen, ofDocument.test(each))),
    scratchpad: sentencesOf(scratchpad, each => isSeen(each, seen, true)),
  };
}

function isSeen(sentence: string, { question, texts }: Seen, isClaim: boolean): boolean {
  if (negated.test(sentence)) return false;
  const all = [question, ...texts].join('\n');
  const known = new Set(all.match(/\d+/g));
  // Names of extracts, tasks and rounds are no figures of the document.
  const numbers = withoutDates(sentence, daysIn(all)).match(/(?<![\p{L}\d])\d+/gu) ?? [];
  if (!numbers.every(number => known.has(number))) return false;
  return !isClaim || groundingOf(sentence, texts, question).supported > 0;
}

function sentencesOf(text: string, isKept: (sentence: string) => boolean): string {
  return sentenceSpans(text)
    .map(({ start, end }) => text.slice(start, end).trim())
    .filter(isKept)
    .join(' ');
}

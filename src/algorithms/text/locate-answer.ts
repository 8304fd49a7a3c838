import { atOnce } from '../at-once.ts';
import { questionIn } from '../finding/asked-terms.ts';
import { bm25Scores } from '../finding/bm25.ts';
import { gramsOf } from '../finding/gram-words.ts';
import { gramOccurrences, indexWords } from '../finding/word-index.ts';
import { standardized } from '../standardized.ts';
import { locateQuote } from './locate-quote.ts';
import { sentenceSpans } from './sentences.ts';
import { contentTerms } from './terms.ts';
import { type TextSpan, trimSpan } from './text-span.ts';

// Shares of the answer's words, or of a quote's, that a sentence must hold.
const least = { answer: 0.99, quote: 0.75 };
// A worker that gives back the whole chunk answers nothing.
const mostOfText = 0.8;
const longest = { answer: 120, quote: 250 };

/**
 * Finds the sentence of a text that holds a short answer to a question: its words, or else its
 * numbers, and of several such sentences the one that shares most with the question.
 * `undefined` if no sentence holds it, or if nothing of the answer goes beyond the question.
 */
export function locateAnswer(text: string, answer: string, question: string): TextSpan | undefined {
  const said = answer.trim();
  const isWhole = said.length >= mostOfText * text.trim().length;
  if (isWhole || said.length > longest.answer) return undefined;
  const asked = new Set(contentTerms(questionIn(question)));
  const terms = [...new Set(contentTerms(said))].filter(term => !asked.has(term));
  if (terms.length === 0) return sentenceWith(text, said);
  const numbers = terms.filter(term => /\p{N}/u.test(term));
  return (
    best(text, { terms, asked, least: least.answer }) ??
    (numbers.length > 0 ? best(text, { terms: numbers, asked, least: 1 }) : undefined)
  );
}

// What of a few words must stand in the sentence, by character grams that the question lacks.
const leastHeld = 0.5;

/**
 * Finds the sentence of a text that a few words about it came from, though they are inflected, cut
 * off or misspelt: the one that holds them all, else the one that is nearest to them and to the
 * question together. `undefined` if it does not hold at least half of what they add.
 */
export function locateFewWords(text: string, said: string, question: string): TextSpan | undefined {
  const found = locateAnswer(text, said, question);
  if (found) return found;
  const known = new Set(gramsOf(question));
  const added = [...new Set(gramsOf(said))].filter(gram => !known.has(gram));
  const nearest = added.length === 0 ? undefined : nearestSentence(text, said, question);
  if (!nearest) return undefined;
  const own = new Set(gramsOf(text.slice(nearest.start, nearest.end)));
  return added.filter(gram => own.has(gram)).length >= leastHeld * added.length
    ? nearest
    : undefined;
}

/**
 * Finds the sentence of a text that is nearest to what was said of it and to the question, by BM25
 * of character grams. `undefined` of a text without sentences.
 */
export function nearestSentence(
  text: string,
  said: string,
  question: string,
): TextSpan | undefined {
  const spans = sentencesOf(text).filter(({ start, end }) => end > start);
  const indexing = indexWords();
  for (const span of spans) indexing.add(text, span);
  const words = indexing.finish();
  const scoresFor = (asked: string) => {
    const found = atOnce(gramOccurrences(words, [...new Set(gramsOf(questionIn(asked)))]));
    const occurrences = [...found.values()];
    return [...bm25Scores([{ lengths: words.lengths, occurrences }])[0]!];
  };
  const near = standardized(scoresFor(question));
  const told = standardized(scoresFor(said));
  const total = near.map((score, at) => score + told[at]!);
  return spans[total.indexOf(Math.max(...total))];
}

/**
 * Finds the sentence of a text that an altered quote was made of: it holds most of the quote's
 * words. `undefined` if there is none.
 */
export function locateAlteredQuote(text: string, quote: string): TextSpan | undefined {
  if (quote.length > longest.quote) return undefined;
  const terms = [...new Set(contentTerms(quote))];
  return terms.length < 3 ? undefined : best(text, { terms, asked: new Set(), least: least.quote });
}

// An answer of the question's own words, such as one of two that it names, counts where it stands
// word for word.
function sentenceWith(text: string, answer: string): TextSpan | undefined {
  const place = answer.length > 2 ? locateQuote(text, answer) : undefined;
  if (!place) return undefined;
  return sentencesOf(text).find(({ start, end }) => start <= place.start && place.start < end);
}

interface Sought {
  readonly terms: readonly string[];
  readonly asked: ReadonlySet<string>;
  readonly least: number;
}

function best(text: string, { terms, asked, least: share }: Sought): TextSpan | undefined {
  let found: { readonly span: TextSpan; readonly score: number } | undefined;
  for (const span of sentencesOf(text)) {
    const own = new Set(contentTerms(text.slice(span.start, span.end)));
    const held = terms.filter(term => own.has(term)).length / terms.length;
    if (held < share) continue;
    const near = [...asked].filter(term => own.has(term)).length;
    const score = held + near;
    if (!found || score > found.score) found = { span, score };
  }
  return found?.span;
}

function sentencesOf(text: string): TextSpan[] {
  return sentenceSpans(text).map(span => trimSpan(text, span));
}

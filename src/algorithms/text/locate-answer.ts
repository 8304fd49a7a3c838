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
const longest = { answer: 120, quote: 1200 };
// Up to so many characters a quote may be all of a short text.
const usual = 250;

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

const frame = new RegExp(
  String.raw`^(?:[-*•]\s+|\d[.)]\s+(?=\S+\s+\S+\s+\S))?` +
    String.raw`\W{0,2}(?:(?:answer|antwort|réponse|respuesta|risposta|答案|回答)\W{0,2}[:：]\W*)?`,
  'i',
);

/** Takes the words that answer out of what stands around them: a fence, a list, `Answer:`. */
export function fewWordsIn(text: string): string {
  const lines = text.split('\n').map(line => line.trim());
  const [first = '', next = ''] = lines.filter(line => line !== '' && !line.startsWith('```'));
  const item = /^2[.)]\s/.test(next) ? first.replace(/^1[.)]\s+/, '') : first;
  const words = item.replace(frame, '');
  return words === '' ? item : words;
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
  const added = addedGrams(said, question);
  const nearest = added.length === 0 ? undefined : nearestSentence(text, said, question);
  if (!nearest) return undefined;
  return shareOf(added, text.slice(nearest.start, nearest.end)) >= leastHeld ? nearest : undefined;
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
  const spans = sentencesIn(text);
  const [near = [], told = []] = scoresOf(text, spans, [question, said].map(gramsAsked));
  const total = near.map((score, at) => score + told[at]!);
  return spans[total.indexOf(Math.max(...total))];
}

/** How near a sentence is to a question, and to a few words that were said about it. */
export interface ToldSentence {
  readonly span: TextSpan;
  /** By BM25 of character grams, in standard deviations over the sentences of the text. */
  readonly toQuestion: number;
  /** As `toQuestion`, by what the words add to it. */
  readonly toAdded: number;
  /** Of what the words add, the share that stands in the sentence, 0..1. */
  readonly share: number;
}

/** Compares the sentences of a text with a question and with a few words that answer it. */
export function toldSentences(text: string, said: string, question: string): ToldSentence[] {
  const spans = sentencesIn(text);
  const added = addedGrams(said, question);
  const [near = [], told = []] = scoresOf(text, spans, [gramsAsked(question), added]);
  return spans.map((span, at) => ({
    ...{ span, toQuestion: near[at]!, toAdded: told[at]! },
    share: shareOf(added, text.slice(span.start, span.end)),
  }));
}

/** The sentences of a text, without the spaces around them. */
export function sentencesIn(text: string): TextSpan[] {
  return sentencesOf(text).filter(({ start, end }) => end > start);
}

function gramsAsked(text: string): string[] {
  return [...new Set(gramsOf(questionIn(text)))];
}

function addedGrams(said: string, question: string): string[] {
  const known = new Set(gramsOf(question));
  return [...new Set(gramsOf(said))].filter(gram => !known.has(gram));
}

function shareOf(grams: readonly string[], text: string): number {
  const own = new Set(gramsOf(text));
  return grams.filter(gram => own.has(gram)).length / Math.max(1, grams.length);
}

// Of each list of grams, what the sentences score, in standard deviations.
function scoresOf(
  text: string,
  spans: readonly TextSpan[],
  lists: readonly (readonly string[])[],
): number[][] {
  const indexing = indexWords();
  for (const span of spans) indexing.add(text, span);
  const words = indexing.finish();
  return lists.map(grams => {
    const occurrences = [...atOnce(gramOccurrences(words, grams)).values()];
    return standardized([...bm25Scores([{ lengths: words.lengths, occurrences }])[0]!]);
  });
}

/**
 * Finds the sentence of a text that an altered quote was made of: it holds most of the quote's
 * words. `undefined` if there is none.
 */
export function locateAlteredQuote(text: string, quote: string): TextSpan | undefined {
  const isWhole = quote.length > usual && quote.length >= mostOfText * text.trim().length;
  if (isWhole || quote.length > longest.quote) return undefined;
  const pieces = quote
    .split(/…|\.{3}|\[(?:…|\.{3})\]/)
    .filter(piece => /[\p{L}\p{N}]/u.test(piece));
  const whole =
    pieces.length > 1 && sentencesOf(text).find(span => holdsInOrder(text, span, pieces));
  if (whole) return whole;
  const terms = [...new Set(contentTerms(quote))];
  return terms.length < 3 ? undefined : best(text, { terms, asked: new Set(), least: least.quote });
}

// What is left of a sentence whose middle was left out.
function holdsInOrder(text: string, { start, end }: TextSpan, pieces: readonly string[]): boolean {
  let at = start;
  return pieces.every(piece => {
    const found = locateQuote(text.slice(at, end), piece);
    at += found?.end ?? 0;
    return found !== undefined;
  });
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

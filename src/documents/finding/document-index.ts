import { askedTerms } from '../../algorithms/finding/asked-terms.ts';
import {
  gramOccurrences,
  indexWords,
  type Occurrences,
  type WordIndex,
  wordOccurrences,
  wordsOf,
} from '../../algorithms/finding/word-index.ts';
import { contentTerms } from '../../algorithms/text/terms.ts';
import type { TextSpan } from '../../algorithms/text/text-span.ts';
import { inSlices } from '../../model/border/in-slices.ts';
import type { Passage } from '../cited-extract.ts';
import type { Document } from '../document.ts';
import { passagesOf } from '../passages.ts';
import { rarityOf, scoreSentences } from './rank-sentences.ts';
import { type ReadSentence, readSentences } from './read-sentences.ts';

/** A place of a document that can be found. */
export interface IndexedSpan extends TextSpan {
  readonly context?: string;
}

/** What is found in a document without a model, whatever is asked of it. */
export interface DocumentIndex {
  readonly spans: readonly IndexedSpan[];
  readonly words: WordIndex;
  /** Where asked grams stand, as they were asked for. */
  readonly occurrences: Map<string, Occurrences>;
  /** The sentences of passages that came near a question, by position. */
  readonly sentences: Map<number, readonly ReadSentence[]>;
  /** The content terms of each word; found when a question first needs them. */
  terms: readonly (readonly string[])[] | undefined;
  /** Halves of passages, which are compared by meaning; found when they first are. */
  halves: readonly IndexedSpan[] | undefined;
  /** The vectors of the halves, then of the passages, by embedding model. */
  readonly vectors: Map<string, readonly Float32Array[]>;
  readonly bytes: number;
}

/** Characters of a passage, at most. */
export const characters = 800;
// Of the process, over all documents; an index takes about three bytes a character, and vectors of
// one model four to ten more.
const mostBytes = 128 * 2 ** 20;
const indexByContent = new Map<string, DocumentIndex>();
let keptBytes = 0;

/**
 * Finds the index of a document, and makes it where no document of the same content was asked
 * before. Long ones are read in slices, so that other work goes on.
 */
export async function indexed(document: Document): Promise<DocumentIndex> {
  const key = `${document.id} ${document.mediaType}`;
  const known = indexByContent.get(key);
  if (known) {
    indexByContent.delete(key);
    indexByContent.set(key, known);
    return known;
  }
  const made = await inSlices(makeIndex(document));
  keep(key, made);
  return made;
}

function keep(key: string, made: DocumentIndex): void {
  const same = indexByContent.get(key);
  if (same) keptBytes -= same.bytes;
  indexByContent.delete(key);
  indexByContent.set(key, made);
  keptBytes += made.bytes;
  for (const [oldest, { bytes }] of indexByContent) {
    if (keptBytes <= mostBytes) return;
    indexByContent.delete(oldest);
    keptBytes -= bytes;
  }
}

// Some milliseconds of work.
const slice = 65_536;

function* makeIndex(document: Document): Generator<void, DocumentIndex> {
  const { text } = document;
  const passages = passagesOf([document], { by: 'paragraph', characters });
  const words = indexWords();
  let read = 0;
  for (const passage of passages) {
    words.add(text, passage, passage.context);
    if (passage.end - read < slice) continue;
    read = passage.end;
    yield;
  }
  return {
    spans: spansOf(passages),
    words: words.finish(),
    ...{ occurrences: new Map(), sentences: new Map(), terms: undefined, halves: undefined },
    vectors: new Map(),
    bytes: 4096 + 6 * text.length,
  };
}

function spansOf(passages: readonly Passage[]): IndexedSpan[] {
  const spans = passages.map(({ start, end, context }) => ({
    ...{ start, end },
    ...(context && { context }),
  }));
  // A heading as it was cut would keep the whole text alive.
  return JSON.parse(JSON.stringify(spans)) as IndexedSpan[];
}

/**
 * Finds the halves of a document's passages: a small embedder tells better what a few sentences
 * mean than what many do.
 */
export function halvesOf(document: Document, index: DocumentIndex): readonly IndexedSpan[] {
  index.halves ??= spansOf(passagesOf([document], { by: 'paragraph', characters: characters / 2 }));
  return index.halves;
}

/** The passage of a document at a position of its index. */
export function passageAt(document: Document, { spans }: DocumentIndex, at: number): Passage {
  return passageOf(document, spans[at]!);
}

/** A stretch of a document as a passage. */
export function passageOf(document: Document, { start, end, context }: IndexedSpan): Passage {
  const text = document.text.slice(start, end);
  return { start, end, text, document, ...(context !== undefined && { context }) };
}

const mostOccurrences = 512;

/** Finds how often each gram stands in each passage, in slices; what was asked lately is known. */
export function* occurrencesOf(
  { occurrences, words }: DocumentIndex,
  grams: readonly string[],
): Generator<void, Occurrences[]> {
  const known = new Map(grams.map(gram => [gram, occurrences.get(gram)]));
  const asked = grams.filter(gram => known.get(gram) === undefined);
  const found = asked.length > 0 ? yield* gramOccurrences(words, asked) : new Map();
  if (occurrences.size + found.size > mostOccurrences) occurrences.clear();
  return grams.map(gram => {
    const own = known.get(gram) ?? found.get(gram)!;
    if (occurrences.size < mostOccurrences) occurrences.set(gram, own);
    return own;
  });
}

const charactersOfSentence = 80;
const mostSentences = 256;

/**
 * Makes, in slices, what says how much of a question the sentences of a passage hold, 0..1, by
 * position.
 */
export function* shareScorer(
  document: Document,
  index: DocumentIndex,
  question: string,
): Generator<void, (at: number) => readonly ScoredSentence[]> {
  const sought = askedTerms(question);
  if (sought.terms.length === 0) return () => [];
  const total = Math.max(1, Math.round(document.text.length / charactersOfSentence));
  const counts = yield* countsOf(index, sought);
  const rarities = counts.map(count => rarityOf(count, total));
  return at => {
    const { start, end } = index.spans[at]!;
    const sentences = sentencesAt(document, index, at);
    const scores = scoreSentences(sentences, { sought, rarities });
    const found: ScoredSentence[] = [];
    for (const [n, sentence] of sentences.entries()) {
      // What stands before the passage was put there to be lent.
      if (sentence.start < 0) continue;
      const from = start + sentence.start;
      found.push({ start: from, end: Math.min(end, start + sentence.end), score: scores[n]! });
    }
    return found;
  };
}

/** A sentence of a passage, with how much of the question it holds. */
export interface ScoredSentence extends TextSpan {
  readonly score: number;
}

function sentencesAt(
  { text, mediaType }: Document,
  { spans, sentences }: DocumentIndex,
  at: number,
): readonly ReadSentence[] {
  const known = sentences.get(at);
  if (known) return known;
  const { start, end, context } = spans[at]!;
  const isTable = mediaType === 'text/csv' || mediaType === 'text/tab-separated-values';
  const above = context === undefined ? '' : isTable ? `${context}\n` : `# ${context}\n\n`;
  const read = readSentences(above + text.slice(start, end)).map(sentence => ({
    ...sentence,
    start: sentence.start - above.length,
    end: sentence.end - above.length,
  }));
  if (sentences.size >= mostSentences) sentences.clear();
  sentences.set(at, read);
  return read;
}

// So many are read in some milliseconds.
const manyWords = 1024;

function* termsOf(words: readonly string[]): Generator<void, (readonly string[])[]> {
  const terms: (readonly string[])[] = [];
  for (const [id, word] of words.entries()) {
    if (id % manyWords === manyWords - 1) yield;
    terms.push(contentTerms(word));
  }
  return terms;
}

// How often each asked term stands in the document, in any of its forms.
function* countsOf(
  index: DocumentIndex,
  sought: ReturnType<typeof askedTerms>,
): Generator<void, number[]> {
  index.terms ??= yield* termsOf(wordsOf(index.words));
  const ids: number[][] = sought.terms.map(() => []);
  for (const [id, terms] of index.terms.entries()) {
    if (id % manyWords === manyWords - 1) yield;
    for (const term of terms) {
      const asked = sought.indexOf(term);
      if (asked !== undefined) ids[asked]!.push(id);
    }
  }
  return ids.map(own =>
    wordOccurrences(index.words, own).counts.reduce((sum, count) => sum + count, 0),
  );
}

import { atOnce } from '../../algorithms/at-once.ts';
import { questionIn } from '../../algorithms/finding/asked-terms.ts';
import { bm25Scores, type ScoredPart } from '../../algorithms/finding/bm25.ts';
import { gramForm, gramsOf, gramWords } from '../../algorithms/finding/gram-words.ts';
import { gramOccurrences, indexWords } from '../../algorithms/finding/word-index.ts';
import { standardized } from '../../algorithms/standardized.ts';
import type { TextSpan } from '../../algorithms/text/text-span.ts';
import { inSlices } from '../../model/border/in-slices.ts';
import type { Passage } from '../cited-extract.ts';
import type { Document } from '../document.ts';
import {
  type DocumentIndex,
  indexed,
  occurrencesOf,
  passageAt,
  type ScoredSentence,
  shareScorer,
} from './document-index.ts';
import { joinOrders } from './join-orders.ts';
import type { Meaning, Nearness } from './meaning.ts';
import { reread } from './rerank.ts';

/** The passages of documents that are nearest to a question, whether they answer it or not. */
export interface Nearest {
  /** Best first; none if no passage shares anything with the question. */
  readonly passages: readonly Passage[];
  /** Of a document of a page or two, its nearest sentences by meaning; they stand first. */
  readonly sentences?: readonly Passage[];
  /**
   * How much speaks for the best of them, from 0: its BM25 over the logarithm of their number, so
   * that documents of all lengths compare.
   */
  readonly evidence: number;
  /** Whether the best of them may be cited as an answer. */
  readonly isSure: boolean;
  /**
   * Tells whether a part of a document stands out in the whole: whether a sentence there holds so
   * much of the question that it is an answer by itself.
   */
  standsOut(part: TextSpan & { readonly document: Document }): boolean;
}

/** How passages are found. */
export interface FindingOptions {
  /** Passages, at most. Default: 20. */
  readonly most?: number;
  /** Compares by meaning. Default: words alone. */
  readonly meaning?: Meaning | undefined;
}

// What BM25 of whole words counts beside that of grams, both in standard deviations: each finds
// what the other misses.
const wordWeight = 0.5;
// What the best sentence of a passage adds, from 0 to 1, to standard deviations of BM25.
const sentenceWeight = 2;
// Chosen on 54 questions about six documents: above it stood 36 of 45 questions that have an
// answer, and none of 9 that have none.
const sureEvidence = 5.7;
// The share of the question that one sentence holds, where that alone is proof: few passages say
// too little about how rare a word is.
const sureShare = { ofMany: 0.9, ofFew: 0.5 };
const few = 8;
// Sentences are read in so many passages, the best by their words.
const looked = 64;

/**
 * Ranks the passages of documents for a question, without a model: by BM25 of their 4-grams and of
 * their words, and by the share of the question that their best sentence holds. What was once read
 * of a document is kept, so that a further question costs little. Where passages are compared by
 * meaning too, both orders are joined.
 */
export async function nearestPassages(
  documents: readonly Document[],
  asked: string,
  { most = 20, meaning }: FindingOptions = {},
): Promise<Nearest> {
  const question = questionIn(asked);
  const parts: IndexedPart[] = [];
  for (const document of documents)
    parts.push({ document, index: await indexed(document), shares: undefined });
  const places = await inSlices(scoredPlaces(parts, question));
  const evidence = evidenceOf(places);
  await inSlices(addShares(parts, places, question));
  const byWords = places.filter(({ score, share }) => score > 0 || share > 0);
  byWords.sort((left, right) => right.total - left.total || left.order - right.order);
  const nearness = await meaning?.compare(parts, question);
  const least = places.length < few ? sureShare.ofFew : sureShare.ofMany;
  const wanted = meaning?.rerank ? Math.max(most, reread) : most;
  const found = nearness
    ? joined({ parts, nearness, byWords }, wanted)
    : byWords.slice(0, wanted).map(({ part, at }) => passageAt(part.document, part.index, at));
  const passages = (await meaning?.rerank?.(question, found)) ?? found;
  return {
    passages: passages.slice(0, most),
    evidence,
    isSure: byWords.length > 0 && (evidence >= sureEvidence || byWords[0]!.share >= least),
    standsOut: span => shareAt(parts, span, question) >= least,
  };
}

function joined(
  { parts, nearness, byWords }: Ranked & { readonly nearness: readonly Nearness[] },
  most: number,
): Passage[] {
  const compared = new Map(
    parts.map((part, n) => [part, { ...part, nearness: nearness[n]! }] as const),
  );
  const named = byWords.map(({ part, at }) => ({ part: compared.get(part)!, at }));
  return joinOrders([...compared.values()], named, most);
}

/** Ranks passages for a question by BM25 of their 4-grams: their positions, best first. */
export function rankPassages(passages: readonly Passage[], asked: string): number[] {
  const indexing = indexWords();
  for (const { text, context } of passages)
    indexing.add(text, { start: 0, end: text.length }, context);
  const words = indexing.finish();
  const found = atOnce(gramOccurrences(words, [...new Set(gramsOf(questionIn(asked)))]));
  const [scores] = bm25Scores([{ lengths: words.lengths, occurrences: [...found.values()] }]);
  return [...passages.keys()].sort(
    (left, right) => scores![right]! - scores![left]! || left - right,
  );
}

interface Ranked {
  readonly parts: readonly IndexedPart[];
  readonly byWords: readonly ScoredPlace[];
}

interface IndexedPart {
  readonly document: Document;
  readonly index: DocumentIndex;
  shares: ((at: number) => readonly ScoredSentence[]) | undefined;
}

interface ScoredPlace {
  readonly part: IndexedPart;
  /** Position among the passages of its document, and among all. */
  readonly at: number;
  readonly order: number;
  /** BM25 of grams, and of whole words. */
  readonly score: number;
  readonly exact: number;
  share: number;
  total: number;
}

function* scoredPlaces(
  parts: readonly IndexedPart[],
  question: string,
): Generator<void, ScoredPlace[]> {
  const scores = yield* scoresOf(parts, [...new Set(gramsOf(question))]);
  const exact = yield* scoresOf(parts, [...new Set(gramWords(question).map(gramForm))]);
  let order = 0;
  return parts.flatMap((part, n) =>
    Array.from(scores[n]!, (score, at) => ({
      ...{ part, at, score, exact: exact[n]![at]! },
      order: order++,
      ...{ share: 0, total: 0 },
    })),
  );
}

function* scoresOf(
  parts: readonly IndexedPart[],
  terms: readonly string[],
): Generator<void, Float64Array[]> {
  const scored: ScoredPart[] = [];
  for (const { index } of parts) {
    const occurrences = yield* occurrencesOf(index, terms);
    scored.push({ lengths: index.words.lengths, occurrences });
  }
  yield;
  return bm25Scores(scored);
}

function evidenceOf(places: readonly ScoredPlace[]): number {
  const best = places.reduce((most, { score }) => Math.max(most, score), 0);
  return places.length === 0 ? 0 : best / Math.log(1 + 2 * places.length);
}

// Standard deviations of BM25, and what the best sentence of the better ones adds.
function* addShares(
  parts: readonly IndexedPart[],
  places: readonly ScoredPlace[],
  question: string,
): Generator<void, void> {
  const byGrams = standardized(places.map(({ score }) => score));
  const byWords = standardized(places.map(({ exact }) => exact));
  for (const [n, place] of places.entries()) place.total = byGrams[n]! + wordWeight * byWords[n]!;
  const best = places.filter(({ score }) => score > 0).sort((a, b) => b.total - a.total);
  if (best.length === 0) return;
  for (const part of parts) part.shares ??= yield* shareScorer(part.document, part.index, question);
  for (const place of best.slice(0, looked)) {
    yield;
    for (const { score } of place.part.shares!(place.at))
      place.share = Math.max(place.share, score);
    place.total += sentenceWeight * place.share;
  }
}

// Where another reader has cut the text, a sentence of its may be a part of one here.
function shareAt(
  parts: readonly IndexedPart[],
  { document, start, end }: TextSpan & { readonly document: Document },
  question: string,
): number {
  const part = parts.find(each => each.document.id === document.id);
  if (!part) return 0;
  part.shares ??= atOnce(shareScorer(part.document, part.index, question));
  let best = 0;
  for (const [at, span] of part.index.spans.entries()) {
    if (span.end <= start || span.start >= end) continue;
    for (const sentence of part.shares(at))
      if (sentence.start < end && sentence.end > start) best = Math.max(best, sentence.score);
  }
  return best;
}

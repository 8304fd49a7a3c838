import { atOnce } from '../../algorithms/at-once.ts';
import { type AskedTerms, askedTerms } from '../../algorithms/finding/asked-terms.ts';
import { contentTerms } from '../../algorithms/text/terms.ts';
import type { TextSpan } from '../../algorithms/text/text-span.ts';
import { searchingTerms } from '../search-terms.ts';
import { type ReadSentence, readingSentences } from './read-sentences.ts';

/** A sentence with how well it answers a question. */
export interface RankedSentence extends TextSpan {
  readonly text: string;
  /**
   * Share of the question's content terms that it holds, weighted by their rarity in the text,
   * 0..1.
   */
  readonly score: number;
  /** BM25+ of the sentence among those found; orders sentences of equal score. */
  readonly bm25: number;
}

// What a heading or the sentence before lends to a sentence that only says "it".
const lent = 0.5;
// A heading or a question holds the words that were asked for, but tells nothing: it stays below
// what does.
const untelling = 0.4;
// What a known identifier counts, of the whole question.
const hint = 0.25;

/**
 * Ranks the sentences of a text for a question, best first; those without a term of it are left
 * out. `hints` are further terms (from facts already known) that count a quarter.
 */
export function rankSentences(
  text: string,
  question: string,
  hints: readonly string[] = [],
): RankedSentence[] {
  return atOnce(rankingSentences(text, question, hints));
}

/** Ranks the sentences of a text as `rankSentences` does, in slices. */
export function* rankingSentences(
  text: string,
  question: string,
  hints: readonly string[] = [],
): Generator<void, RankedSentence[]> {
  const sought = askedTerms(question);
  const asked = sought.terms;
  if (asked.length === 0) return [];
  const hinted = new Set(hints.flatMap(contentTerms).filter(isIdentifier));
  for (const term of asked) hinted.delete(term);
  const sentences = yield* readingSentences(text);
  yield;
  const scores = scoreSentences(sentences, { sought, hinted });
  yield;
  const ranked = sentences.flatMap(({ start, end }, index) =>
    scores[index]! > 0
      ? [{ start, end, text: text.slice(start, end), score: scores[index]!, bm25: 0 }]
      : [],
  );
  const terms = sentences.filter((_, index) => scores[index]! > 0).map(each => each.terms);
  yield;
  return yield* inOrder(ranked, terms, asked);
}

function* inOrder(
  found: readonly RankedSentence[],
  terms: readonly (readonly string[])[],
  asked: readonly string[],
): Generator<void, RankedSentence[]> {
  const bm25ByIndex = yield* searchingTerms(terms, asked);
  yield;
  const ranked = found.map((sentence, index) => ({
    ...sentence,
    bm25: bm25ByIndex.get(index) ?? 0,
  }));
  return ranked.sort((a, b) => b.score - a.score || b.bm25 - a.bm25 || a.start - b.start);
}

/** What sentences are held against. */
export interface SoughtInSentences {
  readonly sought: AskedTerms;
  /** Identifiers that count a quarter of the question. */
  readonly hinted?: ReadonlySet<string>;
  /** How rare each asked term is, in their order. Default: as among these sentences. */
  readonly rarities?: readonly number[];
}

/** Says of each sentence how much of a question it holds, 0..1. */
export function scoreSentences(
  sentences: readonly ReadSentence[],
  { sought, hinted, rarities }: SoughtInSentences,
): number[] {
  const held = sentences.map(({ terms }) => heldTerms(terms, sought));
  const weights = rarities ?? raritiesIn(held, sought.terms.length);
  const whole = weights.reduce((sum, rarity) => sum + rarity, 0);
  return sentences.map(({ terms, context, kind }, index) => {
    const extra = hinted && terms.some(term => hinted.has(term)) ? hint : 0;
    const own = held[index]!;
    // Borrowed words alone prove nothing, but for the answer that stands below its question.
    const isNamed =
      own.size > 0 || context.some(at => sentences[at]!.kind === 'question' && held[at]!.size > 0);
    if (!isNamed) return extra;
    const lending = context.map(at => held[at]!);
    const share = weightOf(own, lending, weights) / whole;
    return Math.min(1, share + extra) * (kind === 'statement' ? 1 : untelling);
  });
}

function weightOf(
  own: ReadonlySet<number>,
  lending: readonly ReadonlySet<number>[],
  weights: readonly number[],
): number {
  let sum = 0;
  for (const [term, rarity] of weights.entries()) {
    if (own.has(term)) sum += rarity;
    else if (lending.some(held => held.has(term))) sum += lent * rarity;
  }
  return sum;
}

const nothing: ReadonlySet<number> = new Set();

// Which of the asked terms stand in a sentence.
function heldTerms(terms: readonly string[], sought: AskedTerms): ReadonlySet<number> {
  let held: Set<number> | undefined;
  for (const term of terms) {
    const index = sought.indexOf(term);
    if (index !== undefined) held = (held ?? new Set()).add(index);
  }
  return held ?? nothing;
}

function raritiesIn(held: readonly ReadonlySet<number>[], terms: number): number[] {
  return Array.from({ length: terms }, (_, index) => {
    const count = held.reduce((sum, each) => sum + (each.has(index) ? 1 : 0), 0);
    return rarityOf(count, held.length);
  });
}

/** How rare a term is that stands in so many of all sentences. */
export function rarityOf(count: number, total: number): number {
  // A term that the text does not hold counts as if it stood once: else a tiny text could not
  // answer anything.
  const least = Math.min(Math.max(1, count), Math.max(1, total));
  return Math.log(1 + (total - least + 0.5) / (least + 0.5));
}

// Only names of one thing make a bridge between facts: numbers with letters, or letters with a
// joint.
function isIdentifier(term: string): boolean {
  return /\d/.test(term) ? term.length > 3 : /[-_./]/.test(term);
}

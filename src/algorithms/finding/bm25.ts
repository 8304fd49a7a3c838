import type { Occurrences } from './word-index.ts';

// The usual constants: how soon a repeated term counts no more, and how much length counts.
const k1 = 1.2;
const b = 0.75;

/** Passages of one index, for a score that compares those of all. */
export interface ScoredPart {
  /** How many terms each passage has. */
  readonly lengths: ArrayLike<number>;
  /** Where each asked term stands, in one order for all parts. */
  readonly occurrences: readonly Occurrences[];
}

/**
 * Scores the passages of indexes for the terms of a query, from 0. A term of the query counts once.
 * Source: Robertson and Zaragoza, The Probabilistic Relevance Framework (2009), BM25 with k1 = 1.2,
 * b = 0.75.
 */
export function bm25Scores(parts: readonly ScoredPart[]): Float64Array[] {
  let [total, length] = [0, 0];
  for (const { lengths } of parts) {
    total += lengths.length;
    for (let at = 0; at < lengths.length; at++) length += lengths[at]!;
  }
  const average = Math.max(1, length / Math.max(1, total));
  const scores = parts.map(({ lengths }) => new Float64Array(lengths.length));
  const terms = parts[0]?.occurrences.length ?? 0;
  for (let term = 0; term < terms; term++) {
    const holding = parts.reduce((sum, part) => sum + part.occurrences[term]!.places.length, 0);
    const rarity = Math.log(1 + (total - holding + 0.5) / (holding + 0.5));
    for (const [part, { lengths, occurrences }] of parts.entries()) {
      const { places, counts } = occurrences[term]!;
      for (let n = 0; n < places.length; n++) {
        const place = places[n]!;
        const levelled = k1 * (1 - b + (b * lengths[place]!) / average);
        scores[part]![place]! += (rarity * counts[n]! * (k1 + 1)) / (counts[n]! + levelled);
      }
    }
  }
  return scores;
}

import { atOnce } from '../algorithms/at-once.ts';

// BM25+ with the constants of MiniSearch, which evals compare with.
const saturation = 1.2;
const lengthWeight = 0.7;
const floor = 0.5;

/**
 * Scores lists of terms for a query by BM25+, keyed by position, best first; lists without a term
 * of it are left out. A list that has more of the query's terms counts for more: its score is
 * multiplied by their number.
 */
export function searchTerms(
  lists: readonly (readonly string[])[],
  query: readonly string[],
): Map<number, number> {
  return atOnce(searchingTerms(lists, query));
}

// So many are read in some milliseconds.
const slice = 1024;

/** Scores lists of terms as `searchTerms` does, in slices. */
export function* searchingTerms(
  lists: readonly (readonly string[])[],
  query: readonly string[],
): Generator<void, Map<number, number>> {
  const wanted = query.filter(term => term !== '');
  const countsByTerm = new Map(wanted.map(term => [term, new Map<number, number>()]));
  const lengths: number[] = [];
  for (const [place, terms] of lists.entries()) {
    if (place % slice === slice - 1) yield;
    lengths.push(count(terms, place, countsByTerm));
  }
  const mean = lengths.reduce((sum, length) => sum + length, 0) / lists.length;
  const found = new Map<number, { score: number; readonly terms: Set<string> }>();
  for (const term of wanted) {
    const counts = countsByTerm.get(term)!;
    const rarity = Math.log(1 + (lists.length - counts.size + 0.5) / (counts.size + 0.5));
    yield;
    for (const [place, frequency] of counts) {
      const longer = 1 - lengthWeight + (lengthWeight * lengths[place]!) / mean;
      const weight = (frequency * (saturation + 1)) / (frequency + saturation * longer);
      const at = found.get(place) ?? { score: 0, terms: new Set() };
      found.set(place, { score: at.score + rarity * (floor + weight), terms: at.terms.add(term) });
    }
  }
  yield;
  const scored = [...found].map(
    ([place, { score, terms }]) => [place, score * terms.size] as const,
  );
  return new Map(scored.sort(([, a], [, b]) => b - a));
}

// Counts the wanted terms of a list; returns how many different terms it has.
function count(
  terms: readonly string[],
  place: number,
  countsByTerm: ReadonlyMap<string, Map<number, number>>,
): number {
  for (const term of terms) {
    const counts = countsByTerm.get(term);
    counts?.set(place, (counts.get(place) ?? 0) + 1);
  }
  return new Set(terms).size;
}

// The usual constants: how soon a repeated term counts no more, and how much length counts.
const k1 = 1.2;
const b = 0.75;

/**
 * Scores lists of terms for a query, one score for each list, from 0. A term of the query counts
 * once. Source: Robertson and Zaragoza, The Probabilistic Relevance Framework (2009), BM25 with
 * k1 = 1.2, b = 0.75.
 */
export function bm25Scores(lists: Iterable<readonly string[]>, query: readonly string[]): number[] {
  const asked = new Map([...new Set(query)].map((term, index) => [term, index]));
  const counts: Float64Array[] = [];
  const lengths: number[] = [];
  // One list after the other: those of a long document together are many times its size.
  for (const terms of lists) {
    counts.push(countsOf(terms, asked));
    lengths.push(terms.length);
  }
  const average = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length);
  const rarities = Array.from({ length: asked.size }, (_, index) => {
    const holding = counts.reduce((sum, own) => sum + (own[index]! > 0 ? 1 : 0), 0);
    return Math.log(1 + (lengths.length - holding + 0.5) / (holding + 0.5));
  });
  return lengths.map((length, at) => {
    const levelled = k1 * (1 - b + (b * length) / Math.max(1, average));
    return counts[at]!.reduce(
      (sum, count, index) =>
        sum + (count === 0 ? 0 : (rarities[index]! * count * (k1 + 1)) / (count + levelled)),
      0,
    );
  });
}

function countsOf(terms: readonly string[], asked: ReadonlyMap<string, number>): Float64Array {
  const counts = new Float64Array(asked.size);
  for (const term of terms) {
    const index = asked.get(term);
    if (index !== undefined) counts[index]!++;
  }
  return counts;
}

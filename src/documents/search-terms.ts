import MiniSearch from 'minisearch';

// A query goes in as one string; no term holds a line break.
const joint = '\n';

/**
 * Scores lists of terms for a query by BM25+, keyed by position; lists without a term of it are
 * left out.
 */
export function searchTerms(
  lists: readonly (readonly string[])[],
  query: readonly string[],
): Map<number, number> {
  const index = new MiniSearch<{ id: number; terms: readonly string[] }>({
    fields: ['terms'],
    // The terms are ready: they are neither cut nor levelled again.
    extractField: (document, field) => (field === 'id' ? document.id : document.terms) as never,
    stringifyField: value => value as never,
    tokenize: terms => terms as unknown as string[],
    processTerm: term => term,
  });
  index.addAll(lists.map((terms, id) => ({ id, terms })));
  const results = index.search(query.join(joint), { tokenize: text => text.split(joint) });
  return new Map(results.map(({ id, score }) => [id as number, score]));
}

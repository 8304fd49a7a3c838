import MiniSearch from 'minisearch';
import { expect, it } from 'vitest';
import { seededRandom } from '../algorithms/seeded-random.ts';
import { searchTerms } from './search-terms.ts';

function byMiniSearch(lists: readonly (readonly string[])[], query: readonly string[]) {
  const index = new MiniSearch<{ id: number; terms: readonly string[] }>({
    fields: ['terms'],
    extractField: (document, field) => (field === 'id' ? document.id : document.terms) as never,
    stringifyField: value => value as never,
    tokenize: terms => terms as never,
    processTerm: term => term,
  });
  index.addAll(lists.map((terms, id) => ({ id, terms })));
  const found = index.search(query.join('\n'), { tokenize: text => text.split('\n') });
  return found.map(({ id, score }) => [id as number, score]);
}

it('scores and orders as MiniSearch does', () => {
  const random = seededRandom(7);
  const words = ['valve', 'é', 'x-1', 'constructor', '__proto__', 'toString', 'report', 'a'];
  const some = (most: number) =>
    Array.from({ length: Math.floor(random() * most) }, () => words[Math.floor(random() * 8)]!);
  for (let round = 0; round < 300; round++) {
    const lists = Array.from({ length: Math.floor(random() * 9) }, () => some(9));
    const query = some(5);
    expect([...searchTerms(lists, query)]).toEqual(byMiniSearch(lists, query));
  }
});

it('finds nothing where nothing is asked or given', () => {
  expect(searchTerms([], ['a']).size).toBe(0);
  expect(searchTerms([['a']], []).size).toBe(0);
});

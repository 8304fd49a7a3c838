import type * as z from 'zod';
import type { listOf } from './answers.ts';
import { invalid } from './wire/problem.ts';

/** One page of a list, as OpenAI's clients turn over. */
export type Page<Item> = Omit<z.infer<ReturnType<typeof listOf>>, 'data'> & {
  readonly data: readonly Item[];
};

/** What the query of a list may say. */
export const pageQuery: Readonly<Record<string, string>> = {
  limit: 'Most items of the page.',
  after: 'The id behind which the page begins.',
  before: 'The id before which the page ends.',
  order: '`asc` or `desc` by age. Default: `desc`.',
};

/**
 * Cuts a page out of a list that stands newest first. @throws Problem for a limit or an order that
 * is none, and for an id that is not in the list
 */
export function pageOf<Item>(
  newestFirst: readonly Item[],
  query: URLSearchParams,
  { idOf, usual, most }: { idOf: (item: Item) => string; usual: number; most: number },
): Page<Item> {
  const order = query.get('order') ?? 'desc';
  if (order !== 'asc' && order !== 'desc')
    throw invalid(`\`order\` must be asc or desc, got "${order.slice(0, 32)}". Give one.`, 'order');
  const all = order === 'desc' ? newestFirst : newestFirst.toReversed();
  const limit = limitIn(query, { usual, most });
  const placeOf = (name: 'after' | 'before') => {
    const id = query.get(name);
    if (id === null) return undefined;
    const at = all.findIndex(item => idOf(item) === id);
    if (at >= 0) return at;
    throw invalid(`\`${name}\` names "${id.slice(0, 64)}", which is not in the list.`, name);
  };
  const rest = all.slice((placeOf('after') ?? -1) + 1, placeOf('before'));
  const data = rest.slice(0, limit);
  const [first, last] = [data[0], data.at(-1)];
  return {
    object: 'list',
    data,
    first_id: first === undefined ? null : idOf(first),
    last_id: last === undefined ? null : idOf(last),
    has_more: rest.length > data.length,
  };
}

function limitIn(query: URLSearchParams, { usual, most }: { usual: number; most: number }): number {
  const given = query.get('limit');
  if (given === null) return usual;
  const limit = Number(given);
  if (Number.isInteger(limit) && limit >= 1 && limit <= most) return limit;
  const got = given.slice(0, 32);
  const message = `\`limit\` must be a whole number from 1 to ${most}, got "${got}". Give one.`;
  throw invalid(message, 'limit');
}

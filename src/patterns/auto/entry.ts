import { type PatternEntry, patternEntry } from '../../model/pattern/pattern-entry.ts';
import { adviserFor } from './adviser.ts';
import { auto } from './auto.ts';
import { autoData } from './options.ts';

/**
 * Makes `auto` as configuration knows it, over the patterns that it chooses from: it imports none
 * of them.
 */
export function autoEntry(inner: Readonly<Record<'minions' | 'chain' | 'plain', PatternEntry>>) {
  const adviser = adviserFor(inner);
  return patternEntry({
    summary:
      'reads a document in the way that pays: whole, minions or chain; plain questions go ' +
      'through a cascade',
    moreRoles: ['minions', 'chain', 'plain'],
    options: autoData,
    make: ({ local, cloud, ...roles }, { way, embedder, reranker }) => {
      const found = { ...(embedder && { embedder }), ...(reranker && { reranker }) };
      const role = (name: keyof typeof inner, options = {}) =>
        roles[name] ?? inner[name].make({ local, cloud }, options);
      return auto({
        ...{ local, cloud, adviser },
        ...{ minions: role('minions', found), chain: role('chain', found), plain: role('plain') },
        ...(way && { way }),
        ...found,
      });
    },
  });
}

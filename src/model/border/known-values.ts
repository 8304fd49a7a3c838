import { holdingValues } from '../../algorithms/quotes/known-values.ts';
import type { Judge } from './border.ts';
import { inSlices } from './in-slices.ts';

/** Finds values that are masked, in any spelling. The entries are placeholder and value. */
export function valuesJudge(entries: () => Iterable<readonly [string, string]>): Judge {
  return async said => {
    const values = [...entries()].map(([, value]) => value);
    const texts = said.map(({ text }) => text);
    const holding = await inSlices(holdingValues(texts, values));
    return holding.map(place => ({ said: said[place]!, label: 'masked' }));
  };
}

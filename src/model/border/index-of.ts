import { atOnce } from '../../algorithms/at-once.ts';
import { buildQuoteIndex, type QuoteIndex } from '../../algorithms/quotes/quote-index.ts';
import { inSlices } from './in-slices.ts';

const built = new Map<string, Promise<QuoteIndex>>();
const weightById = new Map<string, number>();
const mostCharacters = 32_000_000;
// A text of this length is indexed in a millisecond or two: nobody waits for it.
const shortText = 32_768;

/**
 * Gives the index of a text, which is built once in this process, with room for others to work
 * between its slices; those of the texts used last are kept.
 */
export function indexOf(id: string, text: string): Promise<QuoteIndex> {
  const known = built.get(id);
  const index = known ?? build(text);
  built.delete(id);
  built.set(id, index);
  weightById.set(id, text.length);
  let kept = 0;
  for (const other of [...built.keys()].reverse()) {
    kept += weightById.get(other)!;
    if (kept <= mostCharacters || other === id) continue;
    built.delete(other);
    weightById.delete(other);
  }
  return index;
}

async function build(text: string): Promise<QuoteIndex> {
  const work = buildQuoteIndex(text);
  return text.length < shortText ? atOnce(work) : inSlices(work);
}

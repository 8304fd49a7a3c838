import { later } from '../../algorithms/later.ts';
import data from './intent-words.json' with { type: 'json' };

/** Kinds of request that a few words give away, in the order of their numbers in `intentOfWord`. */
export const intents = [
  'transform',
  'lookup',
  'assist',
  'code',
  'mathematics',
  'reason',
  'create',
  'constrain',
  'negate',
  'deep',
] as const;

/** One of the kinds. */
export type Intent = (typeof intents)[number];

const words: Readonly<Record<Intent, string>> = data;

/** Where the hash of a word begins. */
export const wordSeed = 0x811c9dc5 | 0;

/** Continues the hash of a word by the code of one lower-case letter (FNV-1a). */
export function hashOn(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193);
}

/**
 * Numbers of the intents of a word, by the word's hash. The lists are written by hand, from no data
 * set.
 */
export const intentsByWord = later((): ReadonlyMap<number, readonly number[]> => numbersByHash());

function numbersByHash(): Map<number, number[]> {
  const numbers = new Map<number, number[]>();
  for (const [number, intent] of intents.entries()) {
    for (const word of words[intent].split(' ')) {
      let hash: number = wordSeed;
      for (let index = 0; index < word.length; index++) hash = hashOn(hash, word.charCodeAt(index));
      numbers.set(hash, [...(numbers.get(hash) ?? []), number]);
    }
  }
  return numbers;
}

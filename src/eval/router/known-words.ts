import type { FeaturedRow } from './fit-head.ts';
import { type PromptFeatures, wordBuckets } from './prompt-features.ts';

/** Notes for each word bucket whether two rows or more have it. */
export function knownWordsOf(rows: readonly FeaturedRow[]): Uint8Array {
  const counts = new Uint8Array(wordBuckets);
  for (const { features } of rows) {
    for (const bucket of features.words)
      if (bucket < wordBuckets && counts[bucket]! < 2) counts[bucket]! += 1;
  }
  return counts.map(count => (count >= 2 ? 1 : 0));
}

/**
 * Gives the share of a prompt's distinct words that are known, 0..1; 1 of a prompt without words.
 */
export function knownShare(known: Uint8Array, { words }: PromptFeatures): number {
  let [all, found] = [0, 0];
  for (const bucket of words) {
    if (bucket >= wordBuckets) continue;
    all++;
    found += known[bucket]!;
  }
  return all === 0 ? 1 : found / all;
}

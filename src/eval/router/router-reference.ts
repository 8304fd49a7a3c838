import { spreadOf } from '../statistics/stability.ts';
import type { FeaturedRow } from './fit-head.ts';
import { denseFeatureNames } from './prompt-features.ts';
import type { RouterWeights } from './router-weights.ts';

const watched = ['characters', 'wordLength', 'digits', 'operators', 'lines'];
const bins = 5;

/** Picks the features that are watched for drift, by name. */
export function watchedValues(dense: ArrayLike<number>): Readonly<Record<string, number>> {
  return Object.fromEntries(watched.map(name => [name, dense[denseFeatureNames.indexOf(name)]!]));
}

/**
 * Notes how features and scores of held rows are spread, and which share of them goes to the cloud.
 */
export function referenceOf(
  held: readonly FeaturedRow[],
  scores: readonly { readonly score: number }[],
  cloudBelow: number,
): RouterWeights['reference'] {
  const values = held.map(({ features }, index) => ({
    ...watchedValues(features.whole.counted),
    score: scores[index]!.score,
  }));
  const spreads = [...watched, 'score'].map(name => {
    const column = values.map(each => (each as Record<string, number>)[name]!);
    return [name, spreadOf(column, bins)] as const;
  });
  const cloudShare =
    scores.filter(({ score }) => score < cloudBelow).length / Math.max(1, scores.length);
  return { spreads: Object.fromEntries(spreads), cloudShare };
}

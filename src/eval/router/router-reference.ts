import { quantile } from '../statistics/quantile.ts';
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
  { scores, capped, cloudBelow }: HeldReference,
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
  const levels = Array.from({ length: 101 }, (_, at) => quantile(capped, at / 100));
  return { spreads: Object.fromEntries(spreads), cloudShare, levels, held: held.length };
}

/** How rows that were held out were scored. */
export interface HeldReference {
  readonly scores: readonly { readonly score: number }[];
  /** The same with words at the ends capped: what two outcomes decide by. */
  readonly capped: readonly number[];
  readonly cloudBelow: number;
}

/** The share of requests like those of training that scores below a threshold, 0..1. */
export function shareBelow({ levels }: RouterWeights['reference'], threshold: number): number {
  return levels.filter(level => level < threshold).length / Math.max(1, levels.length);
}

/**
 * The threshold that sends a share, 0..1, of requests like those of training to the cloud.
 * @example
 * ```ts
 * const threshold = thresholdForShare(readRouterFile('weights.json').reference, 0.2);
 * ```
 */
export function thresholdForShare({ levels }: RouterWeights['reference'], share: number): number {
  if (share >= 1) return 1.01;
  const at = 100 * Math.max(0, share);
  const [low, high] = [levels[Math.floor(at)]!, levels[Math.ceil(at)]!];
  return share <= 0 ? 0 : low + (at - Math.floor(at)) * (high - low);
}

import { seededRandom } from '../../algorithms/seeded-random.ts';
import { uncorrected } from '../calibration/platt.ts';
import type { OutcomeRow } from '../outcomes/outcome-log.ts';
import { type BoostedTrees, fitTrees } from '../statistics/boosted-trees.ts';
import { fitLogistic, type SparseVector } from '../statistics/logistic-regression.ts';
import { denseFeatureNames, gramBuckets, type PromptFeatures } from './prompt-features.ts';
import {
  characterWeight,
  gramNorm,
  type Head,
  headLength,
  type RouterModel,
  scaledDense,
} from './router-model.ts';
import type { DenseScaling } from './router-weights.ts';

/** A row with its features. */
export interface FeaturedRow {
  readonly row: OutcomeRow;
  readonly features: PromptFeatures;
  /** What an embedder made of the prompt, where the router reads vectors. */
  readonly vector?: Float32Array;
}

// Targets are drawn half-way to the mean of their group: a single outcome is mostly noise, that of
// a subject is not.
const groupShare = 0.5;
// A group weighs as much as the whole log from this many rows on.
const groupPrior = 10;
// Few decisions, many rows a leaf: of single outcomes most is noise.
const boosting = {
  trees: 120,
  depth: 3,
  rate: 0.06,
  leastRows: 40,
  shrinkage: 30,
  rowShare: 0.6,
  inputShare: 0.4,
};
const noCap = { core: Number.POSITIVE_INFINITY, withoutHead: Number.POSITIVE_INFINITY };
const leastVariance = 1e-9;

/** Fits both heads to rows; probabilities are not corrected and nothing is capped yet. */
export function fitHeads(rows: readonly FeaturedRow[]): RouterModel {
  const scaling = scalingOf(rows);
  const vectors = rows.map(({ features }) => vectorOf(features, scaling));
  const counted = rows.map(({ features }) => features.whole.counted);
  const fitTo = (role: 'local' | 'cloud') => {
    const targets = smoothedTargets(rows, role);
    const words = fitLogistic(vectors, targets, {
      dimensions: headLength,
      epochs: 8,
      strength: 0.5,
      random: seededRandom(1),
    });
    return headOf(words, fitTrees(counted, targets, { ...boosting, random: seededRandom(2) }));
  };
  return { local: fitTo('local'), cloud: fitTo('cloud'), scaling, slack: noCap };
}

/**
 * Fits a bag of words, the plainest learned router: words and pairs of words, hashed, and a
 * logistic regression for each model. Weighting by rarity was tried: it ranks no better.
 */
export function fitBag(rows: readonly FeaturedRow[]): RouterModel {
  const vectors = rows.map(({ features }) => bagOf(features));
  const fitTo = (role: 'local' | 'cloud') => {
    const weights = fitLogistic(
      vectors,
      rows.map(({ row }) => row[role].correct),
      { dimensions: gramBuckets + 1, epochs: 12, strength: 1, random: seededRandom(1) },
    );
    const grams = Float32Array.from(weights.subarray(0, gramBuckets));
    return { grams, bias: weights[gramBuckets]!, platt: uncorrected };
  };
  return { local: fitTo('local'), cloud: fitTo('cloud'), slack: noCap };
}

// Of length one, and a one for the bias at the end.
function bagOf({ words }: PromptFeatures): SparseVector {
  const indices = Uint32Array.from([...words, gramBuckets]);
  const values = new Float64Array(indices.length).fill(gramNorm(words.length, 0));
  values[words.length] = 1;
  return { indices, values };
}

// Log-odds vary about so much before any row is seen, however long vectors are.
const vectorVariance = 0.4;

/**
 * Fits a logistic regression over vectors for each model. For one pair of models RouteLLM's matrix
 * factorisation is the same: linear in the vector. Every row has a vector of `dimensions` numbers.
 */
export function fitVectors(
  rows: readonly FeaturedRow[],
  embedder: NonNullable<RouterModel['embedder']>,
): RouterModel {
  const { dimensions } = embedder;
  const columns = Array.from({ length: dimensions }, (_, at) => {
    const mean = meanOf(rows, ({ vector }) => vector![at]!);
    const variance = meanOf(rows, ({ vector }) => (vector![at]! - mean) ** 2);
    return { mean, deviation: Math.sqrt(variance) || 1 };
  });
  const indices = Uint32Array.from({ length: dimensions + 1 }, (_, at) => at);
  const vectors = rows.map(({ vector }) => ({
    indices,
    values: Float64Array.from(indices, at =>
      at < dimensions ? (vector![at]! - columns[at]!.mean) / columns[at]!.deviation : 1,
    ),
  }));
  const fitTo = (role: 'local' | 'cloud') => {
    const strength = vectorVariance / dimensions;
    const options = {
      ...{ epochs: 20, strength },
      ...{ dimensions: dimensions + 1, random: seededRandom(1) },
    };
    const fitted = fitLogistic(vectors, smoothedTargets(rows, role), options);
    let bias = fitted[dimensions]!;
    const grams = Float32Array.from(columns, ({ mean, deviation }, at) => {
      bias -= (fitted[at]! * mean) / deviation;
      return fitted[at]! / deviation;
    });
    return { grams, bias, platt: uncorrected };
  };
  return { embedder, local: fitTo('local'), cloud: fitTo('cloud'), slack: noCap };
}

function scalingOf(rows: readonly FeaturedRow[]): DenseScaling {
  const mean = denseFeatureNames.map((_, index) =>
    meanOf(rows, row => row.features.whole.counted[index]!),
  );
  const deviation = mean.map((center, index) => {
    const variance = meanOf(rows, row => (row.features.whole.counted[index]! - center) ** 2);
    // Of a feature that never varies, the rounding errors would look like news.
    return variance > leastVariance ? Math.sqrt(variance) : 1;
  });
  return { mean, deviation };
}

function vectorOf(
  { words, characters, whole }: PromptFeatures,
  scaling: DenseScaling,
): SparseVector {
  const grams = words.length + characters.length;
  const size = grams + denseFeatureNames.length + 1;
  const indices = new Uint32Array(size);
  const values = new Float64Array(size);
  const norm = gramNorm(words.length, characters.length);
  indices.set(words);
  indices.set(characters, words.length);
  values.fill(norm, 0, words.length);
  values.fill(norm * characterWeight, words.length, grams);
  for (let index = 0; index < denseFeatureNames.length; index++) {
    indices[grams + index] = gramBuckets + index;
    values[grams + index] = scaledDense(scaling, whole.counted, index);
  }
  indices[size - 1] = headLength - 1;
  values[size - 1] = 1;
  return { indices, values };
}

function smoothedTargets(rows: readonly FeaturedRow[], role: 'local' | 'cloud'): number[] {
  const overall = meanOf(rows, ({ row }) => row[role].correct);
  const groups = new Map<string, { right: number; count: number }>();
  for (const { row } of rows) {
    if (row.group === undefined) continue;
    const group = groups.get(row.group) ?? { right: 0, count: 0 };
    groups.set(row.group, { right: group.right + row[role].correct, count: group.count + 1 });
  }
  return rows.map(({ row }) => {
    const group = row.group === undefined ? undefined : groups.get(row.group);
    if (!group || groups.size < 2) return row[role].correct;
    const typical = (group.right + groupPrior * overall) / (group.count + groupPrior);
    return (1 - groupShare) * row[role].correct + groupShare * typical;
  });
}

function headOf(weights: Float64Array, trees: BoostedTrees): Head {
  return {
    grams: Float32Array.from(weights.subarray(0, gramBuckets)),
    dense: [...weights.subarray(gramBuckets, headLength - 1)],
    bias: weights[headLength - 1]!,
    trees,
    platt: uncorrected,
  };
}

function meanOf<Item>(items: readonly Item[], value: (item: Item) => number): number {
  let sum = 0;
  for (const item of items) sum += value(item);
  return sum / items.length;
}

import { fitLogistic, type SparseVector, sigmoid } from '../algorithms/logistic-regression.ts';
import { denseFeatureNames, gramBuckets, type PromptFeatures } from '../algorithms/prompt-features.ts';
import { seededRandom } from '../algorithms/seeded-random.ts';
import type { OutcomeRow } from './outcome-log.ts';
import {
  characterWeight,
  type DenseScaling,
  gramNorm,
  type Head,
  headLength,
  type RouterModel,
  scaledDense,
} from './router-model.ts';

/** A row with its features. */
export interface FeaturedRow {
  readonly row: OutcomeRow;
  readonly features: PromptFeatures;
}

// Targets are drawn half-way to the mean of their group: a single outcome is mostly noise, that of a subject is not.
const groupShare = 0.5;
// A group weighs as much as the whole log from this many rows on.
const groupPrior = 10;
const leastVariance = 1e-9;
const noCap = { core: Number.POSITIVE_INFINITY, withoutHead: Number.POSITIVE_INFINITY };

/** Fits both heads to rows; probabilities are not corrected and nothing is capped yet. */
export function fitHeads(rows: readonly FeaturedRow[]): RouterModel {
  const scaling = scalingOf(rows);
  const vectors = rows.map(({ features }) => vectorOf(features, scaling));
  const fitTo = (role: 'local' | 'cloud') =>
    headOf(
      fitLogistic(vectors, smoothedTargets(rows, role), {
        dimensions: headLength,
        epochs: 8,
        strength: 0.5,
        random: seededRandom(1),
      }),
    );
  return { local: fitTo('local'), cloud: fitTo('cloud'), scaling, slack: noCap };
}

function scalingOf(rows: readonly FeaturedRow[]): DenseScaling {
  const mean = denseFeatureNames.map((_, index) => meanOf(rows, row => row.features.whole.dense[index]!));
  const deviation = mean.map((center, index) => {
    const variance = meanOf(rows, row => (row.features.whole.dense[index]! - center) ** 2);
    // Of a feature that never varies, the rounding errors would look like news.
    return variance > leastVariance ? Math.sqrt(variance) : 1;
  });
  return { mean, deviation };
}

function vectorOf({ words, characters, whole }: PromptFeatures, scaling: DenseScaling): SparseVector {
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
    values[grams + index] = scaledDense(scaling, whole.dense, index);
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

function headOf(weights: Float64Array): Head {
  return {
    grams: Float32Array.from(weights.subarray(0, gramBuckets)),
    dense: [...weights.subarray(gramBuckets, headLength - 1)],
    bias: weights[headLength - 1]!,
    platt: { scale: 1, shift: 0 },
  };
}

/** Corrects the log-odds of a head on rows that it was not fitted to (Platt scaling, by Newton's method). */
export function plattOf(logOdds: readonly number[], outcomes: readonly number[]): Head['platt'] {
  let [scale, shift] = [1, 0];
  for (let step = 0; step < 20; step++) {
    // The weak prior towards scale 1, shift 0 keeps tiny and one-class samples finite.
    let [gradientScale, gradientShift, ss, sh, hh] = [scale - 1, shift, 1, 0, 1];
    for (const [index, odds] of logOdds.entries()) {
      const p = sigmoid(scale * odds + shift);
      const curve = p * (1 - p);
      gradientScale += (p - outcomes[index]!) * odds;
      gradientShift += p - outcomes[index]!;
      ss += curve * odds * odds;
      sh += curve * odds;
      hh += curve;
    }
    const determinant = ss * hh - sh * sh;
    const [moveScale, moveShift] = [
      (hh * gradientScale - sh * gradientShift) / determinant,
      (ss * gradientShift - sh * gradientScale) / determinant,
    ];
    scale -= moveScale;
    shift -= moveShift;
    if (Math.abs(moveScale) + Math.abs(moveShift) < 1e-7) break;
  }
  return { scale: Math.max(0.05, scale), shift };
}

function meanOf<Item>(items: readonly Item[], value: (item: Item) => number): number {
  let sum = 0;
  for (const item of items) sum += value(item);
  return sum / items.length;
}

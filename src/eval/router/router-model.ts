import { corrected } from '../calibration/platt.ts';
import type { Platt } from '../saved-forms.ts';
import { type BoostedTrees, treesValue } from '../statistics/boosted-trees.ts';
import { sigmoid } from '../statistics/logistic-regression.ts';
import {
  denseFeatureNames,
  gramBuckets,
  type PromptFeatures,
  type PromptPart,
} from './prompt-features.ts';
import type { DenseScaling, RouterFile } from './router-weights.ts';

/**
 * Predicts whether one model is right: the mean of what its words say, with log-odds = grams +
 * dense + bias, and what trees say of how it is built.
 */
export interface Head {
  /** One weight for each bucket, or for each number of a vector. */
  readonly grams: ArrayLike<number>;
  /** One weight for each dense feature, after scaling; absent of bags of words and vectors. */
  readonly dense?: readonly number[];
  readonly bias: number;
  /** Over the counts of a part, `countedNames`; as absent. */
  readonly trees?: BoostedTrees;
  /** Corrects what is stated, not what is ranked by; from rows held out. */
  readonly platt: Platt;
}

/** What a score is computed from: words and shape, a bag of words, or vectors. */
export interface RouterModel extends Pick<RouterFile, 'scaling' | 'embedder' | 'slack'> {
  readonly local: Head;
  readonly cloud: Head;
}

/** What is expected of both models. */
export interface PromptScore {
  /** Probability that the local model is right, 0..1. */
  readonly local: number;
  /** Probability that the cloud is right, 0..1. */
  readonly cloud: number;
  /** What the cloud is expected to add, −1..1: P(cloud right) − P(local right), as fitted. */
  readonly gain: number;
  /** The same of its core, and of all but its first words. */
  readonly parts: { readonly core: number; readonly withoutHead: number };
  /** The gain, but no more than the parts allow: added words cannot raise it far. */
  readonly cappedGain: number;
}

/** Weight of four characters beside that of a word. */
export const characterWeight = 0.5;
/** Weight of a dense feature of one standard deviation. */
export const denseWeight = 0.5;
/** Standard deviations from which a dense feature counts no more. */
export const denseMost = 3;

/**
 * Scores a prompt, by its vector where the model reads vectors; by words first its core, then with
 * its last words, then whole.
 */
export function scorePrompt(
  model: RouterModel,
  features: PromptFeatures,
  vector?: ArrayLike<number>,
): PromptScore {
  if (!model.embedder) return scoreWords(model, features);
  const stated = ({ grams, bias }: Head) => {
    let sum = bias;
    for (let at = 0; at < grams.length; at++) sum += grams[at]! * vector![at]!;
    return sigmoid(sum);
  };
  const whole = { local: stated(model.local), cloud: stated(model.cloud) };
  return scoreOf(model, { core: whole, withoutHead: whole, whole });
}

function scoreWords(model: RouterModel, features: PromptFeatures): PromptScore {
  const { words, characters, core, withoutHead, whole } = features;
  const sums = { local: 0, cloud: 0, words: 0, characters: 0 };
  const upTo = (part: PromptPart) => {
    addGrams(model, sums, { buckets: words, from: sums.words, to: part.words, weight: 1 });
    sums.words = part.words;
    if (!model.scaling) return bagProbabilities(model, sums);
    const fours = {
      buckets: characters,
      from: sums.characters,
      to: part.characters,
      weight: characterWeight,
    };
    addGrams(model, sums, fours);
    sums.characters = part.characters;
    return probabilities(model, sums, part.counted);
  };
  const first = upTo(core);
  if (whole === core) return scoreOf(model, { core: first, withoutHead: first, whole: first });
  return scoreOf(model, { core: first, withoutHead: upTo(withoutHead), whole: upTo(whole) });
}

type Stated = Readonly<Record<'local' | 'cloud', number>>;

function scoreOf(
  { local, cloud, slack }: RouterModel,
  { core, withoutHead, whole }: Readonly<Record<'core' | 'withoutHead' | 'whole', Stated>>,
): PromptScore {
  const gain = whole.cloud - whole.local;
  const parts = {
    core: core.cloud - core.local,
    withoutHead: withoutHead.cloud - withoutHead.local,
  };
  return {
    local: corrected(local.platt, whole.local),
    cloud: corrected(cloud.platt, whole.cloud),
    gain,
    parts,
    cappedGain: cappedBy(slack, { gain, parts }),
  };
}

/** Caps a gain by what the parts of the prompt allow. */
export function cappedBy(
  slack: RouterModel['slack'],
  { gain, parts }: Pick<PromptScore, 'gain' | 'parts'>,
): number {
  return Math.min(gain, parts.core + slack.core, parts.withoutHead + slack.withoutHead);
}

interface Sums {
  local: number;
  cloud: number;
  words: number;
  characters: number;
}

interface Grams {
  readonly buckets: Uint16Array;
  readonly from: number;
  readonly to: number;
  readonly weight: number;
}

function bagProbabilities({ local, cloud }: RouterModel, sums: Sums): Stated {
  const norm = gramNorm(sums.words, 0);
  return {
    local: sigmoid(sums.local * norm + local.bias),
    cloud: sigmoid(sums.cloud * norm + cloud.bias),
  };
}

function addGrams(
  { local, cloud }: RouterModel,
  sums: Sums,
  { buckets, from, to, weight }: Grams,
): void {
  let [l, c] = [0, 0];
  for (let index = from; index < to; index++) {
    const bucket = buckets[index]!;
    l += local.grams[bucket]!;
    c += cloud.grams[bucket]!;
  }
  sums.local += weight * l;
  sums.cloud += weight * c;
}

function probabilities(
  model: RouterModel,
  sums: Sums,
  counted: Float64Array,
): { local: number; cloud: number } {
  const norm = gramNorm(sums.words, sums.characters);
  let [local, cloud] = [0, 0];
  for (let index = 0; index < denseFeatureNames.length; index++) {
    const value = scaledDense(model.scaling!, counted, index);
    local += value * model.local.dense![index]!;
    cloud += value * model.cloud.dense![index]!;
  }
  return {
    local:
      (sigmoid(sums.local * norm + local + model.local.bias) + shareOfTrees(model.local, counted)) /
      2,
    cloud:
      (sigmoid(sums.cloud * norm + cloud + model.cloud.bias) + shareOfTrees(model.cloud, counted)) /
      2,
  };
}

function shareOfTrees({ trees }: Head, counted: Float64Array): number {
  return trees ? Math.min(1, Math.max(0, treesValue(trees, counted))) : 0;
}

/** What each gram is multiplied by, so that all together have length one. */
export function gramNorm(words: number, characters: number): number {
  return 1 / Math.sqrt(Math.max(1, words + characterWeight ** 2 * characters));
}

/** One dense feature in standard deviations, kept within bounds and weighted. */
export function scaledDense(
  { mean, deviation }: DenseScaling,
  dense: ArrayLike<number>,
  index: number,
): number {
  const deviations = (dense[index]! - mean[index]!) / deviation[index]!;
  return denseWeight * Math.max(-denseMost, Math.min(denseMost, deviations));
}

/** Length of the weight vector of one head: grams, dense features, bias. */
export const headLength = gramBuckets + denseFeatureNames.length + 1;

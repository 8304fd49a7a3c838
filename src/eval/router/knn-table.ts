import type { OutcomeRow } from '../outcomes/outcome-log.ts';
import { type PromptFeatures, promptFeatures } from './prompt-features.ts';

/** What the nearest labelled prompts say. */
export interface Neighbourhood {
  /** Mean outcome of the local model among the neighbours, 0..1. */
  readonly local: number;
  readonly cloud: number;
  /** Similarity of the nearest, 0..1. */
  readonly nearest: number;
}

/** Looks up the labelled prompts that are most like a text. */
export interface KnnTable {
  of(prompt: string): Neighbourhood;
}

// Of many rows, words beyond this share are passed over: they tell little apart and cost most of
// the time.
const commonFrom = 0.2;
const manyRows = 500;

/**
 * Builds a k-nearest-neighbour table over hashed words, weighted by rarity (arXiv:2505.12601, the
 * honest default of routing). Costs one pass over the rows that share a rare word with the prompt:
 * milliseconds, not microseconds.
 */
export function knnTable(rows: readonly OutcomeRow[], neighbours = 60): KnnTable {
  const features = rows.map(row => promptFeatures(row.prompt));
  const postings = new Map<number, number[]>();
  for (const [index, each] of features.entries()) {
    for (const bucket of each.words) {
      const list = postings.get(bucket);
      if (list) list.push(index);
      else postings.set(bucket, [index]);
    }
  }
  const rarityOf = (count: number) => Math.log(rows.length / (1 + count));
  const unseen = rarityOf(0);
  const rarities = new Map([...postings].map(([bucket, list]) => [bucket, rarityOf(list.length)]));
  const rarity = (bucket: number) => rarities.get(bucket) ?? unseen;
  const lengths = features.map(each => lengthOf(each, rarity));
  const mean = (role: 'local' | 'cloud') =>
    rows.reduce((sum, row) => sum + row[role].correct, 0) / rows.length;
  const typical = { local: mean('local'), cloud: mean('cloud') };
  const [similar, likeness] = [new Float64Array(rows.length), new Float64Array(rows.length)];
  const touch = ({ words }: PromptFeatures): number[] => {
    const touched: number[] = [];
    for (const bucket of words) {
      const list = postings.get(bucket) ?? [];
      if (rows.length > manyRows && list.length > commonFrom * rows.length) continue;
      const weight = rarity(bucket) ** 2;
      for (const index of list) {
        if (similar[index] === 0) touched.push(index);
        similar[index]! += weight;
      }
    }
    return touched;
  };
  return {
    of(prompt) {
      const asked = promptFeatures(prompt);
      const touched = touch(asked);
      // Words that no row has make a prompt no less like those it shares words with.
      const length = lengthOf(asked, bucket => (postings.has(bucket) ? rarity(bucket) : 0));
      for (const index of touched)
        likeness[index] = similar[index]! / (lengths[index]! * length || 1);
      for (const index of touched) similar[index] = 0;
      const near = nearest(touched, likeness, neighbours);
      return neighbourhood(rows, near, typical);
    },
  };
}

// Those below the least of the nearest are passed over, so that few are sorted.
function nearest(touched: readonly number[], likeness: Float64Array, most: number) {
  const least =
    Float64Array.from(touched, index => likeness[index]!)
      .sort()
      .at(-most) ?? 0;
  return touched
    .filter(index => likeness[index]! >= least)
    .map(index => ({ index, likeness: likeness[index]! }))
    .sort((a, b) => b.likeness - a.likeness || a.index - b.index)
    .slice(0, most);
}

function lengthOf({ words }: PromptFeatures, rarity: (bucket: number) => number): number {
  let square = 0;
  for (const bucket of words) square += rarity(bucket) ** 2;
  return Math.sqrt(square);
}

// One neighbour of likeness 0.1 weighs as much as what is typical of all.
const typicalLikeness = 0.1;

function neighbourhood(
  rows: readonly OutcomeRow[],
  near: readonly { readonly index: number; readonly likeness: number }[],
  typical: { readonly local: number; readonly cloud: number },
): Neighbourhood {
  let [weight, local, cloud] = [
    typicalLikeness,
    typicalLikeness * typical.local,
    typicalLikeness * typical.cloud,
  ];
  for (const { index, likeness } of near) {
    weight += likeness;
    local += likeness * rows[index]!.local.correct;
    cloud += likeness * rows[index]!.cloud.correct;
  }
  return {
    local: local / weight,
    cloud: cloud / weight,
    nearest: Math.min(1, near[0]?.likeness ?? 0),
  };
}

import { seededRandom } from '../../algorithms/seeded-random.ts';
import type { OutcomeRow } from '../outcomes/outcome-log.ts';
import { dot, fitLogistic, type SparseVector, sigmoid } from '../statistics/logistic-regression.ts';

/** What plain words say of a prompt: the probabilities that each model is right, 0..1. */
export interface BagOfWords {
  of(prompt: string): { readonly local: number; readonly cloud: number };
}

const fitting = { epochs: 12, strength: 1 };

/**
 * Fits two logistic regressions over the words and pairs of words of prompts, weighted by tf-idf
 * (Salton and Buckley, with damped counts): the plainest learned router, which every other must be
 * held against. Rows must not be empty.
 */
export function bagOfWords(rows: readonly OutcomeRow[]): BagOfWords {
  const texts = rows.map(({ prompt }) => countsOf(prompt));
  const vocabulary = vocabularyOf(texts);
  const vectors = texts.map(counts => vectorOf(counts, vocabulary));
  const headOf = (role: 'local' | 'cloud') =>
    fitLogistic(
      vectors,
      rows.map(row => row[role].correct),
      { ...fitting, dimensions: vocabulary.size + 1, random: seededRandom(1) },
    );
  const [local, cloud] = [headOf('local'), headOf('cloud')];
  return {
    of(prompt) {
      const vector = vectorOf(countsOf(prompt), vocabulary);
      return { local: sigmoid(dot(local, vector)), cloud: sigmoid(dot(cloud, vector)) };
    },
  };
}

interface Word {
  readonly index: number;
  /** Inverse document frequency, at least 1. */
  readonly rarity: number;
}

// As much of a long prompt as the router reads.
const [readAtHead, readAtTail] = [4000, 2000];

function countsOf(whole: string): Map<string, number> {
  const prompt =
    whole.length > readAtHead + readAtTail
      ? `${whole.slice(0, readAtHead)} ${whole.slice(-readAtTail)}`
      : whole;
  const counts = new Map<string, number>();
  let before: string | undefined;
  for (const [word] of prompt.toLowerCase().matchAll(/[\p{L}\p{N}_]{2,}/gu)) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
    if (before !== undefined) {
      const pair = `${before} ${word}`;
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
    before = word;
  }
  return counts;
}

function vocabularyOf(texts: readonly Map<string, number>[]): Map<string, Word> {
  const documents = new Map<string, number>();
  for (const counts of texts)
    for (const word of counts.keys()) documents.set(word, (documents.get(word) ?? 0) + 1);
  return new Map(
    [...documents].map(([word, count], index) => [
      word,
      { index, rarity: 1 + Math.log((1 + texts.length) / (1 + count)) },
    ]),
  );
}

// Of length one, and a one for the bias at the end.
function vectorOf(counts: Map<string, number>, vocabulary: Map<string, Word>): SparseVector {
  const known = [...counts].flatMap(([word, count]) => {
    const found = vocabulary.get(word);
    return found ? [{ index: found.index, value: (1 + Math.log(count)) * found.rarity }] : [];
  });
  const length = Math.sqrt(known.reduce((sum, { value }) => sum + value * value, 0)) || 1;
  const indices = new Uint32Array(known.length + 1);
  const values = new Float64Array(known.length + 1);
  for (const [at, { index, value }] of known.entries()) {
    indices[at] = index;
    values[at] = value / length;
  }
  indices[known.length] = vocabulary.size;
  values[known.length] = 1;
  return { indices, values };
}

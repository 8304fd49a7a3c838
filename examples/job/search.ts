// Finds the texts that a question is about: by words (BM25 over their stems), or by meaning.
import { embedPrompts, type PromptEmbedding } from 'tandem/eval';

/** What turns texts into vectors. */
export type Embedder = PromptEmbedding['embedder'];

/** A text that is searched. */
export interface Searched {
  readonly title: string;
  readonly text: string;
}

const common = new Set(
  (
    'a an and any are as at be been but by can could did do does for from get got had has ' +
    'have how i if in is it its just long many may me much my not of on one or our out own ' +
    'shall she should so some still tell than that the their them there they this to up us ' +
    'was we were what when where which who why will with would you your'
  ).split(' '),
);

function stemsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[a-z]+-?\d+|[a-z]+|\d+/g) ?? [];
  return words
    .filter(word => !common.has(word))
    .map(word => (word.length > 4 ? word.replace(/(?:ing|ers?|ed|es|s|e)$/, '') : word));
}

/** Makes a search over texts; it gives the best first, and none that shares no word. */
export function searchOver<Text extends Searched>(
  texts: readonly Text[],
): (question: string) => Text[] {
  // A word of the title counts as three of the text.
  const bags = texts.map(({ title, text }) => stemsOf(`${title} ${title} ${title} ${text}`));
  const mean = bags.reduce((sum, { length }) => sum + length, 0) / bags.length;
  const counts = bags.map(bag => Map.groupBy(bag, stem => stem));
  const weightOf = (stem: string) => {
    const having = counts.filter(count => count.has(stem)).length;
    return Math.log(1 + (texts.length - having + 0.5) / (having + 0.5));
  };
  return question => {
    const stems = [...new Set(stemsOf(question))].map(stem => [stem, weightOf(stem)] as const);
    const scored = texts.map((found, index) => {
      const length = 1 - 0.5 + (0.5 * bags[index]!.length) / mean;
      const score = stems.reduce((sum, [stem, weight]) => {
        const times = counts[index]!.get(stem)?.length ?? 0;
        return sum + (weight * times * 2.2) / (times + 1.2 * length);
      }, 0);
      return { found, score };
    });
    return scored
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score)
      .map(({ found }) => found);
  };
}

/**
 * Makes a search by what is meant: the nearest first, all of them. A text is embedded once, in the
 * same form as a question, as embedders want it of two texts that are alike.
 */
export function searchByMeaning<Text extends Searched>(
  texts: readonly Text[],
  embedder: Embedder,
): (question: string) => Promise<Text[]> {
  const known = new Map<string, Float32Array>();
  const written = texts.map(({ title, text }) => `${title}\n${text}`);
  return async question => {
    await embedPrompts([...written, question], { embedder, known });
    const asked = known.get(question)!;
    const near = texts.map((found, at) => ({
      found,
      near: cosine(known.get(written[at]!)!, asked),
    }));
    return near.sort((left, right) => right.near - left.near).map(({ found }) => found);
  };
}

function cosine(left: Float32Array, right: Float32Array): number {
  const product = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, n) => sum + x * b[n]!, 0);
  return product(left, right) / Math.sqrt(product(left, left) * product(right, right));
}

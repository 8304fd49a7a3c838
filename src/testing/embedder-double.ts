import { type Embedder, embedderOf } from '../model/pattern/embedding.ts';

/** An embedder on the device to which all texts of a form are near each other, and no others. */
export function embedderBy(form: RegExp): Embedder {
  return embedderOf(
    {
      ...{ specificationVersion: 'v4', provider: 'test', modelId: `by ${form.source}` },
      ...{ maxEmbeddingsPerCall: 100, supportsParallelCalls: true },
      doEmbed: async ({ values }) => ({
        embeddings: values.map(value => (form.test(value) ? [1, 0] : [0, 1])),
        warnings: [],
      }),
    },
    { place: 'device' },
  );
}

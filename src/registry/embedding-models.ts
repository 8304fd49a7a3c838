import * as z from 'zod';
import { later } from '../algorithms/later.ts';
import { servedEmbedder, servedEmbedding } from '../backends/served-embedder.ts';
import { TandemError } from '../model/errors.ts';
import { placeNow } from '../model/leaf/model/place.ts';
import { direct } from '../model/pattern/direct.ts';
import { vectorsIn } from '../model/pattern/embedding.ts';
import type { RunOptions } from '../model/run/scope.ts';
import { summaryOf } from '../model/run/summary.ts';
import { withinRun } from '../model/run/within-run.ts';
import type { EmbeddingModel } from '../model/types.ts';

const named = later(() => z.record(z.string(), servedEmbedding));
const mostTexts = 16;

/**
 * Makes the embedding models of a configuration, which stand under `gateway.embeddings`, models of
 * the AI SDK: mode, budget and journal hold for their calls as for every other.
 */
export function embeddingModelsOf(
  given: unknown,
  options: () => RunOptions,
): ReadonlyMap<string, () => EmbeddingModel> {
  const read = named().safeParse(given ?? {});
  // What is wrong with it is told where the configuration is checked.
  const found = Object.entries(read.success ? read.data : {});
  return new Map(
    found.map(([name, each]) => {
      let made: EmbeddingModel | undefined;
      return [name, () => (made ??= embeddingModel(name, each, options))];
    }),
  );
}

function embeddingModel(
  name: string,
  given: z.output<typeof servedEmbedding>,
  options: () => RunOptions,
): EmbeddingModel {
  const { leaf } = servedEmbedder(given);
  const model = withinRun(direct(leaf), options);
  return {
    specificationVersion: 'v4',
    provider: 'tandem',
    modelId: name,
    maxEmbeddingsPerCall: mostTexts,
    supportsParallelCalls: true,
    async doEmbed({ values, abortSignal }) {
      if (options().masker && (await placeNow(leaf)) !== 'device') throw unmaskable(name);
      const content = values.map(text => ({ type: 'text' as const, text }));
      const answer = await model.doGenerate({
        prompt: [{ role: 'user', content }],
        ...(abortSignal && { abortSignal }),
      });
      const tokens = answer.usage.inputTokens.total;
      const tandem = summaryOf(answer);
      return {
        embeddings: vectorsIn(answer).map(vector => [...vector]),
        warnings: answer.warnings,
        ...(tokens !== undefined && { usage: { tokens } }),
        ...(tandem && { providerMetadata: { tandem: { runId: tandem.runId } } }),
      };
    },
  };
}

function unmaskable(name: string): TandemError {
  const message =
    `Personal data is masked here, and embeddings of masked texts are none: "${name}" does not ` +
    'run on this device. Use one that does.';
  return new TandemError('egress_denied', message, { data: { name } });
}

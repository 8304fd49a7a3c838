import { replay, textAnswer, textOf } from '../answer.ts';
import { TandemError } from '../errors.ts';
import { usageOf } from '../leaf/cost/usage.ts';
import { inCloud, onDevice } from '../leaf/model/place.ts';
import type { As } from '../run/scope.ts';
import type { Answer, Call, EmbeddingModel, LanguageModel, StreamPart } from '../types.ts';
import type { Ask } from './ask.ts';

/**
 * An embedding model as patterns ask it: with a place, behind the same door as every other model.
 */
export interface Embedder {
  /**
   * The leaf that stands for it: guard, masking, budget, journal, retries and cost hold as for any
   * call.
   */
  readonly leaf: LanguageModel;
  readonly batch: () => Promise<number>;
  /** The server, where it is known: two may have models of one name. */
  readonly at?: string;
}

const defaultBatch = 96;

/**
 * Makes an embedder of any AI SDK embedding model; where nobody says where it runs, it counts as a
 * cloud.
 * @example
 * ```ts
 * const embedder = embedderOf(embeddingModel, { place: 'device' });
 * const reader = minions({ local, cloud, embedder });
 * ```
 */
export function embedderOf(
  model: EmbeddingModel,
  options: { readonly place?: 'device' | 'cloud' } = {},
): Embedder {
  const leaf = leafOf(model, call => embed(model, call));
  return {
    leaf: options.place === 'device' ? onDevice(leaf) : inCloud(leaf),
    batch: async () => Math.min((await model.maxEmbeddingsPerCall) ?? defaultBatch, defaultBatch),
  };
}

/** Makes what answers with text, but is no language model, look like one to the door of models. */
export function leafOf(
  { provider, modelId }: Pick<LanguageModel, 'provider' | 'modelId'>,
  answer: (call: Call) => Promise<Answer>,
): LanguageModel {
  return {
    ...{ specificationVersion: 'v4', provider, modelId, supportedUrls: {} },
    doGenerate: answer,
    doStream: async call => ({
      stream: ReadableStream.from(replay(await answer(call))) as ReadableStream<StreamPart>,
    }),
  };
}

/** Makes a call that carries texts alone. */
export function callOf(texts: readonly string[]): Call {
  const content = texts.map(text => ({ type: 'text' as const, text }));
  return { prompt: [{ role: 'user', content }] };
}

/** The texts of a call that carries nothing else. */
export function textsOf({ prompt }: Call): string[] {
  const content = prompt.at(-1)?.content ?? [];
  return typeof content === 'string'
    ? [content]
    : content.map(part => ('text' in part ? part.text : ''));
}

/**
 * Embeds texts, in batches, through `ask`: the same guard, masking, budget and journal as any call.
 * Returns one vector for each text, in their order. @throws TandemError what `ask` throws;
 * `bad_answer` for vectors that are missing
 * @example
 * ```ts
 * const embedder = embedderOf(embeddingModel, { place: 'device' });
 * const [vector] = await askEmbedding(ask, embedder, ['the question']);
 * ```
 */
export async function askEmbedding(
  ask: Ask,
  embedder: Embedder,
  texts: readonly string[],
  as: As = {},
): Promise<Float32Array[]> {
  const size = await embedder.batch();
  const batches = Array.from({ length: Math.ceil(texts.length / size) }, (_, n) =>
    texts.slice(n * size, (n + 1) * size),
  );
  const answers = await Promise.all(
    batches.map((batch, n) =>
      ask(embedder.leaf, callOf(batch), { ...as, id: `${as.id ?? 'embed'} ${n + 1}` }),
    ),
  );
  const vectors = answers.flatMap(vectorsIn);
  if (vectors.length === texts.length) return vectors;
  const message =
    `"${embedder.leaf.modelId}" gave ${vectors.length} vectors for ${texts.length} ` +
    'texts. Use another model.';
  throw new TandemError('bad_answer', message, { data: { modelId: embedder.leaf.modelId } });
}

/** Reads the vectors of an embedder's answer, one for each text. */
export function vectorsIn(answer: Answer): Float32Array[] {
  return (JSON.parse(textOf(answer)) as string[]).map(vectorOf);
}

// Vectors go through the journal as text: four bytes a number, in base64.
async function embed(model: EmbeddingModel, call: Call): Promise<Answer> {
  const { abortSignal } = call;
  const { embeddings, usage, warnings } = await model.doEmbed({
    values: textsOf(call),
    ...(abortSignal && { abortSignal }),
  });
  const text = JSON.stringify(
    embeddings.map(vector => Buffer.from(Float32Array.from(vector).buffer).toString('base64')),
  );
  const known = usage ? { usage: usageOf(usage.tokens, 0) } : {};
  return { ...textAnswer(text), warnings: warnings ?? [], ...known };
}

function vectorOf(base64: string): Float32Array {
  const bytes = Buffer.from(base64, 'base64');
  return new Float32Array(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
  );
}

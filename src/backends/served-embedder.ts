import * as z from 'zod';
import { deferred } from '../algorithms/deferred.ts';
import { later } from '../algorithms/later.ts';
import { guardedFetch, watchedFetch } from '../model/guarded-fetch.ts';
import { placeOfHost } from '../model/leaf/model/host-place.ts';
import { askingPlace, inCloud, onDevice, placedAt } from '../model/leaf/model/place.ts';
import { type Embedder, embedderOf } from '../model/pattern/embedding.ts';
import type { EmbeddingModel, LanguageModel } from '../model/types.ts';
import { askPlace } from './local-servers/place-told.ts';
import { apiFailure, headersIn, postJson, textOf } from './post-json.ts';
import { wordsInBody } from './said-by-server.ts';
import { requireHeaders } from './settings.ts';

/** An embedding model of a server, as a configuration names it. */
export const servedEmbedding = deferred(() =>
  z.strictObject({
    /** The model as its server names it. */
    model: z.string().min(1),
    /** Base URL of the server, with `/v1` where it wants it. */
    endpoint: z
      .url({ protocol: /^https?$/ })
      .meta({ is: 'an address that begins with http:// or https://' }),
    /** Environment variable that holds the server's key. */
    apiKeyEnv: z.string().optional(),
    /** Where it runs. Default: what the address and the server say. */
    place: z.enum(['device', 'network', 'cloud']).optional(),
  }),
);

/** A model of a server that is no language model, by its address. */
export type ServedEmbedding = z.output<typeof servedEmbedding>;

/** An embedder as an option of a program: `embedderOf(model)`, or one that a server has. */
export const embedderOption = deferred(() =>
  z
    .union([
      z
        .custom<Embedder>(given => Object(given) === given && 'leaf' in (given as object))
        .meta({
          is: 'an embedder, such as `embedderOf(model)`',
        }),
      servedEmbedding,
    ])
    .transform(given => ('leaf' in given ? given : servedEmbedder(given))),
);

// Texts of a call; a server on one core needs a second for some of them.
const batch = 16;
// What so many come to as JSON, at 4,096 dimensions, four times over.
const usualBytes = 8_388_608;

const replies = later(() =>
  z.object({
    data: z.array(z.object({ index: z.number().int().optional(), embedding: z.array(z.number()) })),
    usage: z.object({ prompt_tokens: z.number() }).partial().optional(),
  }),
);

/**
 * Makes an embedder of a server that answers `/v1/embeddings`, such as Ollama, vLLM or llama.cpp's.
 * Where it runs is asked of the server, as for any model.
 */
export function servedEmbedder(given: ServedEmbedding): Embedder {
  const made = embedderOf(embeddingModel(given));
  return { ...made, leaf: placedByServer(made.leaf, given), at: addressOf(given) };
}

/** The address of a server, without what an address may hold of credentials. */
export function addressOf({ endpoint }: ServedEmbedding): string {
  const { host, pathname } = new URL(endpoint);
  return host + pathname;
}

/**
 * Places what a server answers: where the address or the server says that it runs.
 * @example
 * ```ts
 * const placed = placedByServer(local, { model: 'bge-m3', endpoint: 'http://127.0.0.1:8080/v1' });
 * ```
 */
export function placedByServer(leaf: LanguageModel, given: ServedEmbedding): LanguageModel {
  const { endpoint, model, place = placeOfHost(endpoint) } = given;
  if (place === 'cloud') return inCloud(leaf);
  const server = {
    endpoint,
    model,
    headers: keyOf(given),
    fetch: guardedFetch(fetch, { endpoint }),
  };
  return askingPlace(placedAt(onDevice(leaf), place, endpoint), () =>
    askPlace(server, { isStated: given.place !== undefined }),
  );
}

/**
 * Posts to a server, by a `fetch` that is held to its address, and reads the JSON that comes back;
 * `undefined` where it is none. @throws ApiCallError for any status but those of success
 * @example
 * ```ts
 * const server = { model: 'nomic-embed-text', endpoint: 'http://127.0.0.1:11434/v1' };
 * const said = await askServer(server, { path: 'embeddings', body: { input: 'A text.' } });
 * ```
 */
export async function askServer(
  given: ServedEmbedding,
  { path, body, signal, mostBytes = usualBytes }: ServerRequest,
): Promise<unknown> {
  const url = `${given.endpoint.replace(/\/{1,9}$/, '')}/${path}`;
  const response = await postJson({
    url,
    headers: { 'content-type': 'application/json', ...keyOf(given) },
    body: JSON.stringify({ ...body, model: given.model }),
    fetch: watchedFetch(fetch, { endpoint: given.endpoint, mostBytes }),
    signal,
  });
  const text = await textOf(response, { url, signal });
  const { status } = response;
  if (response.ok) return parsed(text);
  const said = wordsInBody(text);
  throw apiFailure(said.message || `The server of ${path} answered with status ${status}.`, {
    ...{ url, statusCode: status, isRetryable: status === 429 || status >= 500 },
    ...{ responseHeaders: headersIn(response), responseBody: text, data: { said } },
  });
}

interface ServerRequest {
  /** The last part of the address, such as `embeddings`. */
  readonly path: string;
  /** Beside the model. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal | undefined;
  /** Beyond which an answer is none. Default: 8 MiB. */
  readonly mostBytes?: number;
}

const path = 'embeddings';

function embeddingModel(given: ServedEmbedding): EmbeddingModel {
  return {
    specificationVersion: 'v4',
    provider: 'tandem.embeddings',
    modelId: given.model,
    maxEmbeddingsPerCall: batch,
    supportsParallelCalls: false,
    async doEmbed({ values, abortSignal: signal }) {
      const body = { input: values, encoding_format: 'float' };
      const read = replies().safeParse(await askServer(given, { path, body, signal }));
      if (!read.success)
        throw apiFailure('The server answered with no embeddings.', {
          url: given.endpoint,
          isRetryable: false,
        });
      const { data, usage } = read.data;
      const sorted = data.toSorted((a, b) => (a.index ?? 0) - (b.index ?? 0));
      const tokens = usage?.prompt_tokens;
      return {
        embeddings: sorted.map(({ embedding }) => embedding),
        ...(tokens !== undefined && { usage: { tokens } }),
        warnings: [],
      };
    },
  };
}

function keyOf({ apiKeyEnv }: ServedEmbedding): Record<string, string> {
  const key = apiKeyEnv === undefined ? undefined : process.env[apiKeyEnv];
  return key ? requireHeaders({ authorization: `Bearer ${key}` }) : {};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

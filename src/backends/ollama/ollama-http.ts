import { ApiCallError, type Call } from '../../model/types.ts';
import { type AnyResponse, headersIn, postJson, textOf } from '../post-json.ts';
import { wordsInBody, wordsInValue } from '../said-by-server.ts';
import { requireHeaders } from '../settings.ts';
import { endOf } from '../written/end-words.ts';
import type { OllamaChunk } from './ollama-wire.ts';
import { type ChunkReading, chunkReader, wholeChunk } from './read-chunks.ts';

/** Where a request goes. */
export interface OllamaTarget {
  readonly endpoint: string;
  readonly model: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: typeof globalThis.fetch;
}

/** Posts a chat request. @throws ApiCallError that says what to do */
export async function postChat(
  target: OllamaTarget,
  body: object,
  call: Call,
): Promise<AnyResponse> {
  const { abortSignal: signal } = call;
  const { endpoint, fetch } = target;
  const posted = { url: `${endpoint}/api/chat`, signal };
  const headers = call.headers
    ? { ...target.headers, ...requireHeaders(call.headers) }
    : target.headers;
  const response = await postJson({ ...posted, headers, body: JSON.stringify(body), fetch }).catch(
    (error: unknown): never => {
      if (!ApiCallError.isInstance(error)) throw error;
      throw failure(
        target,
        `cannot connect to ${endpoint}. Is Ollama running? Start it with \`ollama serve\``,
        { cause: error.cause, isRetryable: true },
      );
    },
  );
  if (response.ok) return response;
  const text = await textOf(response, posted);
  throw failure(target, adviceFor(response.status, target, wordsInBody(text).message), {
    statusCode: response.status,
    responseHeaders: headersIn(response),
    responseBody: text,
  });
}

/** The context with which a model runs now; `undefined` where the server does not say. */
export async function runningContext(target: OllamaTarget): Promise<number | undefined> {
  const body = await look(target, '/api/ps');
  const running = (body?.models ?? []) as {
    name?: string;
    model?: string;
    context_length?: number;
  }[];
  const found = running.find(({ name = '', model = '' }) =>
    [name, model].some(id => isSameModel(id, target.model)),
  );
  return found?.context_length;
}

/** Tells whether two names mean one model: Ollama adds `:latest` where no tag is given. */
export function isSameModel(a: string, b: string): boolean {
  const tagged = (name: string) => (name.includes(':') ? name : `${name}:latest`);
  return tagged(a) === tagged(b);
}

// What it cannot tell is unknown, not an error: the chat itself will say what is wrong.
async function look(
  target: OllamaTarget,
  path: string,
  body?: object,
): Promise<Record<string, unknown> | undefined> {
  try {
    const response = await target.fetch(`${target.endpoint}${path}`, {
      headers: target.headers,
      signal: AbortSignal.timeout(2000),
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    return response.ok ? ((await response.json()) as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Reads a whole answer. @throws ApiCallError for a body that is none */
export async function readWhole(
  target: OllamaTarget,
  response: AnyResponse,
  call: Call,
): Promise<OllamaChunk> {
  const url = `${target.endpoint}/api/chat`;
  const text = await textOf(response, { url, signal: call.abortSignal });
  return withoutError(target, wholeChunk(text, readingOf(target, call)));
}

/** Reads an answer line by line, wherever the network cuts it. @throws ApiCallError */
export async function* readLines(
  target: OllamaTarget,
  response: AnyResponse,
  call: Call,
): AsyncGenerator<OllamaChunk> {
  const reader = chunkReader(readingOf(target, call));
  try {
    for await (const bytes of response.body ?? [])
      for (const chunk of reader.read(bytes as Uint8Array)) yield withoutError(target, chunk);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw failure(target, 'sent a line without end', { statusCode: 200 });
  }
  for (const chunk of reader.rest()) yield withoutError(target, chunk);
}

function readingOf(target: OllamaTarget, call: Call): ChunkReading {
  return { offer: call, failure: what => failure(target, what, { statusCode: 200 }) };
}

function withoutError(target: OllamaTarget, chunk: OllamaChunk): OllamaChunk {
  const { done_reason: end } = chunk;
  if (endOf(end) === 'error')
    throw failure(target, `broke its answer off: ${end}`, { statusCode: 500 });
  if (chunk.error === undefined) return chunk;
  throw failure(target, `answered with the error "${wordsInValue(chunk.error).message}"`, {
    statusCode: 500,
  });
}

function adviceFor(status: number, { model }: OllamaTarget, error: string): string {
  // A proxy in front of it may say as much of a path.
  if (status === 404 && !/\b(?:page|path|route|url)\b/i.test(error))
    return `has no model "${model}". Pull it with \`ollama pull ${model}\``;
  return `answered with HTTP ${status}${error === '' ? '' : `: ${error}`}`;
}

function failure(
  { endpoint }: OllamaTarget,
  what: string,
  more: Omit<
    ConstructorParameters<typeof ApiCallError>[0],
    'message' | 'url' | 'requestBodyValues'
  >,
): ApiCallError {
  // The body stays out: it may hold a document.
  return new ApiCallError({
    message: `Ollama ${what}.`,
    url: `${endpoint}/api/chat`,
    requestBodyValues: {},
    ...more,
  });
}

/** OpenAI's chat completions: a whole answer to a call. */
import { jsonOrNothing } from '../../algorithms/text/written/bounded-json.ts';
import { exactJson } from '../../algorithms/text/written/exact-json.ts';
import { topLogprobsIn } from '../../model/leaf/logprobs.ts';
import type { Answer, ApiCallError, Call } from '../../model/types.ts';
import { type AnyResponse, apiFailure, headersIn, postJson, textOf } from '../post-json.ts';
import { wordsInBody, wordsInValue } from '../said-by-server.ts';
import { requireHeaders } from '../settings.ts';
import { answerOf, isChatResponse } from './chat-answer.ts';
import { type ChatFacts, chatBody } from './chat-body.ts';
import type { RefusedRequest } from './refused/refusal.ts';
import { brokenOff, failureIn, namedFailure, namedStatus } from './repaired/failure-in-answer.ts';
import { keepDigits } from './repaired/kept-digits.ts';
import { mendedAnswer } from './repaired/mended-answer.ts';
import { streamedWhole } from './repaired/streamed-whole.ts';

/** Where requests go, and what shapes them. */
export interface ChatServer extends ChatFacts {
  readonly endpoint: string;
  /** Where chats are posted. Default: under the endpoint. */
  readonly chatUrl?: string;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly fetch: typeof globalThis.fetch;
  readonly metadataExtractor?: MetadataExtractor;
}

type AnswerMetadata = NonNullable<Answer['providerMetadata']>;

/** Reads what a server tells beside the answer, in the shape of the SDK's extractors. */
export interface MetadataExtractor {
  /** Reads a whole answer's body. */
  extractMetadata(facts: { readonly parsedBody: unknown }): Promise<AnswerMetadata | undefined>;
  /** Begins to read a stream: each chunk, then what they came to. */
  createStreamExtractor(): {
    processChunk(chunk: unknown): void;
    buildMetadata(): AnswerMetadata | undefined;
  };
}

/**
 * The headers of every request to a server. @throws TandemError `invalid_argument` for what HTTP
 * does not allow
 */
export function chatHeaders(
  apiKey: string | undefined,
  headers: Readonly<Record<string, string>> = {},
) {
  const key = apiKey === undefined ? undefined : `Bearer ${apiKey}`;
  return requireHeaders(
    { 'content-type': 'application/json', 'user-agent': 'tandem', authorization: key },
    headers,
  );
}

/**
 * Asks a server for a whole answer.
 * @throws ApiCallError without the request, which may hold a document; or the signal's reason
 */
export async function chatAnswer(server: ChatServer, call: Call): Promise<Answer> {
  const { body: made, warnings } = chatBody(call, server);
  const body = JSON.stringify(made);
  const { response, posted } = await postChat(server, { body, call });
  const text = await textOf(response, posted);
  const headers = headersIn(response);
  const failed = {
    url: posted.url,
    statusCode: response.status,
    responseHeaders: headers,
    responseBody: text,
  };
  const mostTop = topLogprobsIn(call);
  const said = jsonOrNothing(text);
  const plain = isChatResponse(said);
  const read = plain ? said : mendedAnswer(said, call);
  if (!isChatResponse(read)) {
    const facts = { ...posted, statusCode: response.status, key: server.optionsKey, warnings };
    const joined = streamedWhole(text, { ...facts, offer: call, mostTop });
    if (joined) return { ...joined, request: { body }, response: { ...joined.response, headers } };
    throw noCompletion(text, said, failed);
  }
  if (!plain || read.choices[0].message.tool_calls) {
    keepDigits(read, () => (plain ? exactJson(text) : mendedAnswer(exactJson(text), call)));
  }
  const { id, model, created } = read;
  const answer = answerOf(read, { key: server.optionsKey, mostTop, offer: call });
  const { unified, raw } = answer.finishReason;
  if (unified === 'error') throw brokenOff(raw, posted.url);
  const more = await server.metadataExtractor?.extractMetadata({ parsedBody: read });
  return {
    ...answer,
    ...(more && { providerMetadata: { ...answer.providerMetadata, ...more } }),
    warnings,
    request: { body },
    response: {
      ...(id && { id }),
      ...(model && { modelId: model }),
      ...(created && { timestamp: new Date(created * 1000) }),
      headers,
      body: read,
    },
  };
}

/** Where chats are posted at an endpoint, whose query is kept. */
export function chatUrlAt(endpoint: string): string {
  const [base = '', query] = endpoint.split('?', 2);
  const url = `${base.replace(/\/{1,9}$/, '')}/chat/completions`;
  return query === undefined ? url : `${url}?${query}`;
}

interface Posted {
  readonly url: string;
  readonly signal: AbortSignal | undefined;
}

/** Sends a body. @throws ApiCallError if the server cannot be reached, or refuses */
export async function postChat(
  server: ChatServer,
  { body, call }: { readonly body: string; readonly call: Call },
): Promise<{ readonly response: AnyResponse; readonly posted: Posted }> {
  const { abortSignal: signal, headers: more } = call;
  const { fetch, headers = {} } = server;
  const posted = { url: server.chatUrl ?? chatUrlAt(server.endpoint), signal };
  const all = more ? { ...headers, ...requireHeaders(more) } : headers;
  const response = await postJson({ ...posted, headers: all, body, fetch });
  if (!response.ok) throw await refusalOf(response, { ...posted, body });
  return { response, posted };
}

async function refusalOf(
  response: AnyResponse,
  { body, ...posted }: Posted & { readonly body: string },
): Promise<ApiCallError> {
  const text = await textOf(response, posted);
  const { status: statusCode, statusText } = response;
  const said = wordsInBody(text);
  const fields = Object.keys(JSON.parse(body) as object);
  return apiFailure(said.message || statusText || `HTTP ${statusCode} without a word`, {
    url: posted.url,
    statusCode,
    responseHeaders: headersIn(response),
    responseBody: text,
    data: { fields, said } satisfies RefusedRequest,
  });
}

// A failure may come with a status of success, in its own words.
function noCompletion(
  text: string,
  said: unknown,
  failed: Parameters<typeof apiFailure>[1],
): ApiCallError {
  const error = failureIn(Array.isArray(said) ? said[0] : said);
  if (error !== undefined && namedStatus(error) !== undefined) return namedFailure(error, failed);
  const isJson = said !== undefined;
  // What begins as JSON and is none is no message; a page or plain words are.
  const plain = /^\s*[{[]/.test(text) ? '' : text.slice(0, 20_000);
  const words = isJson ? wordsInValue(error ?? said) : wordsInBody(plain);
  const isEmpty = text.trim() === '';
  const message = isEmpty
    ? 'The response is empty'
    : isJson
      ? 'The response is no chat completion'
      : 'Invalid JSON response';
  return apiFailure(words.message === '' ? message : `${message}: ${words.message}`, {
    ...failed,
    data: { said: words },
  });
}

/** OpenAI's chat completions by a client of our own: a whole answer to a call of text and tools. */
import { topLogprobsIn } from '../../model/logprobs.ts';
import { type Answer, ApiCallError, type Call } from '../../model/types.ts';
import { QuickResponse } from '../fast/quick-response.ts';
import { answerOf, isChatResponse } from './chat-answer.ts';
import { type ChatFacts, chatBody } from './chat-body.ts';

/** Where requests go, and what shapes them. */
export interface ChatServer extends ChatFacts {
  readonly endpoint: string;
  readonly apiKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly fetch: typeof globalThis.fetch;
  readonly changeBody?: (body: Record<string, unknown>) => Record<string, unknown>;
}

/**
 * Asks a server for a whole answer.
 * @throws ApiCallError without the request, which may hold a document; or the signal's reason
 */
export async function chatAnswer(server: ChatServer, call: Call): Promise<Answer> {
  const { body: made, warnings } = chatBody(call, server);
  const body = JSON.stringify(server.changeBody ? server.changeBody(made) : made);
  const { response, url } = await postChat(server, { body, call });
  if (!response.ok) throw await refusalOf(response, { url, call });
  const text = await textOf(response, { url, call });
  const headers = headersIn(response);
  const failed = { url, statusCode: response.status, responseHeaders: headers, responseBody: text };
  const read = parsed(text, cause => failure('Invalid JSON response', { ...failed, cause }));
  if (!isChatResponse(read)) throw failure('The response is no chat completion', failed);
  const { id, model, created } = read;
  return {
    ...answerOf(read, server.optionsKey, topLogprobsIn(call)),
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

type AnyResponse = Response | QuickResponse;

/** Sends a body; what comes back may be a refusal. @throws ApiCallError if the server cannot be reached */
export async function postChat(
  server: ChatServer,
  { body, call }: { readonly body: string; readonly call: Call },
): Promise<{ readonly response: AnyResponse; readonly url: string }> {
  const { abortSignal: signal } = call;
  const url = `${server.endpoint.replace(/\/$/, '')}/chat/completions`;
  const headers = headersOf(server, call);
  try {
    const response = await server.fetch(url, { method: 'POST', headers, body, ...(signal && { signal }) });
    return { response, url };
  } catch (cause) {
    if (signal?.aborted || !isNetworkFailure(cause)) throw cause;
    throw failure(`Cannot connect to API: ${saidBy(cause)}`, { url, cause, isRetryable: true });
  }
}

interface Posted {
  readonly url: string;
  readonly call: Call;
}

/** Reads what a server refuses with. @throws ApiCallError if it cannot be read */
export async function refusalOf(response: AnyResponse, posted: Posted): Promise<ApiCallError> {
  const text = await textOf(response, posted);
  const { status: statusCode, statusText } = response;
  const said = { url: posted.url, statusCode, responseHeaders: headersIn(response), responseBody: text };
  return failure(messageIn(text) ?? statusText, said);
}

async function textOf(response: AnyResponse, { url, call: { abortSignal } }: Posted): Promise<string> {
  try {
    return await response.text();
  } catch (cause) {
    if (abortSignal?.aborted || !isNetworkFailure(cause)) throw cause;
    throw cutFailure(cause, { url, statusCode: response.status });
  }
}

/** The failure of a response that ended in the middle: asking again may help. */
export function cutFailure(
  cause: TypeError,
  facts: { readonly url: string; readonly statusCode: number },
): ApiCallError {
  return failure(`The response was cut: ${saidBy(cause)}`, { ...facts, cause, isRetryable: true });
}

// The network's own word is that of the cause.
function saidBy({ cause, message }: TypeError): string {
  return cause instanceof Error ? cause.message : message;
}

/** The headers of a response, names in lower case. */
export function headersIn(response: AnyResponse): Record<string, string> {
  return response instanceof QuickResponse ? response.headersByName() : Object.fromEntries(response.headers);
}

/** Tells a failure of `fetch` from what else is thrown, such as a token that cannot be had, which says what it is. */
export function isNetworkFailure(error: unknown): error is TypeError {
  return error instanceof TypeError && /^(fetch failed|terminated)$/.test(error.message);
}

function headersOf({ apiKey, headers }: ChatServer, call: Call): Record<string, string> {
  const all: Record<string, string> = { 'content-type': 'application/json', 'user-agent': 'tandem' };
  if (apiKey !== undefined) all.authorization = `Bearer ${apiKey}`;
  for (const given of [headers, call.headers]) {
    for (const name in given) if (given[name] !== undefined) all[name.toLowerCase()] = given[name];
  }
  return all;
}

function parsed(text: string, failed: (cause: unknown) => ApiCallError): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw failed(cause);
  }
}

// What the server says of its failure, where it says it as OpenAI does.
function messageIn(text: string): string | undefined {
  try {
    const { error } = JSON.parse(text) as { error?: { message?: unknown } };
    return typeof error?.message === 'string' ? error.message : undefined;
  } catch {
    return undefined;
  }
}

type Details = Omit<ConstructorParameters<typeof ApiCallError>[0], 'message' | 'requestBodyValues'>;

function failure(message: string, details: Details): ApiCallError {
  return new ApiCallError({ message, requestBodyValues: {}, ...details });
}

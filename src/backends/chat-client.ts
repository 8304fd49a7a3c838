/** OpenAI's chat completions by a client of our own: a whole answer to a call of text and tools. */
import { type Answer, ApiCallError, type Call } from '../model/types.ts';
import { answerOf, isChatResponse } from './chat-answer.ts';
import { type ChatFacts, chatBody } from './chat-body.ts';
import { QuickResponse } from './quick-response.ts';

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
  const url = `${server.endpoint.replace(/\/$/, '')}/chat/completions`;
  const { response, text } = await posted(server, { url, body, call });
  const headers = headersIn(response);
  const failed = { url, statusCode: response.status, responseHeaders: headers, responseBody: text };
  if (!response.ok) throw failure(messageIn(text) ?? response.statusText, failed);
  const read = parsed(text, cause => failure('Invalid JSON response', { ...failed, cause }));
  if (!isChatResponse(read)) throw failure('The response is no chat completion', failed);
  const { id, model, created } = read;
  return {
    ...answerOf(read, server.optionsKey),
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

interface Posting {
  readonly url: string;
  readonly body: string;
  readonly call: Call;
}

async function posted(
  server: ChatServer,
  { url, body, call }: Posting,
): Promise<{ readonly response: Response; readonly text: string }> {
  const { abortSignal: signal } = call;
  let response: Response | undefined;
  try {
    response = await server.fetch(url, {
      method: 'POST',
      headers: headersOf(server, call),
      body,
      ...(signal && { signal }),
    });
    return { response, text: await response.text() };
  } catch (cause) {
    if (signal?.aborted || !isNetworkFailure(cause)) throw cause;
    const said = (cause.cause instanceof Error ? cause.cause : cause).message;
    if (!response) throw failure(`Cannot connect to API: ${said}`, { url, cause, isRetryable: true });
    throw failure(`The response was cut: ${said}`, { url, cause, statusCode: response.status, isRetryable: true });
  }
}

function headersIn(response: Response | QuickResponse): Record<string, string> {
  return response instanceof QuickResponse ? response.headersByName() : Object.fromEntries(response.headers);
}

// As `fetch` fails; whatever else is thrown, such as a token that cannot be had, says what it is by itself.
function isNetworkFailure(error: unknown): error is TypeError {
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

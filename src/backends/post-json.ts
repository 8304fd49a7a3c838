import { ApiCallError } from '../model/types.ts';
import { QuickResponse } from './fast/quick-response.ts';
import { isNetworkFailure, saidByNetwork } from './network-failure.ts';

/** A response, of the platform's `fetch` or of our own. */
export type AnyResponse = Response | QuickResponse;

/** One request of a model. */
export interface Posting {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
  readonly fetch: typeof globalThis.fetch;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends a request; what comes back may be a refusal.
 * @throws ApiCallError without the request, which may hold a document, if the server cannot be
 * reached; anything else that `fetch` threw as it is
 */
export async function postJson({
  url,
  headers,
  body,
  fetch,
  signal,
}: Posting): Promise<AnyResponse> {
  try {
    return await fetch(url, { method: 'POST', headers, body, ...(signal && { signal }) });
  } catch (cause) {
    if (signal?.aborted || !isNetworkFailure(cause)) throw cause;
    throw apiFailure(`Cannot connect to the server: ${saidByNetwork(cause)}`, {
      url,
      cause,
      isRetryable: true,
    });
  }
}

interface ResponseReading {
  readonly url: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads the text of a response. @throws ApiCallError if it ends in the middle; or the signal's
 * reason
 */
export function textOf(response: AnyResponse, { url, signal }: ResponseReading): Promise<string> {
  return response.text().catch(cause => {
    if (signal?.aborted || !isNetworkFailure(cause)) throw cause;
    throw cutFailure(cause, { url, statusCode: response.status });
  });
}

/** The failure of a response that ended in the middle: asking again may help. */
export function cutFailure(
  cause: Error,
  facts: { readonly url: string; readonly statusCode: number },
): ApiCallError {
  return apiFailure(`The response was cut: ${saidByNetwork(cause)}`, {
    ...facts,
    cause,
    isRetryable: true,
  });
}

/** The headers of a response, names in lower case. */
export function headersIn(response: AnyResponse): Record<string, string> {
  return response instanceof QuickResponse
    ? response.headersByName()
    : Object.fromEntries(response.headers);
}

type Details = Omit<ConstructorParameters<typeof ApiCallError>[0], 'message' | 'requestBodyValues'>;

/** Makes the SDK's error of a failed request; the request itself stays out. */
export function apiFailure(message: string, details: Details): ApiCallError {
  return new ApiCallError({ message, requestBodyValues: {}, ...details });
}

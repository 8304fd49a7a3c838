import { ApiCallError } from '../model/types.ts';

/**
 * Makes the error that a provider throws for an HTTP status; 408, 409, 429 and 5xx are retryable.
 */
export function apiFailure(
  statusCode: number,
  options: { readonly message?: string; readonly headers?: Record<string, string> } = {},
): Error {
  return new ApiCallError({
    message: options.message ?? `HTTP ${statusCode}`,
    url: 'http://127.0.0.1/double',
    requestBodyValues: {},
    statusCode,
    ...(options.headers && { responseHeaders: options.headers }),
  });
}

/** Makes the error that a provider throws where nobody listens. */
export function connectionFailure(): Error {
  return new ApiCallError({
    message: 'Cannot connect to the server',
    url: 'http://127.0.0.1/double',
    requestBodyValues: {},
    isRetryable: true,
  });
}

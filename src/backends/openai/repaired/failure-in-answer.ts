import type { ApiCallError } from '../../../model/types.ts';
import { apiFailure } from '../../post-json.ts';
import { wordsInValue } from '../../said-by-server.ts';

/** The failure that an answer, or an event of a stream, tells of with a status of success. */
export function failureIn(value: unknown): unknown {
  const { error, type, object, choices, message } = (value ?? {}) as Record<string, unknown>;
  if (error !== undefined && error !== null) return error;
  // Some say that it is an error by its type alone.
  const isError = type === 'error' || object === 'error';
  return isError && choices === undefined && message !== undefined ? value : undefined;
}

/** Makes an error of it, with the status that it names; by default 500. */
export function namedFailure(
  error: unknown,
  { url, message = 'The stream failed' }: { readonly url: string; readonly message?: string },
): ApiCallError {
  const said = wordsInValue(error);
  return apiFailure(said.message || message, {
    url,
    statusCode: namedStatus(error) ?? 500,
    responseBody: JSON.stringify(error),
    data: { said },
  });
}

/** The status that a failure names itself. */
export function namedStatus(error: unknown): number | undefined {
  const { code, type } = wordsInValue(error);
  const number = Number(code);
  if (number >= 400 && number < 600) return number;
  return type === 'invalid_request_error' || type === 'BadRequestError' ? 400 : undefined;
}

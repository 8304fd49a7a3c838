import { ApiCallError } from '../../model/types.ts';

/** What users of a server do when it fails. */
export interface ServerAdvice {
  /** As users call it: `LM Studio`. */
  readonly title: string;
  /** Command that starts it. */
  readonly start: string;
  /** Command that gets a model. */
  readonly fetchModel: (model: string) => string;
}

/**
 * Puts what to do into the failure of a server on this machine; other errors are returned as they
 * are.
 */
export function explainFailure(
  error: unknown,
  facts: ServerAdvice & { endpoint: string; model: string },
): unknown {
  if (!ApiCallError.isInstance(error)) return error;
  const { title, endpoint, start, model } = facts;
  if (error.statusCode === undefined) {
    return reworded(
      error,
      `${title} cannot be reached at ${endpoint}. Is it running? Start it with \`${start}\`.`,
    );
  }
  if (error.statusCode !== 404) return error;
  const { said } = (error.data ?? {}) as { said?: { message: string } };
  const words = said?.message ?? '';
  const quote = words === '' ? '' : ` It says: ${words}`;
  // It may lack a path, or have none loaded: its own words say so.
  if (isOfSomethingElse.test(words)) return reworded(error, `${title} says: ${words}`);
  return reworded(
    error,
    `${title} has no model "${model}". Get it with \`${facts.fetchModel(model)}\`.${quote}`,
  );
}

const isOfSomethingElse = new RegExp(
  '\\bno models? (is |are )?(currently )?loaded|\\b(path|route|url|endpoint|page|method)\\b' +
    '|^(resource |404:? )?not found\\.?$',
  'i',
);

function reworded(error: ApiCallError, message: string): ApiCallError {
  const { url, statusCode, responseHeaders, responseBody, isRetryable, cause, data } = error;
  return new ApiCallError({
    message,
    url,
    requestBodyValues: {},
    isRetryable,
    cause,
    data,
    ...(statusCode !== undefined && { statusCode }),
    ...(responseHeaders && { responseHeaders }),
    ...(responseBody !== undefined && { responseBody }),
  });
}

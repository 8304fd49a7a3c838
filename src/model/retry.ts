import { TandemError } from './errors.ts';
import type { Run } from './scope.ts';
import { ApiCallError } from './types.ts';

/** Tells whether a failure may pass by itself: the SDK's own judgement, and a network that was not there. */
export function isTransient(error: unknown): boolean {
  if (ApiCallError.isInstance(error)) return error.isRetryable;
  return error instanceof TypeError && /fetch failed|network|terminated/i.test(error.message);
}

/** Returns the milliseconds to wait before the next try; `undefined` if there should be none. */
export function pauseBefore(attempt: number, error: unknown, run: Run): number | undefined {
  if (attempt >= run.retry.tries || !isTransient(error)) return undefined;
  const asked = retryAfterMs(error);
  if (asked !== undefined) return asked <= run.retry.maxWaitMs ? asked : undefined;
  const full = run.retry.baseMs * 2 ** (attempt - 1);
  return full / 2 + (full / 2) * run.clock.random();
}

/** Waits; rejects with the signal's reason as soon as it is aborted. */
export function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** Settles with a promise, or rejects with the signal's reason if that comes first. */
export function orAbort<T>(promise: PromiseLike<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    const done = () => signal.removeEventListener('abort', stop);
    promise.then(
      value => {
        done();
        resolve(value);
      },
      error => {
        done();
        reject(error);
      },
    );
  });
}

/** Turns a leaf's last failure into our error: what happened, with which model, what to do. */
export function leafFailure(modelId: string, error: unknown, attempts: number): TandemError {
  if (TandemError.isInstance(error)) return error;
  const status = ApiCallError.isInstance(error) ? error.statusCode : undefined;
  const tries = attempts === 1 ? '1 try' : `${attempts} tries`;
  const what = `"${modelId}" failed after ${tries}: ${firstWords(error)}`;
  return new TandemError('model_failed', `${what} ${adviceFor(status, error)}`, {
    cause: withoutContent(error),
    data: { modelId, attempts, status: status ?? null, isUnreachable: isUnreachable(error) },
  });
}

/** Tells whether a failure means that the model's place is gone for now, not that the call was wrong. */
export function isUnreachable(error: unknown): boolean {
  if (TandemError.isInstance(error)) return error.data.isUnreachable === true;
  if (isTransient(error)) return true;
  return ApiCallError.isInstance(error) && (error.statusCode === undefined || error.statusCode >= 500);
}

// The SDK's error carries the whole request, document and all, and would print it.
function withoutContent(error: unknown): unknown {
  if (!ApiCallError.isInstance(error)) return error;
  const { message, url, statusCode, responseHeaders, isRetryable } = error;
  const kept = new ApiCallError({
    message: withoutKeys(message),
    url: url.split('?')[0] ?? '',
    requestBodyValues: {},
    isRetryable,
    ...(statusCode !== undefined && { statusCode }),
    ...(responseHeaders && { responseHeaders }),
  });
  if (error.stack !== undefined) kept.stack = withoutKeys(error.stack);
  return kept;
}

function retryAfterMs(error: unknown): number | undefined {
  if (!ApiCallError.isInstance(error)) return undefined;
  const headers = error.responseHeaders ?? {};
  const milliseconds = Number(headers['retry-after-ms'] ?? Number.NaN);
  if (milliseconds >= 0) return milliseconds;
  const value = headers['retry-after'];
  if (value === undefined) return undefined;
  const seconds = Number(value);
  if (seconds >= 0) return seconds * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

function firstWords(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const line = withoutKeys(message).split('\n', 1)[0]?.slice(0, 200).trim() ?? '';
  return /[.!?]$/.test(line) ? line : `${line || 'no message'}.`;
}

// Some servers quote the key they refuse.
function withoutKeys(text: string): string {
  return text.replaceAll(/\b(sk|key|Bearer)[-\s][\w.-]{6,}/gi, '$1-[hidden]');
}

function adviceFor(status: number | undefined, error: unknown): string {
  if (status === 401 || status === 403) return 'Check the key and its permissions.';
  if (status === 404) return 'Check the model name and the endpoint.';
  if (status === 429) return 'The rate limit is reached: wait, or use another model.';
  if (status !== undefined && status >= 500) return 'The server is in trouble: try again later.';
  if (status !== undefined && status >= 400) return 'Check the request against what the model accepts.';
  if (ApiCallError.isInstance(error) || isTransient(error)) {
    return status === undefined ? 'Check that the server is running and the endpoint is right.' : 'Check the server.';
  }
  return 'The model itself is at fault: mend it, or use another.';
}

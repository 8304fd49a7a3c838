import { TandemError } from '../errors.ts';
import type { Run } from '../run/scope.ts';
import { ApiCallError } from '../types.ts';
import {
  adviceByFailure,
  contextStatedBy,
  type FailureKind,
  failureKinds,
  failureOf,
  networkCode,
} from './failure.ts';
import { upstreamWords, withoutKeys } from './masking/upstream-words.ts';

/** Tells whether a failure may pass by itself, so that the call is made again. */
export function isTransient(error: unknown): boolean {
  if (TandemError.isInstance(error) || isRefusedHere(error)) return false;
  // A server may say itself that asking again helps, or that it does not.
  const isRefused =
    ApiCallError.isInstance(error) && error.responseHeaders?.['x-should-retry'] === 'false';
  return failureKinds[failureOf(error)].again && !isRefused;
}

/** Returns the milliseconds to wait before the next try; `undefined` if there should be none. */
export function pauseBefore(attempt: number, error: unknown, run: Run): number | undefined {
  if (run.retry.tries > 1 && isLoading(error)) return loadingPause(attempt);
  if (attempt >= run.retry.tries || !isTransient(error)) return undefined;
  const asked = retryAfterMs(error);
  if (asked !== undefined) return asked <= run.retry.maxWaitMs ? asked : undefined;
  const full = run.retry.baseMs * 2 ** (attempt - 1);
  return full / 2 + (full / 2) * run.clock.random();
}

// On this machine nobody listens at a port, or somebody does: asking again at once tells no more.
function isRefusedHere(error: unknown): boolean {
  return isHere(error) && networkCode(error) === 'ECONNREFUSED';
}

function isHere(error: unknown): boolean {
  if (!ApiCallError.isInstance(error) || !URL.canParse(error.url)) return false;
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(error.url).hostname);
}

// A server of this machine that is reading its model into memory says so.
function isLoading(error: unknown): boolean {
  if (!isHere(error)) return false;
  const { statusCode, message, responseBody = '' } = error as ApiCallError;
  if (statusCode !== 503 && statusCode !== 500) return false;
  return /loading (the )?model|model (is )?(still |being |currently )*load(ing|ed)/i.test(
    `${message} ${responseBody}`,
  );
}

const longestLoadingMs = 60_000;
const loadingLookMs = 1000;

function loadingPause(attempt: number): number | undefined {
  return attempt * loadingLookMs > longestLoadingMs ? undefined : loadingLookMs;
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

// A listener on a signal costs more than all else that an ask does: those who wait for one signal
// share one. It stands on the signal itself: what a weak map holds for a young key outlives the
// short collections, and drags its world along.
const waitingFor = Symbol('tandem.waiting');
type AbortListeners = Set<(reason: unknown) => void>;
type ListenedSignal = AbortSignal & { [waitingFor]?: AbortListeners };

/**
 * Settles with what a promise comes to, read by `read`, or rejects with the signal's reason if that
 * comes first.
 */
export function orAbort<T>(
  promise: PromiseLike<T>,
  signal: AbortSignal,
  read?: (value: T) => T,
): Promise<T> {
  const waiting = (signal as ListenedSignal)[waitingFor] ?? listenTo(signal);
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    waiting.add(reject);
    promise.then(
      value => {
        waiting.delete(reject);
        try {
          resolve(read ? read(value) : value);
        } catch (error) {
          reject(error);
        }
      },
      error => {
        waiting.delete(reject);
        reject(error);
      },
    );
  });
}

function listenTo(signal: AbortSignal): Set<(reason: unknown) => void> {
  const waiting = new Set<(reason: unknown) => void>();
  const stop = () => {
    for (const reject of waiting) reject(signal.reason);
  };
  signal.addEventListener('abort', stop, { once: true });
  if (Object.isExtensible(signal)) (signal as ListenedSignal)[waitingFor] = waiting;
  return waiting;
}

/** Turns a leaf's last failure into our error: what happened, with which model, what to do. */
export function leafFailure(modelId: string, error: unknown, attempts: number): TandemError {
  if (TandemError.isInstance(error)) return error;
  const status = ApiCallError.isInstance(error) ? error.statusCode : undefined;
  const failure = failureOf(error);
  const tries = attempts === 1 ? '1 try' : `${attempts} tries`;
  const what = `"${modelId}" failed after ${tries}: ${firstWords(error)}`;
  return new TandemError('model_failed', `${what} ${adviceFor(failure, status)}`, {
    cause: withoutContent(error),
    data: {
      modelId,
      attempts,
      status: status ?? null,
      failure,
      isUnreachable: isUnreachable(error),
      ...saidBy(error),
    },
  });
}

/** What a server named of its failure, for programs that go by it. */
interface SaidOfFailure {
  /** The server's own code, such as `context_length_exceeded`. */
  readonly serverCode?: string;
  /** The field of the request that it names. */
  readonly serverParam?: string;
  /** The context of the model, in tokens, where a prompt did not fit it. */
  readonly contextTokens?: number;
  /** Milliseconds that it asks to wait. */
  readonly retryAfterMs?: number;
  /** Whether nobody listens at a port of this machine. */
  readonly isRefusedHere?: true;
}

function saidBy(error: unknown): SaidOfFailure {
  const { said, error: inner } = ((error as { data?: unknown } | undefined)?.data ?? {}) as {
    said?: Record<string, unknown>;
    error?: Record<string, unknown>;
  };
  const { code, param } = said ?? inner ?? {};
  const retryAfter = retryAfterMs(error);
  const contextTokens = contextStatedBy(error);
  return {
    ...(typeof code === 'string' && code !== '' && { serverCode: code.slice(0, 80) }),
    ...(typeof param === 'string' && param !== '' && { serverParam: param.slice(0, 80) }),
    ...(retryAfter !== undefined && { retryAfterMs: retryAfter }),
    ...(contextTokens !== undefined && { contextTokens }),
    ...(isRefusedHere(error) && { isRefusedHere: true }),
  };
}

/**
 * Tells whether a failure means that the model's place is gone for now, not that the call was
 * wrong.
 */
export function isUnreachable(error: unknown): boolean {
  return failureKinds[failureOf(error)].closes;
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
  // No second, or a time that is over, says nothing: the pause is our own, which grows.
  return saidWait(headers['retry-after'], error) || undefined;
}

function saidWait(value: string | undefined, error: ApiCallError): number | undefined {
  if (value === undefined)
    return waitIn(`${error.message} ${error.responseBody ?? ''}`) ?? waitOfLimits(error);
  const seconds = Number(value);
  if (seconds >= 0) return seconds * 1000;
  if (/^\d/.test(value)) return timeIn(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

const wait = new RegExp(
  '(?:(?:retry|try again)[ _]?(?:after|in|delay)(?:_seconds)?|please wait|estimated_time)' +
    '\\W{0,6}((?:\\d{1,6}(?:\\.\\d{1,9})? ?[a-z]{0,12} ?){1,3})',
  'i',
);
const milliseconds: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000 };

// Many say it in their message alone: "try again in 1m12.5s", "retryDelay": "34s".
function waitIn(text: string): number | undefined {
  const [, words] = wait.exec(text) ?? [];
  return words === undefined ? undefined : timeIn(words);
}

function timeIn(words: string): number {
  const times = words.matchAll(/(\d+(?:\.\d+)?) ?(ms|mil|h|m|s)?/g);
  return [...times].reduce(
    (sum, [, n, unit = 's']) => sum + Number(n) * (milliseconds[unit] ?? 1),
    0,
  );
}

const ofLimits = ['', '-requests', '-tokens'];

// What is left of a limit, and when there is more of it; OpenRouter quotes these headers.
function waitOfLimits({ responseHeaders = {}, responseBody = '' }: ApiCallError) {
  const quoted = /"x-ratelimit-reset":\s{0,4}"?(\d{10,13})/i.exec(responseBody)?.[1];
  const waits = ofLimits.flatMap(limit => {
    const named = (what: string) =>
      responseHeaders[`x-ratelimit-${what}${limit}`] ??
      responseHeaders[`ratelimit-${what}${limit}`];
    const reset = named('reset');
    return reset !== undefined && named('remaining') === '0' ? [untilReset(reset)] : [];
  });
  if (quoted !== undefined) waits.push(untilReset(quoted));
  return waits.length === 0 ? undefined : Math.max(...waits);
}

// A time from now on, or of the clock, in seconds or thousandths.
function untilReset(reset: string): number {
  const number = Number(reset);
  if (!(number > 1e9)) return timeIn(reset);
  return Math.max(0, (number > 1e12 ? number : number * 1000) - Date.now());
}

function firstWords(error: unknown): string {
  const words = upstreamWords(error);
  return /[.!?]$/.test(words) ? words : `${words || 'no message'}.`;
}

function adviceFor(failure: FailureKind, status: number | undefined): string {
  const isInTrouble = failure === 'unavailable' && status !== undefined;
  return isInTrouble ? 'The server is in trouble: try again later.' : adviceByFailure[failure];
}

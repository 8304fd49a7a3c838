import { nearest } from '../algorithms/nearest.ts';

/** Every error code, with what it means. */
export const errorCodes = {
  invalid_argument: 'an option or input is out of its range',
  unknown_name: 'a spec, model, pattern or key is not known',
  missing_setting: 'an environment variable, key or endpoint is not set',
  missing_package: 'an optional package is not installed',
  not_configured: 'the call needs a model that is not configured',
  model_failed: 'a model call failed after its retries',
  bad_answer: 'a model answered with something that cannot be used',
  budget_exceeded: 'the run may not spend more',
  deadline_exceeded: 'the run may not take longer',
  egress_denied: 'the privacy mode keeps this call on the device',
  not_approved: 'whoever was asked has not approved a plan or a delegation',
  place_not_allowed: 'the privacy mode allows this device alone, and the model is elsewhere',
  not_trusted: 'a folder asks for what only its user may allow',
  not_converged: 'votes ended without a winner',
  unreachable_target: 'no number of votes reaches the wanted probability of success',
  unreadable_document: 'a document cannot be read',
  scope_mismatch: 'a call names another run than the one it is part of',
  pattern_failed: 'a function given to a pattern threw',
  resume_mismatch: 'a resumed run asks something else than it did before',
  run_taken: 'another process is at work on this run',
  not_recorded: 'a replay needs a call that was never made',
  journal_failed: 'the journal cannot be read or written',
  store_busy: 'another process holds the store for writing',
  script_violated: 'a test double was called otherwise than its script says',
} as const;

/** One of the error codes. */
export type ErrorCode = keyof typeof errorCodes;

const marker = Symbol.for('tandem.error');

/**
 * The one error of this library. `isRetryable` is always false, and it is no error of the SDK's
 * (one may be its `cause`), so that the SDK never restarts a pattern: leaves have had their retries
 * inside `ask`.
 */
export class TandemError extends Error {
  readonly [marker] = true;
  readonly code: ErrorCode;
  readonly isRetryable = false;
  /** Facts for programs: small, serialisable, without content or credentials. */
  readonly data: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; data?: Record<string, unknown> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'TandemError';
    this.code = code;
    this.data = options.data ?? {};
  }

  /** Recognises the error across copies of this package. */
  static isInstance(error: unknown): error is TandemError {
    return (
      typeof error === 'object' &&
      error !== null &&
      (error as Record<symbol, unknown>)[marker] === true
    );
  }
}

/**
 * Checks that a number is whole and at least `minimum`; throws `invalid_argument` with what to use
 * instead.
 */
export function requireWhole(
  name: string,
  value: unknown,
  minimum: number,
  advice: string,
): number {
  if (Number.isInteger(value) && (value as number) >= minimum) return value as number;
  throw new TandemError(
    'invalid_argument',
    `\`${name}\` must be a whole number of ${minimum} or more, got ${String(value)}. ${advice}`,
    { data: { name, value: String(value) } },
  );
}

/**
 * Checks that a number lies in a closed range; throws `invalid_argument` with what to use instead.
 */
export function requireRange(
  name: string,
  value: unknown,
  range: readonly [number, number],
  advice: string,
): number {
  if (typeof value === 'number' && value >= range[0] && value <= range[1]) return value;
  throw new TandemError(
    'invalid_argument',
    `\`${name}\` must be a number from ${range[0]} to ${range[1]}, got ${String(value)}. ${advice}`,
    { data: { name, value: String(value) } },
  );
}

/** Describes any thrown value in a few words, without its content. */
export function describeError(error: unknown): string {
  if (TandemError.isInstance(error)) return error.code;
  if (error instanceof Error) return error.name;
  return typeof error;
}

/** The error of a key that nobody knows. */
export function unknownKey(facts: {
  readonly of: string;
  readonly key: string;
  readonly known: readonly string[];
}): TandemError {
  const { of, key, known } = facts;
  const near = nearest(key, known);
  const advice = near ? `Did you mean "${near}"?` : `Known: ${known.join(', ')}.`;
  return new TandemError('unknown_name', `${of} has the unknown key "${key}". ${advice}`, {
    data: { key },
  });
}

/** Every key of an options type; the compiler sees that none is left out. */
export type KeysOf<Options> = Readonly<Record<keyof Required<Options>, true>>;

/**
 * Checks that options hold no key that nobody knows: a limit or a safeguard whose name is misspelt
 * would be none. @throws TandemError `unknown_name` with the nearest key
 */
export function requireKnown<Options extends object>(
  of: string,
  options: Options,
  known: KeysOf<Options>,
): void {
  for (const key in options)
    if (!(key in known)) throw unknownKey({ of, key, known: Object.keys(known) });
}

/** Checks that an option is one of some words, or absent. @throws TandemError `invalid_argument` */
export function requireOneOf(name: string, value: unknown, words: readonly string[]): void {
  if (value === undefined || words.includes(value as string)) return;
  const list = words.map(word => JSON.stringify(word)).join(', ');
  throw new TandemError(
    'invalid_argument',
    `\`${name}\` must be one of ${list}, got ${JSON.stringify(value)}. ` +
      'Leave it out for the default.',
  );
}

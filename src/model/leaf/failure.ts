import { TandemError } from '../errors.ts';
import { ApiCallError } from '../types.ts';
import lists from './failure-words.json' with { type: 'json' };

/**
 * Every kind of failure of a model's call, with what follows: whether it is tried again, whether
 * its place counts as closed, and whether another model may answer instead. A wrong key, a wrong
 * name, an untrusted connection and a refusal must be seen: nobody else is asked.
 */
export const failureKinds = {
  auth: {
    means: 'the key is wrong, or may not do this',
    again: false,
    closes: false,
    fallsBack: false,
  },
  quota: { means: 'what was paid for is used up', again: false, closes: true, fallsBack: true },
  rate_limit: { means: 'too many requests for now', again: true, closes: true, fallsBack: true },
  context_overflow: {
    means: 'the prompt does not fit the context',
    again: false,
    closes: false,
    fallsBack: true,
  },
  content_refused: {
    means: 'a content filter refused the request',
    again: false,
    closes: false,
    fallsBack: false,
  },
  unknown_model: {
    means: 'the server has no such model',
    again: false,
    closes: false,
    fallsBack: false,
  },
  rejected: {
    means: 'the server does not accept the request',
    again: false,
    closes: false,
    fallsBack: true,
  },
  timeout: { means: 'the server took too long', again: false, closes: true, fallsBack: true },
  unavailable: {
    means: 'the server is not there, or in trouble',
    again: true,
    closes: true,
    fallsBack: true,
  },
  unreachable: { means: 'there is no such server', again: false, closes: true, fallsBack: true },
  insecure: {
    means: 'the connection cannot be trusted',
    again: false,
    closes: false,
    fallsBack: false,
  },
  redirected: {
    means: 'the server sends elsewhere',
    again: false,
    closes: false,
    fallsBack: false,
  },
  protocol: {
    means: 'the server answered with something that is no answer',
    again: false,
    closes: false,
    fallsBack: true,
  },
  fault: { means: 'the model itself threw', again: false, closes: false, fallsBack: true },
} as const;

/** One of the kinds of failure. */
export type FailureKind = keyof typeof failureKinds;

/**
 * Tells which kind of failure an error of a model's call is; `fault` if it is none that is known.
 * @example
 * ```ts
 * try {
 *   await cloud.doGenerate(call);
 * } catch (error) {
 *   if (failureOf(error) === 'rate_limit') console.log('later');
 * }
 * ```
 */
export function failureOf(error: unknown): FailureKind {
  if (TandemError.isInstance(error)) return kindIn(error);
  const code = networkCode(error);
  if (code !== undefined) return kindOfNetwork(code);
  if (ApiCallError.isInstance(error)) return kindOfHttp(error);
  const isCut =
    error instanceof TypeError && /fetch failed|network|terminated/i.test(error.message);
  return isCut ? 'unavailable' : 'fault';
}

function kindIn({ data }: TandemError): FailureKind {
  const given = data.failure;
  if (typeof given === 'string' && Object.hasOwn(failureKinds, given)) return given as FailureKind;
  return data.isUnreachable === true ? 'unavailable' : 'fault';
}

const refusedConnections =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;

/** Tells whether a call failed before anything was sent: no connection came about. */
export function neverLeft(error: unknown): boolean {
  const code = networkCode(error);
  return code !== undefined && (refusedConnections.test(code) || untrusted.test(code));
}

const timeouts = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);
const untrusted = /^(CERT_|ERR_TLS_|ERR_SSL_|EPROTO|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;

function kindOfNetwork(code: string): FailureKind {
  if (untrusted.test(code)) return 'insecure';
  if (code === 'ENOTFOUND') return 'unreachable';
  return timeouts.has(code) ? 'timeout' : 'unavailable';
}

const networkWord =
  /^(E[A-Z]{3}|ERR_(SSL|TLS)_|UND_ERR_(?!INVALID|NOT_SUPPORTED)|CERT_|DEPTH_|SELF_|UNABLE_)/;

/** The network's own word, which stands at the end of a chain of causes. */
export function networkCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 6; at = at.cause, depth++) {
    const { code } = at as { code?: unknown };
    if (typeof code === 'string' && networkWord.test(code)) return code;
  }
  return undefined;
}

// A page of an error may be as long as an answer.
const mostSaid = 20_000;

const kindByStatus: Readonly<Record<number, FailureKind>> = {
  401: 'auth',
  402: 'quota',
  403: 'auth',
  404: 'unknown_model',
  408: 'unavailable',
  409: 'unavailable',
  413: 'context_overflow',
  424: 'unavailable',
  425: 'unavailable',
  // Groq's, where its spare capacity is used up.
  498: 'rate_limit',
};
const overflow = new RegExp(lists.overflow.join('|'), 'i');
const beyond = /exceed(?:s|ed)? (?:the )?model token limit/i;
// A limit for each minute that one request alone goes beyond: waiting does not help.
const neverFits =
  /request too large|(single|this) request.{0,60}(exceeds|larger than).{0,40}limit/i;
const refusal = new RegExp(
  'content[ _]?(filter|policy|management)|ResponsibleAI|safety system|moderation' +
    '|data_?inspection|sensitive_?content|may contain sensitive|new_sensitive',
  'i',
);
const usedUp = /insufficient_quota|exceeded[ _](your[ _])?current[ _]quota|billing|credit balance/i;
const unpaid = new RegExp(
  'insufficient[ _](quota|balance|credits?|funds)|credit balance is too low|arrearage|overdue' +
    '|balance is insufficient|used (up )?all available credits|budget has been exceeded' +
    '|spending limit|余额不足',
  'i',
);
const noModel = new RegExp(
  '"invalid_model"|invalid model: |model_not_found|unknown_model|model does not exist' +
    '|model identifier is invalid|模型不存在',
  'i',
);
const throttled = /throttling|too[ _]many[ _]requests|rate[ _]limit[ _](exceeded|reached)/i;
const wrongKey = new RegExp(
  '\\bAPI_KEY_INVALID\\b|api[ _-]?key (is |was )?(not valid|invalid|missing|incorrect|expired)' +
    '|(invalid|incorrect|expired|missing) api[ _-]?key',
  'i',
);
const kindsOfWords = [
  [wrongKey, 'auth'],
  [throttled, 'rate_limit'],
  [unpaid, 'quota'],
  [noModel, 'unknown_model'],
  [refusal, 'content_refused'],
] as const;

function kindOfHttp({
  statusCode,
  message,
  responseBody = '',
  isRetryable,
}: ApiCallError): FailureKind {
  if (statusCode === undefined) return isRetryable ? 'unavailable' : 'unreachable';
  if (statusCode < 400) return unpaid.test(message) ? 'quota' : 'protocol';
  const said = `${message} ${responseBody}`.slice(0, mostSaid);
  const known = (statusCode === 403 && kindOf403(said)) || kindByStatus[statusCode];
  if (known) return known;
  if (statusCode === 429) {
    if (neverFits.test(said)) return 'context_overflow';
    return usedUp.test(said) || unpaid.test(said) ? 'quota' : 'rate_limit';
  }
  return kindByWords(said, statusCode);
}

// What may not be done is not always the key's fault.
function kindOf403(said: string): FailureKind | undefined {
  if (refusal.test(said)) return 'content_refused';
  if (unpaid.test(said)) return 'quota';
  return noModel.test(said) ? 'unknown_model' : undefined;
}

function kindByWords(said: string, statusCode: number): FailureKind {
  if (overflow.test(said) || beyond.test(said)) return 'context_overflow';
  if (statusCode >= 500) return unpaid.test(said) ? 'quota' : 'unavailable';
  return kindsOfWords.find(([words]) => words.test(said))?.[1] ?? 'rejected';
}

/** The word for an error in what a pattern says of itself: a failed call is named by its kind. */
export function failureWord(error: TandemError): string {
  return error.code === 'model_failed' ? failureOf(error) : error.code;
}

/** What the user can do about a kind of failure. */
export const adviceByFailure: Readonly<Record<FailureKind, string>> = {
  auth: 'Check the key and its permissions.',
  quota: 'The quota is used up: raise it with the provider, or use another model.',
  rate_limit: 'The rate limit is reached: wait, or use another model.',
  context_overflow:
    'Shorten the prompt, give the model a larger context, or read it in parts (minions, chain).',
  content_refused:
    'A content filter refused it: no other model is asked instead. Change the request.',
  unknown_model: 'Check the model name and the endpoint.',
  rejected: 'Check the request against what the model accepts.',
  timeout: 'Ask for less, or raise the time-out.',
  unavailable: 'Check that the server is running and the endpoint is right, or try again later.',
  unreachable: 'Check the host name of the endpoint.',
  insecure:
    'Fix the certificate or the endpoint’s scheme, or trust its authority with ' +
    'NODE_EXTRA_CA_CERTS; nothing was sent.',
  redirected: 'Redirects are not followed: give the final address as the endpoint.',
  protocol: 'Check that the endpoint is that of a model server.',
  fault: 'The model itself is at fault: fix it, or use another.',
};

// "Exceeds the context length by 250" names none.
const statedContext = new RegExp(
  'context[ _](?:size|length|window)(?: (?:is|of|only)){0,3}[ :=("]{0,4}(\\d{3,8})(?!\\d)' +
    String.raw`|(?:n_ctx"?\s?[:=]\s?|must be <= ?)(\d{3,8})(?!\d)`,
  'i',
);

/** Finds the context that a server names where a prompt does not fit it, in tokens. */
export function contextStatedBy(error: unknown): number | undefined {
  if (!ApiCallError.isInstance(error) || failureOf(error) !== 'context_overflow') return undefined;
  const said = `${error.message} ${error.responseBody ?? ''}`.slice(0, mostSaid);
  const [, told, limit] = statedContext.exec(said) ?? [];
  const tokens = told ?? limit;
  return tokens === undefined ? undefined : Number(tokens);
}

/** Tells whether a prompt did not fit the context of its model. */
export function isOverflow(error: unknown): boolean {
  return (
    TandemError.isInstance(error) &&
    error.code === 'model_failed' &&
    failureOf(error) === 'context_overflow'
  );
}

import { type FailureKind, failureOf } from '../../../src/entries/backends.ts';
import { TandemError } from '../../../src/index.ts';

/** A refusal in OpenAI's shape. */
export class Problem extends Error {
  readonly status: number;
  /** OpenAI's kind: `invalid_request_error`, `authentication_error`, … */
  readonly type: string;
  readonly code: string;
  /** The field at fault: `messages[2].content`. */
  readonly param: string | null;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    facts: {
      readonly status: number;
      readonly type: string;
      readonly code: string;
      readonly param?: string | undefined;
    },
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'Problem';
    this.status = facts.status;
    this.type = facts.type;
    this.code = facts.code;
    this.param = facts.param ?? null;
    this.headers = headers;
  }
}

/** The refusal of a request that cannot be understood or honoured; `param` names the field. */
export function invalid(message: string, param?: string, code = 'invalid_value'): Problem {
  return new Problem({ status: 400, type: 'invalid_request_error', code, param }, message);
}

/** The refusal of something that is not there, or not this caller's. */
export function notFound(message: string, code = 'not_found', param?: string): Problem {
  return new Problem({ status: 404, type: 'invalid_request_error', code, param }, message);
}

/** The refusal of something that policy does not allow. */
export function forbidden(message: string, code: string): Problem {
  return new Problem({ status: 403, type: 'permission_error', code }, message);
}

/** The refusal of a wish that is looser than what the server allows. */
export function stricter(name: string, limit: string): Problem {
  const message =
    `\`tandem.${name}\` may not be looser than this server's "${limit}". Ask for ` +
    'that or less, or leave it out.';
  return forbidden(message, 'policy_stricter');
}

/** A refusal that passes with time. */
export function later(
  facts: { readonly status: 429 | 503; readonly code: string; readonly seconds: number },
  message: string,
): Problem {
  const type = facts.status === 429 ? 'rate_limit_error' : 'server_error';
  return new Problem({ ...facts, type }, message, {
    'retry-after': String(Math.max(1, Math.ceil(facts.seconds))),
  });
}

/** The body of a refusal. */
export function problemBody({ message, type, param, code }: Problem): object {
  return { error: { message, type, param, code } };
}

// A pattern has had its retries at the leaves: a client that began it again would pay for all of it
// again.
const noRetry = { 'x-should-retry': 'false' };

type Row = readonly [status: number, type: string];

const rowByCode: Readonly<Record<string, Row>> = {
  invalid_argument: [400, 'invalid_request_error'],
  unknown_name: [404, 'invalid_request_error'],
  unreadable_document: [400, 'invalid_request_error'],
  missing_package: [400, 'invalid_request_error'],
  scope_mismatch: [400, 'invalid_request_error'],
  budget_exceeded: [402, 'insufficient_quota'],
  egress_denied: [403, 'permission_error'],
  place_not_allowed: [403, 'permission_error'],
  not_approved: [403, 'permission_error'],
  not_trusted: [403, 'permission_error'],
  resume_mismatch: [409, 'invalid_request_error'],
  not_recorded: [409, 'invalid_request_error'],
  run_taken: [409, 'invalid_request_error'],
  bad_answer: [502, 'upstream_error'],
  not_converged: [502, 'upstream_error'],
  model_failed: [502, 'upstream_error'],
  not_configured: [503, 'server_error'],
  missing_setting: [503, 'server_error'],
  journal_failed: [503, 'server_error'],
  store_busy: [503, 'server_error'],
  deadline_exceeded: [504, 'timeout_error'],
};

/**
 * Turns whatever a request failed with into a refusal. What nobody foresaw is a 500 that shows
 * nothing of itself.
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isCancelled(error)) return cancelledElsewhere();
  if (!TandemError.isInstance(error)) return unforeseen();
  const { code, data } = error;
  const facts = code === 'model_failed' ? factsOfFailure(error) : factsOf(error, rowOf(error));
  if (!facts) return unforeseen();
  const seconds = retrySeconds(error, facts);
  const milliseconds = data.retryAfterMs;
  const isExact = typeof milliseconds === 'number' && milliseconds % 1000 !== 0;
  // Where a wait is named, asking again is what it is named for.
  const headers: Record<string, string> =
    seconds === undefined
      ? noRetry
      : {
          'retry-after': String(seconds),
          ...(isExact && { 'retry-after-ms': String(Math.ceil(milliseconds)) }),
          'x-should-retry': 'true',
        };
  return new Problem(facts, error.message, headers);
}

type ProblemFacts = ConstructorParameters<typeof Problem>[0];

function factsOf({ code, data }: TandemError, row: Row | undefined): ProblemFacts | undefined {
  if (!row) return undefined;
  const [status, type] = row;
  const param = typeof data.name === 'string' && status === 400 ? data.name : undefined;
  return { status, type, code, param };
}

function rowOf(error: TandemError): Row | undefined {
  // A key or a spec that nobody knows is a mistake within the body, where the model was found.
  const isWithin = error.data.key !== undefined || error.data.spec !== undefined;
  return rowByCode[isWithin && error.code === 'unknown_name' ? 'invalid_argument' : error.code];
}

// A run that is at work elsewhere may be free when its lease is over.
function retrySeconds({ code, data }: TandemError, { status, type }: ProblemFacts) {
  const asked = Number(data.retryAfterMs ?? Number.NaN);
  const isBusy = status === 429 || busy.has(status);
  const isUpstream = code === 'model_failed' && isBusy;
  if (code === 'run_taken' || (isUpstream && asked >= 0))
    return Math.max(1, Math.ceil((asked >= 0 ? asked : 1000) / 1000));
  if (type === 'insufficient_quota') return undefined;
  return isBusy ? 5 : undefined;
}

// What a server says when it is to be asked later; 529 is Anthropic's.
const busy = new Set<unknown>([503, 529]);

interface FailureRow {
  readonly status: number;
  readonly type: string;
  /** OpenAI's code, whatever the server calls it. */
  readonly code?: string;
  readonly param?: string;
}

const badRequest = { status: 400, type: 'invalid_request_error' };

// What an upstream says of the request itself is the caller's to mend; all else is between us and
// the upstream.
const rowByFailure: Partial<Record<FailureKind, FailureRow>> = {
  context_overflow: { ...badRequest, code: 'context_length_exceeded', param: 'messages' },
  content_refused: { ...badRequest, code: 'content_filter', param: 'prompt' },
  unknown_model: { ...badRequest, status: 404, code: 'model_not_found', param: 'model' },
  rejected: badRequest,
  rate_limit: { status: 429, type: 'rate_limit_error' },
  quota: { status: 429, type: 'insufficient_quota', code: 'insufficient_quota' },
};

function factsOfFailure(error: TandemError): ProblemFacts {
  const { status, serverCode, serverParam, retryAfterMs } = error.data;
  const kind = failureOf(error);
  const isBusy = kind === 'unavailable' && (busy.has(status) || retryAfterMs !== undefined);
  const row: FailureRow =
    rowByFailure[kind] ??
    (isBusy
      ? { status: status === 529 ? 529 : 503, type: 'server_error' }
      : { status: 502, type: 'upstream_error' });
  const isOurs = row.status < 500;
  const named = isOurs && isWord(serverCode) ? serverCode : undefined;
  const spare = kind === 'rate_limit' ? 'rate_limit_exceeded' : error.code;
  const param = isOurs && typeof serverParam === 'string' ? serverParam : row.param;
  return { status: row.status, type: row.type, code: row.code ?? named ?? spare, param };
}

// Some servers write the status once more in this place.
function isWord(code: unknown): code is string {
  return typeof code === 'string' && /^[a-z][\w.-]*$/i.test(code);
}

/** Whether a run was cancelled by somebody else than its client: at another gateway, or by hand. */
export function isCancelled(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

function cancelledElsewhere(): Problem {
  return new Problem(
    { status: 409, type: 'invalid_request_error', code: 'run_cancelled' },
    'The run of this request was cancelled by somebody else. Send the request again.',
    noRetry,
  );
}

function unforeseen(): Problem {
  return new Problem(
    { status: 500, type: 'server_error', code: 'internal_error' },
    'The gateway failed in a way that nobody foresaw; its log says how. Report it.',
  );
}

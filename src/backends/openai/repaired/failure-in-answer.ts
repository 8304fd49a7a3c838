import type { ApiCallError } from '../../../model/types.ts';
import { apiFailure } from '../../post-json.ts';
import { wordsInValue } from '../../said-by-server.ts';

/** The failure that an answer, or an event of a stream, tells of with a status of success. */
export function failureIn(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const { error, choices, type, response } = value as SaidFields;
  if (isSaid(error, choices)) return error;
  if (type === 'response.failed') return (response as SaidFields | null)?.error ?? value;
  const { base_resp: status } = value as SaidFields;
  if (Number((status as SaidFields | undefined)?.status_code) > 0) return status;
  if (choices === undefined) return isFailure(value as SaidFields) ? value : undefined;
  const own = Array.isArray(choices) ? (choices[0] as SaidFields | null)?.error : undefined;
  return isSaid(own, choices) ? own : undefined;
}

type SaidFields = Readonly<Record<string, unknown>>;

// An error that says nothing beside an answer is a field that is always there.
function isSaid(error: unknown, choices: unknown): boolean {
  if (error === undefined || error === null) return false;
  if (choices === undefined) return error !== false;
  return typeof error === 'object' ? Object.keys(error).length > 0 : Boolean(error);
}

// Some say that it is an error by its type, its number or a list alone.
function isFailure(said: SaidFields): boolean {
  const { type, object, message, msg, errors, code, status, detail } = said;
  if (/error$/.test(`${type}`) || object === 'error') return message !== undefined;
  if (Array.isArray(errors) && errors.length > 0) return true;
  // FastAPI says nothing else.
  if (detail && Object.keys(said).length === 1) return true;
  const isFailed = said.success === false || Number(code) < 0;
  const hasFailed =
    isFailed || Number(code) >= 400 || Number(status) >= 400 || /^(error|fail)/.test(`${status}`);
  return typeof (message ?? msg) === 'string' && hasFailed;
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

/** The failure of a server that says of its answer that it gave up. */
export function brokenOff(raw: string | undefined, url: string): ApiCallError {
  return namedFailure({ message: `The server broke its answer off: ${raw}` }, { url });
}

/** The status that a failure names itself. */
export function namedStatus(error: unknown): number | undefined {
  const { code, type } = wordsInValue(error);
  const { status_code: own } = (error ?? {}) as SaidFields;
  const number = statusByNumber[Number(own)] ?? Number(code);
  if (number >= 400 && number < 600) return number;
  return statusByName.find(([, name]) => name.test(`${code} ${type}`))?.[0];
}

// MiniMax's own numbers.
const statusByNumber: Readonly<Record<number, number>> = {
  ...{ 1002: 429, 1039: 429, 1041: 429, 2045: 429, 2056: 429, 1004: 401, 2049: 401, 1008: 402 },
  ...{ 1026: 400, 1027: 400, 1042: 400, 2013: 400 },
};

const statusByName = [
  [404, /\b(?:model_)?not_?found/i],
  [401, /api_key|authentic/],
  [429, /quota|rate_limit/],
  [529, /overloaded/],
  [400, /invalid_request|BadRequest/],
] as const;

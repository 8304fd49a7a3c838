/** What a refusal of a request is about. */
import { failureOf } from '../../../model/leaf/failure.ts';
import { ApiCallError } from '../../../model/types.ts';
import type { ServerWords } from '../../said-by-server.ts';
import lists from './refusal-words.json' with { type: 'json' };

/** What an error of a refused request carries for whoever asks again: names, no content. */
export interface RefusedRequest {
  /** The fields of the body that was refused. */
  readonly fields: readonly string[];
  readonly said: ServerWords;
}

/** A refusal that may be meant for a part of the request. */
export interface Refusal extends RefusedRequest {
  readonly status: number;
  /** All its words, its names among them. */
  readonly words: string;
  /** Whether it says nothing of what is refused. */
  readonly isMute: boolean;
}

const unsupported = new RegExp(lists.unsupported.join('|'), 'i');
const outOfRange = new RegExp(
  'must be (between|at (most|least)|less|greater|in |a (valid|positive|number)|>|<)' +
    '|out of range|too (large|high|small|low|big)|at most|exceeds|less than or equal' +
    '|greater than or equal|maximum (value|of)|minimum (value|of)',
  'i',
);

const mostSaid = 20_000;

/**
 * Reads a refusal; `undefined` for a failure of another kind. Some servers refuse a schema by a
 * mere HTTP 500.
 */
export function refusalIn(error: unknown, isSchemaRefusedBy500 = false): Refusal | undefined {
  if (!ApiCallError.isInstance(error)) return undefined;
  const { statusCode: status, data, message, responseBody = '' } = error;
  const { fields, said } = (data ?? {}) as Partial<RefusedRequest>;
  if (!fields || !said || status === undefined) return undefined;
  const words =
    `${said.code ?? ''} ${said.param ?? ''} ` + `${message} ${responseBody}`.slice(0, mostSaid);
  const isMute = isSchemaRefusedBy500 && status === 500;
  const refusal = { status, fields, said, words, isMute };
  const kind = failureOf(error);
  if (kind === 'rejected') return refusal;
  // Some say so with a status of their own trouble, some with that of a permission.
  if (kind === 'unavailable' && status >= 500)
    return isMute || status === 501 || isUnsupported(refusal) ? refusal : undefined;
  return status === 403 && /logprob/i.test(words) ? refusal : undefined;
}

/** Tells whether a refusal says of something that it is not taken at all. */
export function isUnsupported({ words }: Pick<Refusal, 'words'>): boolean {
  return unsupported.test(words);
}

// What a request cannot be made without.
const essential = new Set(['model', 'messages', 'tools', 'tool_choice', 'stream']);

/** The field of the body that a refusal names as one that is not taken. */
export function fieldIn({ fields, said, words }: Refusal): string | undefined {
  const open = fields.filter(field => !essential.has(field));
  // Some take no 0: what is likeliest they write without.
  if (fields.includes('temperature') && noZero.test(words)) return 'temperature';
  if (outOfRange.test(words) && !unsupportedStrictly.test(words)) return undefined;
  const param = said.param?.split(/[.[]/)[0];
  if (param !== undefined && open.includes(param)) return param;
  if (!unsupported.test(words)) return undefined;
  return (
    open.find(field => words.includes(`'${field}'`) || words.includes(`\`${field}\``)) ??
    open.find(field => words.includes(`"${field}"`) || words.includes(`\\"${field}\\"`)) ??
    open.find(field => isTelling(field) && wordOf(field).test(words)) ??
    open.find(field => afterNaming(field).test(words))
  );
}

const noZero = /temperature.{0,40}(greater than|strictly|>) ?(0|zero|positive)(?![.\d])/i;
const unsupportedStrictly =
  /does not support|not supported|unsupported (parameter|value)|only the default|unknown_param/i;

// `stop`, `user` and `seed` are words of any sentence too.
function isTelling(field: string): boolean {
  return field.includes('_') || ['temperature', 'logprobs', 'verbosity'].includes(field);
}

// `presencePenalty` is `presence_penalty`.
function wordOf(field: string): RegExp {
  return new RegExp(`\\b${field.replaceAll('_', '_?')}\\b`, 'i');
}

function afterNaming(field: string): RegExp {
  const list = '(argument|parameter|field|param|key|option|propert(y|ies)|input)s?';
  return new RegExp(
    `\\b${list}\\b.{0,40}\\b${field}\\b|\\b${field}\\b.{0,20}\\b(is|are)? ?(not|un)`,
    'i',
  );
}

/** Tells whether a refusal is about the system message: templates of some models have none. */
export function namesSystem({ words, said }: Refusal): boolean {
  return (
    /system (role|message|prompt|instruction)s?\b.{0,60}(support|allow|beginning|first|must)/i.test(
      words,
    ) ||
    /(support|allow|accept|permit|unknown|unexpected|invalid).{0,60}(system\b|role)/i.test(words) ||
    /roles? must alternate/i.test(words) ||
    (/^messages.*role/.test(said.param ?? '') && /system/i.test(words))
  );
}

/** Tells whether a refusal is about the schema of an answer, or the format that it is asked in. */
export function namesSchema({ words }: Refusal): boolean {
  return schemaWords.test(words);
}

const schemaWords = new RegExp(
  'response[ _]format|json[ _]?schema|json_object|schema|structured output|grammar|guided' +
    "|additionalProperties|'required'",
  'i',
);

/** Tells whether a refusal is about the schema of a tool. */
export function namesTool({ words, said }: Refusal): boolean {
  return /^(tools|functions)\b/.test(said.param ?? '') || /schema for (function|tool)/i.test(words);
}

/** Tells whether a schema is refused for what stands in it, and not schemas as such. */
export function isForContent({ words }: Refusal): boolean {
  return contentWords.test(words);
}

const contentWords = new RegExp(lists.contentWords.join('|'), 'i');

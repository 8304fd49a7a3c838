import { hash } from 'node:crypto';
import { isObject, refuseLineSlips } from '../policy/slips.ts';
import { isTooDeep, refuseRepeated } from '../wire/check-body.ts';
import { Problem } from '../wire/problem.ts';

/** The routes that a line of a batch may ask. */
export const batchUrls = ['/v1/chat/completions', '/v1/responses', '/v1/embeddings'] as const;

/** A route that a line of a batch may ask. */
export type BatchUrl = (typeof batchUrls)[number];

/** A line of a batch that can be asked. */
export interface BatchLine {
  /** Its place among the lines, from 0. */
  readonly at: number;
  readonly customId: string;
  readonly url: BatchUrl;
  readonly body: Readonly<Record<string, unknown>>;
  /** The same for the same request. */
  readonly digest: string;
}

/** A line that asks nothing, and why. */
export interface WrongLine {
  readonly at: number;
  readonly customId: string | null;
  readonly problem: { readonly code: string; readonly message: string };
}

interface LineRules {
  /** Most bytes of a line. */
  readonly mostBytes: number;
  /** The only route; default: any of a batch. */
  readonly endpoint?: BatchUrl | undefined;
}

/**
 * Reads the lines of OpenAI's batch format, one at a time; empty ones do not count. What is wrong
 * with one is said in its place, and the next is read.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  rules: LineRules,
): AsyncGenerator<BatchLine | WrongLine> {
  const seen = new Map<string, number>();
  let at = 0;
  let number = 0;
  for await (const { text } of readTextLines(chunks, rules.mostBytes)) {
    number++;
    if (text?.trim() === '') continue;
    yield readLine(text, { ...rules, at: at++, number, seen });
  }
}

interface Place extends LineRules {
  readonly at: number;
  /** As an editor counts, from 1. */
  readonly number: number;
  /** Numbers of lines by their `custom_id`. */
  readonly seen: Map<string, number>;
}

function readLine(text: string | undefined, place: Place): BatchLine | WrongLine {
  const { at, number, seen, mostBytes } = place;
  const wrong = (code: string, what: string, customId: string | null = null): WrongLine => {
    return { at, customId, problem: { code, message: `Line ${number} ${what}` } };
  };
  if (text === undefined)
    return wrong('line_too_long', `has more than ${mostBytes} bytes. Split what it asks.`);
  const line = parsed(text);
  if (!line) return wrong('invalid_json', 'is no JSON object. Write one request a line.');
  const { custom_id: id, method = 'POST', url, body } = line;
  if (typeof id !== 'string' || id === '' || id.length > 512)
    return wrong(
      'missing_custom_id',
      'has no `custom_id` (1 to 512 characters). Give each its own.',
    );
  const first = seen.get(id);
  if (first !== undefined)
    return wrong(
      'duplicate_custom_id',
      `has the \`custom_id\` of line ${first}. Give each its own.`,
      id,
    );
  seen.set(id, number);
  if (method !== 'POST') return wrong('invalid_method', 'must have the method POST.', id);
  const known = batchUrls.find(each => each === url);
  if (!known || known !== (place.endpoint ?? known)) {
    const wanted = place.endpoint ?? batchUrls.join(', ');
    return wrong(
      'invalid_url',
      `must have the \`url\` ${wanted}. Ask others in their own batch.`,
      id,
    );
  }
  const slip = slipIn(text, line);
  if (slip !== undefined) return wrong('unknown_parameter', `is not asked. ${slip}`, id);
  if (!isObject(body))
    return wrong('invalid_body', 'has no object `body`. Write the request there.', id);
  if (body.stream === true || body.background === true)
    return wrong('invalid_body', 'asks for a stream or the background. Leave that out.', id);
  return { at, customId: id, url: known, body, digest: hash('sha256', text.trim()) };
}

// A control of a line that nothing would read.
function slipIn(text: string, line: Record<string, unknown>): string | undefined {
  try {
    if (text.includes('"tandem"')) refuseRepeated(text);
    refuseLineSlips(line);
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return error.message;
    throw error;
  }
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && !isTooDeep(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const newline = 10;

/** A line of a text. */
interface TextLine {
  /** Absent of one that is longer than it may be: it is not held. */
  readonly text: string | undefined;
  readonly bytes: number;
  /** Whether a line break follows. */
  readonly isEnded: boolean;
}

/** Cuts bytes into the lines of a text, one at a time. */
export async function* readTextLines(
  chunks: AsyncIterable<Uint8Array>,
  mostBytes = Number.POSITIVE_INFINITY,
): AsyncGenerator<TextLine> {
  let parts: Uint8Array[] = [];
  let bytes = 0;
  const add = (part: Uint8Array) => {
    bytes += part.length;
    if (bytes > mostBytes) parts = [];
    else parts.push(part);
  };
  const take = (isEnded: boolean): TextLine => {
    const text = bytes > mostBytes ? undefined : Buffer.concat(parts).toString('utf8');
    const line = { text, bytes, isEnded };
    [parts, bytes] = [[], 0];
    return line;
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      add(chunk.subarray(from, end));
      from = end + 1;
      yield take(true);
    }
    add(chunk.subarray(from));
  }
  if (bytes > 0) yield take(false);
}

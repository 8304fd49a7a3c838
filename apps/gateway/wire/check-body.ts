import { isUtf8 } from 'node:buffer';
import * as z from 'zod';
import { beyondIn } from '../../../src/entries/backends.ts';
import { repeatedKey } from '../../../src/entries/config.ts';
import { refuseBodySlips } from '../policy/slips.ts';
import { invalid } from './problem.ts';
import { spellAsOpenai } from './spellings/spellings.ts';

const mostDepth = 256;
// Three times what OpenAI's own service takes; each costs the event loop some microseconds.
const mostParts = 6000;

/**
 * Reads a body: JSON in UTF-8, at most 256 levels deep, as a schema wants it. @throws Problem that
 * names the field
 */
export function readJson<Schema extends z.ZodType>(
  schema: Schema,
  bytes: Uint8Array,
  isPlain?: (body: unknown) => boolean,
): z.infer<Schema> {
  return wantedBody(schema, parsedBody(bytes), isPlain);
}

/** Tells whether a body costs the event loop milliseconds to read. */
export function isLarge(bytes: Uint8Array): boolean {
  return bytes.length > mostUncounted;
}

/** Reads a body as `readJson` does, in steps between which others have the process. */
export async function readLargeJson<Schema extends z.ZodType>(
  schema: Schema,
  bytes: Uint8Array,
  isPlain?: (body: unknown) => boolean,
): Promise<z.infer<Schema>> {
  const value = parsedBody(bytes);
  await new Promise(resolve => setImmediate(resolve));
  const body = wantedBody(schema, value, isPlain);
  await new Promise(resolve => setImmediate(resolve));
  return body;
}

function parsedBody(bytes: Uint8Array): unknown {
  const text = decode(bytes);
  const value = parse(text);
  if (text.includes('"tandem"')) refuseRepeated(text);
  if (isLarge(bytes)) refuseTooMany(value);
  return value;
}

/** Refuses controls of which a later one of the same name would take the place. @throws Problem */
export function refuseRepeated(text: string): void {
  const key = repeatedKey(text, 'tandem');
  if (key === undefined) return;
  const where = key === 'tandem' ? key : `tandem: ${key.slice(0, 64)}`;
  throw invalid(`\`${where}\` is given twice, and a control is never ignored. Give one.`, where);
}

function wantedBody<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  isPlain?: (body: unknown) => boolean,
): z.infer<Schema> {
  if (isPlain?.(value)) return value as z.infer<Schema>;
  refuseBodySlips(notTooDeep(value));
  refuseUnheard(schema, value);
  spellAsOpenai(value, 'instructions' in shapeOf(schema));
  return checkBody(schema, value);
}

/** Refuses what a route that takes no body would not hear. @throws Problem 400 */
export function refuseUnread(bytes: Uint8Array): void {
  if (bytes.length > 0) wantedBody(z.looseObject({}), parsedBody(bytes));
}

function shapeOf(schema: z.ZodType): object {
  return (schema as Partial<z.ZodObject>).shape ?? {};
}

// Of a route that asks no model.
function refuseUnheard(schema: z.ZodType, value: unknown): void {
  if (!isContainer(value) || !('tandem' in value)) return;
  if ('tandem' in shapeOf(schema)) return;
  const message = '`tandem` has no meaning for this route, and is never ignored. Leave it out.';
  throw invalid(message, 'tandem', 'unknown_parameter');
}

/** Tells whether JSON is nested deeper than any request may be. */
export function isTooDeep(value: unknown): boolean {
  return isDeeper(value, mostDepth);
}

function notTooDeep(value: unknown): unknown {
  if (isTooDeep(value)) {
    throw invalid(
      `The body is nested more than ${mostDepth} levels deep. Send a flatter one.`,
      undefined,
      'too_deep',
    );
  }
  return value;
}

function refuseTooMany(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const field of ['messages', 'input']) {
    const list = (value as Record<string, unknown>)[field];
    const count = Array.isArray(list) ? partsIn(list) : 0;
    if (count <= mostParts) continue;
    const message =
      `\`${field}\` holds ${count} messages, parts and calls, of which ${mostParts} are read. ` +
      'Leave out the oldest, or join parts of text.';
    throw invalid(message, field, 'too_many_parts');
  }
}

// Of a list of numbers, such as tokens, nothing is counted.
function partsIn(list: readonly unknown[]): number {
  let count = 0;
  for (const each of list) {
    if (!isContainer(each) || Array.isArray(each)) continue;
    count++;
    for (const key in each) {
      const inner = (each as Record<string, unknown>)[key];
      if (Array.isArray(inner)) count += inner.length;
    }
  }
  return count;
}

/** Checks a body against a schema. @throws Problem that names the field */
export function checkBody<Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
): z.infer<Schema> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalid(
      'The body is not a JSON object. Send one, with `content-type: application/json`.',
    );
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const { path, message: why } = deepest(parsed.error.issues);
  const param = nameOf(path);
  const given = path.reduce<unknown>((at, step) => (at as never)?.[step], body);
  const isShown = !why.includes('received') && /^(string|number|boolean)$/.test(typeof given);
  const message = isShown ? `${why}, received ${JSON.stringify(given).slice(0, 64)}` : why;
  throw invalid(`\`${param || 'body'}\` is not valid: ${message}. Fix it there.`, param);
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly isOfType: boolean;
  /** Of a branch for things of another kind. */
  readonly isOther: boolean;
}

function isMistyped({ code }: z.core.$ZodIssue): boolean {
  return code === 'invalid_type' || code === 'invalid_value';
}

// Of the branches of a union, the one that was understood furthest says what is wrong.
function deepest(issues: readonly z.core.$ZodIssue[], above: readonly PropertyKey[] = []): Issue {
  const found = issues.map((issue): Issue => {
    const path = [...above, ...issue.path];
    if (issue.code !== 'invalid_union' || issue.errors.length === 0)
      return { path, message: lower(issue.message), isOfType: !isMistyped(issue), isOther: false };
    return issue.errors
      .map(branch => ({ ...deepest(branch, path), isOther: branch.some(isOfOther) }))
      .reduce(further);
  });
  return found.reduce(further);
}

function isOfOther({ path }: z.core.$ZodIssue): boolean {
  return path.length === 1 && path[0] === 'type';
}

// What is of the right type and wrong by its value was meant so.
function further(best: Issue, each: Issue): Issue {
  if (best.isOther !== each.isOther) return best.isOther ? each : best;
  if (each.path.length !== best.path.length)
    return each.path.length > best.path.length ? each : best;
  return best.isOfType || !each.isOfType ? best : each;
}

function nameOf(path: readonly PropertyKey[]): string {
  return path
    .map(step => (typeof step === 'number' ? `[${step}]` : `.${String(step).slice(0, 64)}`))
    .join('')
    .replace(/^\./, '');
}

function lower(message: string): string {
  return message.replace(/^Invalid (?:input|discriminator value)[:.] /, '').slice(0, 200);
}

function decode(bytes: Uint8Array): string {
  if (!isUtf8(bytes))
    throw invalid('The body is not UTF-8. Encode it so.', undefined, 'invalid_encoding');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text;
}

const byteOrderMark = 0xfeff;

// A small body is parsed in no time whatever it holds; the depth of all is looked at later.
const mostUncounted = 65_536;

function parse(text: string): unknown {
  const beyond = text.length > mostUncounted ? beyondIn(text) : undefined;
  if (beyond !== undefined)
    throw invalid(`The body holds ${beyond}. Send less at once.`, undefined, 'too_deep');
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('The body is not JSON. Send a JSON object.', undefined, 'invalid_json');
  }
}

// Level by level and without recursion: what is to be found would end it.
function isDeeper(value: unknown, most: number): boolean {
  let level: object[] = isContainer(value) ? [value] : [];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > most) return true;
    const next: object[] = [];
    for (const each of level) {
      for (const key in each) {
        const inner = (each as Record<string, unknown>)[key];
        if (isContainer(inner)) next.push(inner);
      }
    }
    level = next;
  }
  return false;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

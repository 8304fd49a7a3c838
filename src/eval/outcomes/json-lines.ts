import { TandemError } from '../../model/errors.ts';
import { readRegularFile } from '../../model/regular-file.ts';

/** A line of a file that holds one JSON object a line. */
export interface JsonLine {
  readonly fields: Readonly<Record<string, unknown>>;
  /** Counted from 1. */
  readonly line: number;
  /** Makes the error of this line: `it is not JSON`. */
  bad(what: string): TandemError;
}

/**
 * Reads one JSON object a line, or one array of them; empty lines are passed over. @throws
 * TandemError `invalid_argument` with the line, or the item
 */
export function* jsonLines(text: string, file: string): Generator<JsonLine> {
  const badOf = (line: number, what: 'line' | 'item') => (fault: string) =>
    new TandemError(
      'invalid_argument',
      `${file}, ${what} ${line}, cannot be used: ${fault}. Fix or remove that ${what}.`,
      { data: { file, line } },
    );
  const items = arrayIn(text);
  for (const [index, fields] of items?.entries() ?? []) {
    const bad = badOf(index + 1, 'item');
    if (!isObject(fields)) throw bad('it is not an object');
    yield { fields, line: index + 1, bad };
  }
  if (items) return;
  for (const [index, json] of text.split(/\r\n?|\n/).entries()) {
    if (json.trim() === '') continue;
    const line = index + 1;
    const bad = badOf(line, 'line');
    let value: unknown;
    try {
      value = JSON.parse(json);
    } catch {
      throw bad(`it is not JSON${hintOn(json)}`);
    }
    if (Array.isArray(value)) throw bad(`it is not an object${ofItsOwn}`);
    if (!isObject(value)) throw bad('it is not an object');
    yield { fields: value, line, bad };
  }
}

function isObject(value: unknown): value is JsonLine['fields'] {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// Many tools export a log as one array of objects.
function arrayIn(text: string): unknown[] | undefined {
  if (!/^\s*\[\s*\{/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown[];
  } catch {
    return undefined;
  }
}

const ofItsOwn = ', and each row must be an object in a line of its own';

// What a file of another kind may be.
function hintOn(json: string): string {
  if (/[:[,]\s*-?(?:NaN|Infinity)\b/.test(json)) return ', which knows no NaN: leave the field out';
  if (json.startsWith('\x1f')) return ': it is compressed, so unpack it first';
  if (json.includes('\0')) return ': save the file as UTF-8';
  if (/^\s*[[{]\s*$|,\s*$|\}\s*\{/.test(json)) return ofItsOwn;
  return /^[^{[]*[,;\t]/.test(json) ? `; it may be a table (CSV)${ofItsOwn}` : '';
}

/** Reads a log. @throws TandemError `invalid_argument` */
export function readLog(path: string): string {
  try {
    // Some editors put a mark at the head of a file that says in which order bytes come.
    return readRegularFile(path).replace(/^\ufeff/, '');
  } catch (cause) {
    if (TandemError.isInstance(cause)) throw cause;
    throw new TandemError('invalid_argument', `The log "${path}" cannot be read. Check the path.`, {
      cause,
    });
  }
}

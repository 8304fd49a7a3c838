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
 * Reads one JSON object a line; empty lines are passed over. @throws TandemError `invalid_argument`
 * with the line
 */
export function* jsonLines(text: string, file: string): Generator<JsonLine> {
  for (const [index, json] of text.split('\n').entries()) {
    if (json.trim() === '') continue;
    const line = index + 1;
    const bad = (what: string) =>
      new TandemError(
        'invalid_argument',
        `${file}, line ${line}, cannot be used: ${what}. Fix or remove that line.`,
        {
          data: { file, line },
        },
      );
    let value: unknown;
    try {
      value = JSON.parse(json);
    } catch {
      throw bad(`it is not JSON${hintOn(json)}`);
    }
    if (Array.isArray(value)) throw bad(`it is not an object${ofItsOwn}`);
    if (typeof value !== 'object' || value === null) throw bad('it is not an object');
    yield { fields: value as JsonLine['fields'], line, bad };
  }
}

const ofItsOwn = ', and each row must be an object in a line of its own';

// What a file of another kind may be.
function hintOn(json: string): string {
  if (/[:[,]\s*-?(?:NaN|Infinity)\b/.test(json)) return ', which knows no NaN: leave the field out';
  if (json.includes('\0')) return ': save the file as UTF-8';
  if (/^\s*[[{]\s*$|,\s*$/.test(json)) return ofItsOwn;
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

import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { requireRegularFile } from '../../../src/entries/config.ts';
import {
  type Decoding,
  isSameDecoding,
  type LabelRow,
  readLabelRows,
  shownDecoding,
} from '../../../src/entries/eval.ts';
import { TandemError } from '../../../src/index.ts';
import { writeWhole } from '../write-whole.ts';

/** The rows of a log that is being written: each is on disk as soon as it is there. */
export interface KeptRows {
  /** What is known of a row from before, answers and labels. */
  find(row: LabelRow): LabelRow | undefined;
  /** Keeps answers that nobody has judged yet. */
  keepAnswers(row: LabelRow): void;
  /** Keeps a row that is whole. */
  keepLabelled(row: LabelRow): void;
  /** Writes the log in order; what lies beside it goes if the log has it all. */
  finish(rows: readonly LabelRow[]): void;
  /** Rows of the log that were not given this time. */
  others(given: readonly LabelRow[]): LabelRow[];
}

/** Whose answers a log may hold. */
export interface Asked {
  readonly local: string;
  readonly cloud: string;
  readonly decoding: Decoding;
}

/** Where answers lie whose row is not whole yet. */
export function partOf(out: string): string {
  return `${out}.part`;
}

/**
 * Opens the log that a command writes. @throws TandemError where it holds answers of other models,
 * or of another decoding, which must not be mixed
 */
export function openKeptRows(out: string, asked: Asked | undefined): KeptRows {
  const labelled = rowsIn(out);
  const known = new Map([...rowsIn(partOf(out)), ...labelled].map(row => [rowKey(row), row]));
  if (asked) for (const row of known.values()) requireSame(row, asked, out);
  const append = (file: string, row: LabelRow) => {
    appendLine(file, JSON.stringify(row));
    known.set(rowKey(row), row);
  };
  return {
    find: row => known.get(rowKey(row)),
    keepAnswers: row => append(partOf(out), row),
    keepLabelled: row => append(out, row),
    finish(rows) {
      writeWhole(out, `${rows.map(row => JSON.stringify(row)).join('\n')}\n`);
      const written = new Set(rows.map(rowKey));
      if ([...known.keys()].every(key => written.has(key))) rmSync(partOf(out), { force: true });
    },
    others(given) {
      const wanted = new Set(given.map(rowKey));
      return [...new Map(labelled.map(row => [rowKey(row), row])).values()].filter(
        row => !wanted.has(rowKey(row)),
      );
    },
  };
}

/** Tells rows apart: two that ask the same under one id are one. */
export function rowKey({ id, prompt }: LabelRow): string {
  return JSON.stringify([id, prompt]);
}

// An end in the middle of a write leaves half a line, which is taken away: its answer is lost, and
// no other.
function rowsIn(file: string): LabelRow[] {
  if (!existsSync(file)) return [];
  requireRegularFile(file);
  const bytes = readFileSync(file);
  const whole = bytes.lastIndexOf(0x0a) + 1;
  if (whole < bytes.length && !isJson(bytes.subarray(whole).toString('utf8'))) {
    truncateSync(file, whole);
  } else if (whole < bytes.length) appendLine(file, '');
  return readFileSync(file, 'utf8').trim() === '' ? [] : readLabelRows(file);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function appendLine(file: string, line: string): void {
  try {
    const handle = openSync(file, 'a');
    try {
      writeSync(handle, `${line}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch (cause) {
    throw new TandemError(
      'invalid_argument',
      `The file "${file}" cannot be written. Check the folder and the space on the disk.`,
      { cause },
    );
  }
}

function requireSame(row: LabelRow, asked: Asked, out: string): void {
  for (const role of ['local', 'cloud'] as const) {
    const model = row[role]?.model;
    if (model === undefined || model === asked[role]) continue;
    throw mixed(out, `answers of "${model}" as ${role} model, and "${asked[role]}" is asked now`);
  }
  const { decoding } = row;
  if (!decoding || isAlike(decoding, asked.decoding)) return;
  throw mixed(
    out,
    `answers at ${shownDecoding(decoding)}, and it is ${shownDecoding(asked.decoding)} now`,
  );
}

function isAlike(one: Decoding, other: Decoding): boolean {
  return isSameDecoding(one, other) && one.maxOutputTokens === other.maxOutputTokens;
}

function mixed(out: string, what: string): TandemError {
  return new TandemError(
    'invalid_argument',
    `"${out}" holds ${what}. Give another \`--out\`, or ask as before.`,
    { data: { out } },
  );
}

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { TandemError } from '../model/errors.ts';
import { readRow } from './outcome-layouts.ts';
import type { OutcomeLog, OutcomeRow } from './outcome-log.ts';

/** What of a log is read. */
export interface OutcomeSelection {
  /** Only rows of this split. */
  readonly split?: string | undefined;
  /** Groups left out. */
  readonly without?: readonly string[] | undefined;
}

// The cloud model of the public MMLU outcomes is "right" on 3 % of it: its answers were parsed wrongly there.
const faultyGroups: readonly string[] = ['high_school_mathematics'];

/**
 * Reads an outcome log: one JSON object a line. Rows with the prompt of an earlier row are left out, so that no
 * request stands on both sides of a split. @throws TandemError `invalid_argument` with the line
 */
export function readOutcomes(path: string, selection: OutcomeSelection = {}): OutcomeLog {
  return parseOutcomes(textOf(path), path, selection);
}

/** Reads an outcome log from its text; `name` stands in errors. */
export function parseOutcomes(text: string, name: string, selection: OutcomeSelection = {}): OutcomeLog {
  const { rows: whole, duplicates } = distinct(text, name);
  const warnings: string[] = [];
  if (duplicates > 0) warnings.push(`${duplicates} rows with the prompt of an earlier row were left out.`);
  const faulty = whole.filter(row => row.id.startsWith('mmlu/') && faultyGroups.includes(row.group ?? ''));
  if (faulty.length > 0) {
    warnings.push(`${faulty.length} rows of "${faulty[0]?.group}" were left out: their labels are known to be faulty.`);
  }
  const without = new Set(selection.without ?? []);
  const sound = whole.filter(row => !faulty.includes(row) && !without.has(row.group ?? ''));
  const rows = selection.split === undefined ? sound : sound.filter(row => row.split === selection.split);
  if (rows.length === 0) throw nothingLeft(name, sound, selection);
  return { rows, hash: hashOf(rows), warnings };
}

function distinct(text: string, name: string): { rows: OutcomeRow[]; duplicates: number } {
  const byPrompt = new Map<string, OutcomeRow>();
  let duplicates = 0;
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const row = rowAt(line, { name, line: index + 1 });
    if (byPrompt.has(row.prompt)) duplicates++;
    else byPrompt.set(row.prompt, row);
  }
  return { rows: [...byPrompt.values()], duplicates };
}

function rowAt(json: string, at: { name: string; line: number }): OutcomeRow {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw badLine(at, 'it is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badLine(at, 'it is not an object');
  const row = readRow(value as Record<string, unknown>);
  if (typeof row === 'string') throw badLine(at, row);
  return row.id === '' ? { ...row, id: `line ${at.line}` } : row;
}

function badLine({ name, line }: { name: string; line: number }, what: string): TandemError {
  return new TandemError(
    'invalid_argument',
    `${name}, line ${line}, cannot be used: ${what}. Mend or remove that line.`,
    {
      data: { file: name, line },
    },
  );
}

function nothingLeft(name: string, sound: readonly OutcomeRow[], { split }: OutcomeSelection): TandemError {
  const splits = [...new Set(sound.map(row => row.split ?? '(none)'))].join(', ');
  const message =
    split === undefined || sound.length === 0
      ? `${name} holds no rows. Give a log with one JSON object a line.`
      : `${name} holds no rows of the split "${split}". Splits there: ${splits}.`;
  return new TandemError('invalid_argument', message, { data: { file: name } });
}

function hashOf(rows: readonly OutcomeRow[]): string {
  const hash = createHash('sha256');
  for (const { id, prompt, local, cloud } of rows) hash.update(JSON.stringify([id, prompt, local, cloud]));
  return hash.digest('hex');
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new TandemError('invalid_argument', `The log "${path}" cannot be read. Check the path.`, { cause });
  }
}

import { TandemError } from '../../model/errors.ts';
import { nodeCrypto } from '../../model/node-crypto.ts';
import { jsonLines, readLog } from './json-lines.ts';
import { readRow } from './outcome-layouts.ts';
import type { OutcomeLog, OutcomeRow } from './outcome-log.ts';

/** What of a log is read. */
export interface OutcomeSelection {
  /** Only rows of this split. */
  readonly split?: string | undefined;
  /** Groups left out. */
  readonly without?: readonly string[] | undefined;
}

// The cloud model of the public MMLU outcomes is "right" on 3 % of it: its answers were parsed
// wrongly there.
const faultyGroups: readonly string[] = ['high_school_mathematics'];

/**
 * Reads an outcome log: one JSON object a line. Rows with the prompt of an earlier row are left
 * out, so that no request stands on both sides of a split. @throws TandemError `invalid_argument`
 * with the line
 * @example
 * ```ts
 * const log = readOutcomes('outcomes.jsonl');
 * console.log(log.rows.length, log.warnings);
 * ```
 */
export function readOutcomes(path: string, selection: OutcomeSelection = {}): OutcomeLog {
  return parseOutcomes(readLog(path), path, selection);
}

/**
 * Reads an outcome log from its text; `name` stands in errors.
 * @example
 * ```ts
 * const log = parseOutcomes(text, 'outcomes.jsonl');
 * ```
 */
export function parseOutcomes(
  text: string,
  name: string,
  selection: OutcomeSelection = {},
): OutcomeLog {
  const { rows: whole, duplicates } = distinct(text, name);
  const warnings: string[] = [];
  if (duplicates > 0)
    warnings.push(`${duplicates} rows with the prompt of an earlier row were left out.`);
  const faulty = whole.filter(
    row => row.id.startsWith('mmlu/') && faultyGroups.includes(row.group ?? ''),
  );
  if (faulty.length > 0) {
    warnings.push(
      `${faulty.length} rows of "${faulty[0]?.group}" were left out: their labels are known to ` +
        'be faulty.',
    );
  }
  const without = new Set(selection.without ?? []);
  const sound = whole.filter(row => !faulty.includes(row) && !without.has(row.group ?? ''));
  const rows =
    selection.split === undefined ? sound : sound.filter(row => row.split === selection.split);
  if (rows.length === 0) throw nothingLeft(name, sound, selection);
  return { rows, hash: hashOf(rows), warnings };
}

function distinct(text: string, name: string): { rows: OutcomeRow[]; duplicates: number } {
  const byPrompt = new Map<string, OutcomeRow>();
  let duplicates = 0;
  for (const { fields, line, bad } of jsonLines(text, name)) {
    const row = readRow(fields);
    if (typeof row === 'string') throw bad(row);
    if (byPrompt.has(row.prompt)) duplicates++;
    else byPrompt.set(row.prompt, row.id === '' ? { ...row, id: `line ${line}` } : row);
  }
  return { rows: [...byPrompt.values()], duplicates };
}

function nothingLeft(
  name: string,
  sound: readonly OutcomeRow[],
  { split }: OutcomeSelection,
): TandemError {
  const splits = [...new Set(sound.map(row => row.split ?? '(none)'))].join(', ');
  const message =
    split === undefined || sound.length === 0
      ? `${name} holds no rows. Give a log with one JSON object a line.`
      : `${name} holds no rows of the split "${split}". Splits there: ${splits}.`;
  return new TandemError('invalid_argument', message, { data: { file: name } });
}

function hashOf(rows: readonly OutcomeRow[]): string {
  const hash = nodeCrypto().createHash('sha256');
  for (const { id, prompt, local, cloud } of rows)
    hash.update(JSON.stringify([id, prompt, local, cloud]));
  return hash.digest('hex');
}

import { TandemError } from '../../model/errors.ts';
import { nodeCrypto } from '../../model/node-crypto.ts';
import type { OutcomeRow } from '../outcomes/outcome-log.ts';

// Four bytes of a hash: of 10,000 rows another one is mistaken for a row that was seen once in
// 400,000 times.
const bytes = 4;

/** Notes the prompts that a threshold was fitted or chosen on: four bytes each, in base 64. */
export function seenRows(rows: readonly OutcomeRow[]): string {
  return Buffer.concat(rows.map(({ prompt }) => digest(prompt))).toString('base64');
}

/** Names the splits that rows bear, with commas between; nothing where they bear none. */
export function splitOf(rows: readonly OutcomeRow[]): { readonly split?: string } {
  const named = new Set(rows.flatMap(({ split }) => split ?? []));
  return named.size === 0 ? {} : { split: [...named].join(', ') };
}

/** Notes further rows beside those noted. */
export function joinSeen(seen: string, rows: readonly OutcomeRow[]): string {
  const packed = rows.map(({ prompt }) => digest(prompt));
  return Buffer.concat([Buffer.from(seen, 'base64'), ...packed]).toString('base64');
}

/** Lists the rows whose prompts are among those noted. */
export function rowsAmong(seen: string, rows: readonly OutcomeRow[]): OutcomeRow[] {
  const packed = Buffer.from(seen, 'base64');
  const known = new Set<number>();
  for (let at = 0; at + bytes <= packed.length; at += bytes) known.add(packed.readUInt32BE(at));
  return rows.filter(({ prompt }) => known.has(digest(prompt).readUInt32BE(0)));
}

/**
 * Refuses to evaluate a calibration, or what else was fitted to rows, on rows that it has seen.
 * @throws TandemError `invalid_argument`
 * @example
 * ```ts
 * refuseSeen({ name: 'support', data: readCalibration('support.calibration.json').data }, rows);
 * ```
 */
export function refuseSeen(
  { name, data }: { readonly name: string; readonly data: { readonly seen: string } },
  rows: readonly OutcomeRow[],
): void {
  const known = rowsAmong(data.seen, rows);
  // One row may be mistaken for another by its short hash.
  if (known.length <= rows.length / 1000) return;
  throw new TandemError(
    'invalid_argument',
    `"${name}" was made with ${known.length} of these ${rows.length} rows (the first: ` +
      `"${known[0]?.id}"), ` +
      'so that they cannot test it. Give rows of another split.',
    { data: { seen: known.length, rows: rows.length } },
  );
}

/**
 * Where a row goes if the log names no splits: a number from 0 to 99, the same for the same prompt.
 */
export function bucketOf({ prompt }: OutcomeRow): number {
  return digest(`bucket of ${prompt}`).readUInt32BE(0) % 100;
}

function digest(prompt: string): Buffer {
  return nodeCrypto().createHash('sha256').update(prompt).digest().subarray(0, bytes);
}

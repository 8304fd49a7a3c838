import { createHash } from 'node:crypto';
import type { OutcomeRow } from './outcome-log.ts';

// Four bytes of a hash: one of 10,000 rows is mistaken for another once in 400,000 times.
const bytes = 4;

/** Notes prompts as short hashes, so that weights can tell which rows they were trained on. */
export function seenPrompts(rows: readonly OutcomeRow[]): string {
  return Buffer.concat(rows.map(({ prompt }) => digest(prompt))).toString('base64');
}

/** Counts the rows whose prompts are among those noted. */
export function countSeen(seen: string, rows: readonly OutcomeRow[]): number {
  const packed = Buffer.from(seen, 'base64');
  const known = new Set<number>();
  for (let at = 0; at + bytes <= packed.length; at += bytes) known.add(packed.readUInt32BE(at));
  return rows.filter(({ prompt }) => known.has(digest(prompt).readUInt32BE(0))).length;
}

function digest(prompt: string): Buffer {
  return createHash('sha256').update(prompt).digest().subarray(0, bytes);
}

import { isHead } from '../algorithms/finding/table-rows.ts';
import { isInstruction } from '../algorithms/text/is-instruction.ts';
import type { CitedExtract } from './cited-extract.ts';

// In characters; and so many rows are gone back over.
const longest = 200;
const mostRows = 500;

/**
 * Lays the head of its table beside each extract that is a row: without it a row says little. Heads
 * count as what is released, of which there may be so many characters; one for which there is no
 * room stays away, and so does one that tells models what to do.
 */
export function underHeads<Extract extends CitedExtract>(
  extracts: readonly Extract[],
  most: number,
): Extract[] {
  let room = most;
  for (const { text, note = '' } of extracts) room -= text.length + note.length;
  return extracts.map(extract => {
    if (!extract.text.includes('\t')) return extract;
    const under = headAbove(extract.document.text, extract.start);
    if (under === undefined || under.length > room || isInstruction(under)) return extract;
    room -= under.length;
    return { ...extract, under };
  });
}

/** What may leave with an extract: its words, and the head above them. */
export function releasedOf({ text, under }: CitedExtract): string[] {
  return under === undefined ? [text] : [text, under];
}

// The first of the rows that stand above without a break, if it names columns.
function headAbove(text: string, start: number): string | undefined {
  let from = start === 0 ? 0 : text.lastIndexOf('\n', start - 1) + 1;
  let first: string | undefined;
  for (let rows = 0; from > 0 && rows < mostRows; rows++) {
    const begin = from === 1 ? 0 : text.lastIndexOf('\n', from - 2) + 1;
    const line = text.slice(begin, from - 1);
    if (!line.includes('\t')) break;
    first = line;
    from = begin;
  }
  if (first === undefined || first.length > longest || !isHead(first, '\t')) return undefined;
  return first.trim();
}

/**
 * Tells entries (list items, log lines, rows, `key: value`) from running text whose wrapped lines
 * only happen to begin like one: `1,000 euros`, `17:30`, `(b)`.
 */
import { isSpace } from './text-span.ts';

/**
 * Tells whether a line that starts at an offset looks like an entry of its own: list item, log
 * line, table row, heading.
 */
export function startsEntry(text: string, at: number): boolean {
  return formAt(text, at) !== undefined;
}

/**
 * How a line begins: `sure` is no running text (`|`, `•`, a tab); `item` is a bullet; `number` has
 * a place in an order; `stamp` is a date with its time, or a level. Times, keys with their value
 * and cells between commas stand in prose as well.
 */
type Form = 'sure' | 'item' | 'number' | 'stamp' | 'time' | 'key' | 'cell';

const forms: readonly (readonly [Form, string])[] = [
  ['sure', String.raw`[•‣▪◦]\s|#{1,6}\s|\||[-=_*]{3,}[ \t\r]*(?:\n|$)|[^\n\t]{1,80}\t`],
  ['item', String.raw`[-*+]\s|>\s`],
  ['number', String.raw`\(?(?:\d{1,3}|[a-z])[.)]\s`],
  [
    'stamp',
    String.raw`\[?\d{4}-\d\d-\d\d[T ]+\d\d:\d\d|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov` +
      String.raw`|Dec) +\d{1,2} +\d\d:|(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL|CRITICAL` +
      String.raw`|NOTICE)\b`,
  ],
  ['time', String.raw`\d{4}-\d\d-\d\d|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|\d{1,2}:\d\d`],
  [
    'key',
    String.raw`[[\]{}<]|["']?[\p{L}_][\p{L}\p{N} _/-]{0,40}["']?[:=](?:\s|$)|[\w.-]{1,40}=\S`,
  ],
  ['cell', String.raw`[^\s,;]{1,60}[,;][^\s,;]`],
];

const entry = new RegExp(`[ \\t]*(?:${forms.map(([, source]) => `(${source})`).join('|')})`, 'yu');

function formAt(text: string, at: number): Form | undefined {
  entry.lastIndex = at;
  const found = entry.exec(text);
  return found
    ? forms[found.findIndex((group, index) => index > 0 && group !== undefined) - 1]![0]
    : undefined;
}

interface LaidLine {
  readonly start: number;
  readonly end: number;
  readonly indent: number;
  /** Length without the white space at both ends. */
  readonly length: number;
  /** Length of its first word; beyond 40 it says no more about where a line was wrapped. */
  readonly word: number;
  readonly form: Form | undefined;
  /** The mark of a list item, or the number or letter before its bracket or full stop. */
  readonly mark: string;
  /** Whether it is set in columns: a row, or a line of a table of contents. */
  readonly isRow: boolean;
}

/** Lines without a blank line between them. */
export interface LineBlock {
  readonly end: number;
  readonly lines: readonly LaidLine[];
  /** Length of the longest line. */
  readonly width: number;
  /** True if each line is as full as one that an editor wrapped, and few look like entries. */
  readonly isWrapped: boolean;
  /** Index of the line that was looked at last; offsets only rise. */
  at: number;
}

// Narrower than prose is wrapped: such lines were broken on purpose.
const narrow = 50;
// A line of prose that was wrapped so narrow has no room for the next word in this width.
const narrowWrap = 60;
// Letters of print are not equally wide: a full line may be this much shorter than the longest.
const fullShare = 0.85;

/**
 * Reads the block of lines around an offset.
 *
 * @param floor where the block before ended, so that all blocks together are read once
 */
export function blockAt(text: string, offset: number, floor: number): LineBlock {
  let from = offset;
  while (from > floor && !isBlankLine(text, previousLine(text, from), from - 1))
    from = previousLine(text, from);
  const lines: LaidLine[] = [];
  let end = from;
  for (let start = from; start <= text.length; start = end + 1) {
    const newline = text.indexOf('\n', start);
    end = newline < 0 ? text.length : newline;
    if (start > offset && isBlankLine(text, start, end)) break;
    lines.push(lineOf(text, start, end));
    if (newline < 0) break;
  }
  const width = lines.reduce((most, line) => Math.max(most, line.length), 0);
  const entries = lines.filter(({ form }) => form !== undefined).length;
  const isWrapped =
    (entries * 2 < lines.length + 1 || lines[0]!.form === undefined) &&
    lines.every((line, index) => isFull(text, { line, next: lines[index + 1], width }));
  return { end, lines, width, isWrapped, at: 0 };
}

function isFull(
  text: string,
  { line, next, width }: { line: LaidLine; next: LaidLine | undefined; width: number },
): boolean {
  if (next === undefined || endsInMark(text, line.end)) return true;
  return line.length + 1 + next.word > width && line.length + 1 + next.word > narrow;
}

function previousLine(text: string, start: number): number {
  return start < 2 ? 0 : text.lastIndexOf('\n', start - 2) + 1;
}

function isBlankLine(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!isSpace(text.charCodeAt(at))) return false;
  return true;
}

// Longer lines were not wrapped, however long they are.
const longestLine = 400;

// Two gaps make columns; dots lead to the number of a page.
const rows = /\S(?: {3,}|\t)\S(?:.*\S)? {3,}\S|(?<!\.)\.{4,}\s*\d+$|(?<!\. )(?:\. ){4,}\s*\d+$/;

function lineOf(text: string, start: number, end: number): LaidLine {
  const shown = text.slice(start, Math.min(end, start + longestLine));
  const words = shown.trim();
  const form = formAt(text, start);
  const mark = form === 'item' || form === 'number' ? /^\S{1,5}/.exec(words)![0] : '';
  const word = Math.min(40, words.search(/\s|$/));
  const indent = shown.length - shown.trimStart().length;
  const isRow =
    (words.includes('   ') || words.includes('. .') || words.includes('....')) && rows.test(words);
  return { start, end, indent, length: words.length, word, form, mark, isRow };
}

/**
 * Tells whether a line break was meant, as between entries and after a line that had room for the
 * next word.
 *
 * @param isEnded whether the line above ends in a mark that is not an abbreviation's
 */
export function isMeantBreak(
  block: LineBlock,
  at: number,
  { isEnded, isColon, isLower }: { isEnded: () => boolean; isColon: boolean; isLower: boolean },
): boolean {
  while (block.lines[block.at]!.end < at) block.at++;
  const above = block.lines[block.at]!;
  const next = block.lines[block.at + 1];
  if (next === undefined) return true;
  const filled = above.length + 1 + next.word;
  const isShort =
    (block.width < narrow && filled <= narrowWrap) || filled <= block.width * fullShare;
  if (next.isRow && (isShort || above.isRow || isEnded())) return true;
  if (next.form && (isShort || isAmongEntries(block, next) || isEnded())) return true;
  // A colon opens what stands below it, but not within lines that were only wrapped.
  if (isColon) return isShort || !block.isWrapped || isMarked(next);
  return isShort && !isLower;
}

function isMarked({ form }: LaidLine): boolean {
  return form === 'sure' || form === 'item' || form === 'stamp' || form === 'number';
}

function isAmongEntries(block: LineBlock, line: LaidLine): boolean {
  const { lines, at, isWrapped } = block;
  if (line.form === 'sure') return true;
  const before = nearest(lines, { line, from: at, step: -1 });
  const after = nearest(lines, { line, from: at + 2, step: 1 });
  if (!before && !after) return false;
  if (line.form === 'item' || line.form === 'stamp') return true;
  if (line.form === 'number' && countsOn(line, before, after)) return true;
  const above = lines[at]!;
  // A hanging indent ends where the next entry begins.
  if (above.indent > line.indent) return true;
  return !isWrapped && (before === above || (after !== undefined && after === lines[at + 2]));
}

// Entries of one list stand at most so many lines apart; looked at further, long blocks would cost
// their square.
const reach = 40;

function nearest(
  lines: readonly LaidLine[],
  { line, from, step }: { line: LaidLine; from: number; step: 1 | -1 },
): LaidLine | undefined {
  for (let at = from, left = reach; left > 0 && lines[at]; at += step, left--)
    if (isAlike(line, lines[at]!)) return lines[at];
  return undefined;
}

function isAlike(line: LaidLine, other: LaidLine): boolean {
  if (other.form !== line.form) return false;
  if (line.form === 'item') return other.mark === line.mark;
  return line.form !== 'number' || shapeOf(other.mark) === shapeOf(line.mark);
}

function shapeOf(mark: string): string {
  return mark.replace(/\d+/, '1').replace(/[a-z]/, 'a');
}

// A list counts on from the item before, or it begins with one that the next counts on from.
function countsOn(
  line: LaidLine,
  before: LaidLine | undefined,
  after: LaidLine | undefined,
): boolean {
  const place = placeOf(line.mark);
  if (before) return place - placeOf(before.mark) === 1;
  return place === 1 && after !== undefined && placeOf(after.mark) === 2;
}

function placeOf(mark: string): number {
  const place = /\d+|[a-z]/.exec(mark)![0];
  return /\d/.test(place) ? Number(place) : place.charCodeAt(0) - 96;
}

/** Tells whether a line ends in a mark of a sentence, quotation marks and brackets aside. */
export function endsInMark(text: string, end: number): boolean {
  return /[.!?…。！？؟]["'”’»)\]*_」』]*\s*$/.test(text.slice(Math.max(0, end - 12), end));
}

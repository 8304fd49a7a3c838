import { offLine } from '../markup/raised.ts';
import type { Fragment } from './fragments.ts';
import { readsRightToLeft } from './fragments.ts';
import { asRead } from './reversed.ts';

/** A line of a page: what stands on one baseline, in the order in which it is read. */
export interface Line {
  readonly fragments: Fragment[];
  readonly y: number;
  x: number;
  right: number;
  /** The size of most of its type. */
  size: number;
  /** Of a row whose cells go on below: its first baseline, and what it says. */
  readonly top?: number;
  text?: string;
}

/** Joins fragments, in the order of the file, to lines. */
export function linesOf(fragments: readonly Fragment[]): Line[] {
  const lines: Line[] = [];
  for (const fragment of fragments) {
    const line = lines.at(-1);
    if (line && isOn(line, fragment)) add(line, fragment);
    else lines.push(lineOf(fragment));
  }
  return lines;
}

/** Opens a line with a fragment. */
export function lineOf(fragment: Fragment): Line {
  const { x, y, right, size } = fragment;
  return { fragments: [fragment], x, y, right, size };
}

/** Adds a fragment to a line. */
export function add(line: Line, fragment: Fragment): void {
  line.fragments.push(fragment);
  if (line.text !== undefined) line.text += `\t${fragment.text}`;
  line.x = Math.min(line.x, fragment.x);
  line.right = Math.max(line.right, fragment.right);
  line.size = mainOf(line.fragments).size;
}

function isLetterSpaced(text: string): boolean {
  const parts = text.split(' ');
  const single = parts.filter(part => /^\p{L}$/u.test(part)).length;
  // Some pairs of letters are set closer than others.
  return (
    parts.length > 3 && single * 3 >= parts.length * 2 && /^\p{L}{1,2}(?: \p{L}{1,2})+$/u.test(text)
  );
}

/** Sets letters together that stand apart from each other, as in headings: "N O T I C E". */
export function closedUp(line: Line): Line {
  // Letters that follow each other in the alphabet are marks of their own.
  if (!line.fragments.some(({ text }) => isLetterSpaced(text) && !/a b c/i.test(text))) return line;
  const fragments = line.fragments.map(fragment => {
    const isApart = /^\S(?: \S)+$/u.test(fragment.text) || isLetterSpaced(fragment.text);
    return isApart ? { ...fragment, text: fragment.text.replaceAll(' ', '') } : fragment;
  });
  return { ...line, fragments };
}

function isOn(line: Line, { x, y, size }: Fragment): boolean {
  const main = mainOf(line.fragments);
  const apart = Math.abs(main.y - y);
  if (apart < 0.5 * Math.max(line.size, size, 1)) return true;
  // Small type that touches the line is raised from it or lowered, however far.
  const isSmall = size <= 0.8 * line.size || line.size <= 0.8 * size;
  const gap = x - line.right;
  return (
    isSmall && apart < 0.8 * Math.max(line.size, size) && gap < 0.3 * size && gap > -0.3 * size
  );
}

// More are not counted each time that a line grows.
const mostCounted = 300;

// The fragment whose type is that of most letters.
function mainOf(all: readonly Fragment[]): Fragment {
  const fragments = all.length > mostCounted ? all.slice(0, mostCounted) : all;
  const [first] = fragments;
  if (fragments.length === 1) return first!;
  const letters = new Map<number, number>();
  for (const { size, text } of fragments)
    letters.set(round(size), (letters.get(round(size)) ?? 0) + text.length);
  const [size] = [...letters].reduce((most, next) => (next[1] > most[1] ? next : most));
  return fragments.find(each => round(each.size) === size) ?? first!;
}

// PackedParts of a line that stand further apart than so many letters are cells of a table.
const cellGap = 2;

const accents: Readonly<Record<string, string>> = {
  ...{ '¨': '\u0308', ˇ: '\u030c', '˚': '\u030a', '¸': '\u0327', '˜': '\u0303', ˆ: '\u0302' },
};

const written = {
  before: /(?<accent>[¨ˇ˚¸˜ˆ])(?<letter>[A-Za-zı])/g,
  after: /(?<letter>[A-Za-zı])(?<accent>[¨ˇ˚¸˜ˆ])/g,
};

// Older fonts set an accent over a letter, and write it before or after: "M¨uller", "Mu¨ller". What
// leaves fewer accents alone is meant.
function accented(text: string): string {
  const loose = (each: string) => each.match(/[¨ˇ˚¸˜ˆ]/g)?.length ?? 0;
  if (loose(text) === 0) return text;
  const [before = text, after = text] = [written.before, written.after].map(way =>
    text.replace(way, (whole, ...found) => {
      const { letter, accent } = found.at(-1) as { letter: string; accent: string };
      const one = `${letter}${accents[accent]}`.normalize('NFC');
      return one.length === 1 ? one : whole;
    }),
  );
  const order = loose(before) - loose(after);
  return order === 0 ? text : order < 0 ? before : after;
}

/** Writes a line as text: cells parted by tabs, raised and lowered type as such. */
export function textOfLine({ fragments, text: said }: Line): string {
  if (said !== undefined) return said;
  const main = mainOf(fragments);
  const ordered = inReadingOrder(fragments);
  const isReversed = readsRightToLeft(ordered.map(({ text }) => text).join(''));
  const isSpread = isJustified(ordered);
  const order = new Map(fragments.map((fragment, at) => [fragment, at]));
  const parts: string[] = [];
  let before: Fragment | undefined;
  let beforeOffset: string | undefined;
  let pending: { words: string; offset: 'raised' | 'lowered' } | undefined;
  const settle = () => {
    if (pending) parts.push(offLine(pending.words, pending.offset));
    pending = undefined;
  };
  for (const fragment of ordered) {
    const gap = joint(before, fragment, { isReversed, isSpread, order });
    const offset = offsetAfter(gap, fragment, main);
    if (pending && offset === beforeOffset && gap === '') pending.words += fragment.text;
    else {
      settle();
      if (gap === '\t') parts.push(parts.pop()?.trimEnd() ?? '');
      parts.push(gap);
      if (offset) pending = { words: fragment.text, offset };
      else parts.push(fragment.text);
    }
    before = fragment;
    beforeOffset = offset;
  }
  settle();
  const text = accented(parts.join('').trim());
  return isReversed ? asRead(text) : text;
}

// A small word at the beginning of a cell is a label, where a number is that of a note.
function offsetAfter(gap: string, fragment: Fragment, main: Fragment) {
  const isLabel = gap === '\t' && /\p{L}{3}/u.test(fragment.text);
  return isLabel ? undefined : offsetOf(fragment, main);
}

const mostWords = 200;

// Words of a line that was stretched to its margins stand equally far apart, however far.
function isJustified(ordered: readonly Fragment[]): boolean {
  if (ordered.length > mostWords) return false;
  const gaps = ordered.slice(1).map(({ x }, at) => x - ordered[at]!.right);
  const words = ordered.filter(({ text }) => /\p{L}{2}/u.test(text)).length;
  const [least, most] = [Math.min(...gaps), Math.max(...gaps)];
  return (
    words > 3 && words * 2 > ordered.length && most - least < 0.2 && most < 1.3 * ordered[0]!.size
  );
}

function offsetOf({ y, size }: Fragment, main: Fragment): 'raised' | 'lowered' | undefined {
  if (size > 0.85 * main.size) return undefined;
  const shift = (y - main.y) / main.size;
  if (shift > 0.12) return 'raised';
  return shift < -0.08 ? 'lowered' : undefined;
}

interface LineSetting {
  readonly isReversed: boolean;
  readonly isSpread: boolean;
  /** Of the file. */
  readonly order: ReadonlyMap<Fragment, number>;
}

function joint(before: Fragment | undefined, fragment: Fragment, setting: LineSetting) {
  // A line begins as a cell does.
  if (!before) return '\t';
  const { isReversed, isSpread, order } = setting;
  const isLeftwards = isReversed && fragment.x < before.x;
  const gap = isLeftwards ? before.x - fragment.right : fragment.x - before.right;
  const letter = widthOfLetter(fragment);
  const most = (areNumbers(before, fragment) ? 0.85 : cellGap) * letter;
  if (!isSpread && (gap > most || gap < -Math.max(before.size, fragment.size))) return '\t';
  // A mark that is set by itself belongs to the letter before it.
  if (/^\p{M}/u.test(fragment.text) && gap < letter) return '';
  const isNextWord = isReversed && endsInner(before) && beginsOuter(fragment);
  // Where the file runs against the reading, the space before a word is written after it.
  const later = order.get(before)! > order.get(fragment)! ? before : fragment;
  return (isReversed ? later : fragment).isSpaced || gap > 0.2 * letter || isNextWord ? ' ' : '';
}

// Two numbers that stand apart are two cells sooner than two words.
function areNumbers(before: Fragment, { text, size }: Fragment): boolean {
  return /[\d)%]$/.test(before.text) && /^[-−(]?\d/.test(text) && before.size === size;
}

// Where a word of another script ends in a line from right to left, a word begins, though the space
// between them is part of neither; one letter before it, such as "and", is written to it.
function endsInner({ isRightToLeft, text }: Fragment): boolean {
  return !isRightToLeft && /[\p{L}\p{N}]$/u.test(text);
}

function beginsOuter({ isRightToLeft, text }: Fragment): boolean {
  return isRightToLeft && /^[\p{L}\p{N}]/u.test(text);
}

function widthOfLetter({ x, right, text, size }: Fragment): number {
  return right > x ? (right - x) / text.length : size / 2;
}

// From left to right; in scripts that run the other way from right to left, but for numbers and
// words of other scripts, which keep their own order.
function inReadingOrder(fragments: readonly Fragment[]): Fragment[] {
  const sorted = [...fragments].sort((a, b) => (Math.abs(a.x - b.x) < 0.5 ? 0 : a.x - b.x));
  if (!readsRightToLeft(sorted.map(({ text }) => text).join(''))) return sorted;
  const ordered: Fragment[] = [];
  let inner: Fragment[] = [];
  for (const fragment of sorted.reverse()) {
    if (!fragment.isRightToLeft && /[\p{L}\p{N}]/u.test(fragment.text)) inner.unshift(fragment);
    else {
      ordered.push(...inner, fragment);
      inner = [];
    }
  }
  return [...ordered, ...inner];
}

/** Rounds to a tenth of a point. */
export function round(points: number): number {
  return Math.round(points * 10) / 10;
}

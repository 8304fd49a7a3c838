/** Names of the numbers that tell how a prompt is built, in order. */
export const shapeNames: readonly string[] = [
  'items',
  'itemLength',
  'itemSpread',
  'itemNumbers',
  'itemLikeness',
  'itemEcho',
  'rest',
  'repeats',
  'numbers',
  'largestNumber',
];

/**
 * Counts of one reading. A list item is a line that begins with a mark: `A.`, `12)`, `(b)`, `-`,
 * `*`.
 */
export interface ShapeCounts {
  /** Whether the line being read is a list item. */
  isItem: boolean;
  items: number;
  /** Logarithms of the items' lengths: sum, least, most. */
  lengths: number;
  shortest: number;
  longest: number;
  /** Items that begin with a digit or a sign before one. */
  numeric: number;
  itemCharacters: number;
  itemWords: number;
  /**
   * Words of items that stand in another item, and words that stand inside and outside of items.
   */
  likeness: number;
  echo: number;
  /** Words that were read before. */
  repeats: number;
  numbers: number;
  largest: number;
}

/** Begins a reading. */
export function beginShape(): ShapeCounts {
  return {
    isItem: false,
    items: 0,
    lengths: 0,
    shortest: Number.POSITIVE_INFINITY,
    longest: 0,
    numeric: 0,
    itemCharacters: 0,
    itemWords: 0,
    likeness: 0,
    echo: 0,
    repeats: 0,
    numbers: 0,
    largest: 0,
  };
}

/** Where a line begins that is not before `from`; `text.length` if none does. */
export function lineFrom(text: string, from: number): number {
  if (from === 0 || text.charCodeAt(from - 1) === newline) return from;
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end + 1;
}

/**
 * Reads the line that begins at a place, as far as a stretch of the text goes; returns where the
 * next line begins.
 */
export function readLine(
  shape: ShapeCounts,
  text: string,
  { at, to }: { at: number; to: number },
): number {
  const found = text.indexOf('\n', at);
  const end = found < 0 ? text.length : found;
  const from = itemFrom(text, at);
  shape.isItem = from > at && from < Math.min(end, to);
  if (shape.isItem) {
    const characters = Math.min(end, to) - from;
    const length = Math.log1p(characters);
    shape.items++;
    shape.lengths += length;
    shape.shortest = Math.min(shape.shortest, length);
    shape.longest = Math.max(shape.longest, length);
    shape.itemCharacters += characters;
    const first = text.charCodeAt(from);
    if (isDigit(first) || (isSign(first) && isDigit(text.charCodeAt(from + 1)))) shape.numeric++;
  }
  return end + 1;
}

// What a word was last read in.
const [inItem, inRest] = [1, 2];

/**
 * Notes a word that was read; `before` is what this function returned for the same word last time,
 * or 0.
 */
export function readWord(shape: ShapeCounts, before: number): number {
  const here = shape.isItem ? inItem : inRest;
  if (shape.isItem) shape.itemWords++;
  if (before === 0) return here;
  shape.repeats++;
  if (before !== here) shape.echo++;
  else if (shape.isItem) shape.likeness++;
  return here;
}

/** Notes a number. */
export function readNumber(shape: ShapeCounts, value: number): void {
  shape.numbers++;
  shape.largest = Math.max(shape.largest, Math.min(mostValue, value));
}

/** Gives the numbers of `shapeNames`, of a reading of so many words and characters. */
export function shapeOf(
  shape: ShapeCounts,
  { words, characters }: { words: number; characters: number },
): number[] {
  const { items, itemWords } = shape;
  return [
    items,
    items === 0 ? 0 : shape.lengths / items,
    items === 0 ? 0 : shape.longest - shape.shortest,
    items === 0 ? 0 : shape.numeric / items,
    shape.likeness / Math.max(1, itemWords),
    shape.echo / Math.max(1, itemWords),
    Math.log1p(Math.max(0, characters - shape.itemCharacters)),
    shape.repeats / Math.max(1, words),
    Math.log1p(shape.numbers),
    Math.log1p(shape.largest),
  ];
}

const [newline, space, opening, closing, dot, minus, star] = [10, 32, 40, 41, 46, 45, 42];
const mostValue = 1e12;

/** Where the text of an item begins after its mark; `at` itself if the line has no mark. */
function itemFrom(text: string, at: number): number {
  let place = at;
  const first = text.charCodeAt(place);
  if (first === minus || first === star) return pastSpace(text, place + 1, at);
  if (first === opening) place++;
  const begun = place;
  while (place < begun + 2 && isDigit(text.charCodeAt(place))) place++;
  if (place === begun && isLetter(text.charCodeAt(place))) place++;
  const mark = text.charCodeAt(place);
  if (place === begun || (mark !== dot && mark !== closing)) return at;
  return pastSpace(text, place + 1, at);
}

function pastSpace(text: string, from: number, otherwise: number): number {
  let place = from;
  while (text.charCodeAt(place) === space) place++;
  return place === from ? otherwise : place;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

function isSign(code: number): boolean {
  return code === minus || code === 43 || code === 36 || code === 46;
}

import { anyOf, type Occurrence } from '../text/any-of.ts';
import { slicesOf } from './slices.ts';
import { levelled } from './word-hashes.ts';

/** A text without what may stand between letters and digits, and where its words begin and end. */
interface Squeezed {
  readonly text: string;
  /** In order. */
  readonly edges: readonly number[];
}

// Shorter values are looked for as whole words alone.
const longValue = 9;
const manyLetters = 65_536;
// Reading a value costs as much as so many letters more.
const lettersOfValue = 32;

/**
 * Tells which of some texts hold one of the values, in any spelling: in letters of either case,
 * composed or not, with other marks or spaces inside, as an entity or by percent signs. Long texts
 * are read in slices: whoever runs the generator may do other things between them.
 */
export function* holdingValues(
  texts: readonly string[],
  values: Iterable<string>,
): Generator<void, number[]> {
  const wanted = yield* squeezedValues(values);
  const holding: number[] = [];
  if (wanted.size === 0) return holding;
  const find = anyOf(wanted.keys());
  const isTurn = turns();
  for (const [index, text] of texts.entries()) {
    const said: SqueezedSoFar = { text: '', edges: [0] };
    for (const slice of slicesOf(text)) {
      if (isTurn(slice.length)) yield;
      squeeze(decoded(slice), said);
    }
    if ((yield* find(said.text, { is: standsIn(said), most: 1 })).length > 0) holding.push(index);
  }
  return holding;
}

// Tells before some letters are read whether so many were read since it last said so.
function turns(): (letters: number) => boolean {
  let read = 0;
  return letters => {
    const isTurn = read > 0 && read + letters > manyLetters;
    read = isTurn ? letters : read + letters;
    return isTurn;
  };
}

/** Where a text holds a value, and which. */
export interface ValueSpan {
  readonly start: number;
  readonly end: number;
  readonly value: string;
}

/**
 * Finds where a text holds one of the values, in any spelling but that of entities and percent
 * signs. A long text is read in slices.
 */
export function* spansOfValues(
  text: string,
  values: Iterable<string>,
): Generator<void, ValueSpan[]> {
  const { starts, ends, ...said } = yield* squeezedInPlace(text);
  const wanted = yield* squeezedValues(values);
  const places = yield* anyOf(wanted.keys())(said.text, { is: standsIn(said) });
  return places.map(({ at, value }): ValueSpan => {
    const [start, end] = [starts[at]!, ends[at + value.length - 1]!];
    return { start, end, value: wanted.get(value)! };
  });
}

function isAmong(sorted: readonly number[], wanted: number): boolean {
  let [low, high] = [0, sorted.length - 1];
  while (low <= high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! === wanted) return true;
    if (sorted[middle]! < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}

// Shorter values count as whole words alone.
function standsIn({ edges }: Squeezed) {
  return ({ at, value }: Occurrence): boolean => {
    const begins = isAmong(edges, at);
    const ends = isAmong(edges, at + value.length);
    return (begins && ends) || (value.length >= longValue && (begins || ends));
  };
}

// The values by what is left of them; of equal ones the first.
function* squeezedValues(values: Iterable<string>): Generator<void, Map<string, string>> {
  const bySqueezed = new Map<string, string>();
  const isTurn = turns();
  for (const value of values) {
    if (isTurn(value.length + lettersOfValue)) yield;
    const { text } = squeezed(value);
    if (text !== '' && !bySqueezed.has(text)) bySqueezed.set(text, value);
  }
  return bySqueezed;
}

// As `squeezed`, letter by letter, each with where it stood.
function* squeezedInPlace(given: string) {
  const edges = [0];
  const starts: number[] = [];
  const ends: number[] = [];
  let text = '';
  const keep = (kept: string, start: number, end: number) => {
    if (kept === '') edges.push(text.length);
    text += kept;
    for (let n = 0; n < kept.length; n++) {
      starts.push(start);
      ends.push(end);
    }
  };
  // Most texts are ASCII, in which nothing is composed; what stands before another may be.
  const whole = /\P{M}\p{M}*/gsuy;
  for (let at = 0; at < given.length; at++) {
    if (at % manyLetters === manyLetters - 1) yield;
    const code = given.charCodeAt(at);
    if (code < 0x80 && !(given.charCodeAt(at + 1) >= 0x80)) {
      keep(plainLetters[code]!, at, at + 1);
      continue;
    }
    whole.lastIndex = at;
    const letter = whole.exec(given)?.[0];
    if (letter === undefined) continue;
    const plain = levelled(letter);
    if (!/^\p{Cf}/u.test(plain))
      keep(plain.match(/[\p{L}\p{N}]+/gu)?.join('') ?? '', at, at + letter.length);
    at += letter.length - 1;
  }
  edges.push(text.length);
  return { text, edges, starts, ends };
}

// What is left of each character of ASCII: letters, small, and digits.
const plainLetters = Array.from({ length: 0x80 }, (_, code) =>
  String.fromCharCode(code)
    .toLowerCase()
    .replace(/[^a-z0-9]/, ''),
);

interface SqueezedSoFar {
  text: string;
  readonly edges: number[];
}

function squeezed(value: string): Squeezed {
  const whole: SqueezedSoFar = { text: '', edges: [0] };
  squeeze(value, whole);
  return whole;
}

function squeeze(slice: string, into: SqueezedSoFar): void {
  const words = levelled(slice)
    .replace(/\p{Cf}/gu, '')
    .match(/[\p{L}\p{N}]+/gu);
  // An edge is the end of one word and the beginning of the next.
  let end = into.text.length;
  for (const word of words ?? []) {
    end += word.length;
    into.edges.push(end);
  }
  if (words) into.text += words.join('');
}

function decoded(text: string): string {
  const plain = text.replace(/&#(x[\da-f]{1,6}|\d{1,7});/gi, (entity, digits: string) => {
    const code = digits[0]?.toLowerCase() === 'x' ? `0${digits}` : digits;
    return Number(code) <= 0x10_ffff ? String.fromCodePoint(Number(code)) : entity;
  });
  if (!/%[\da-f]{2}/i.test(plain)) return plain;
  return plain.replace(/(?:%[\da-f]{2})+/gi, run => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
}

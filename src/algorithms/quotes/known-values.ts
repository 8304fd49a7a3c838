import { levelled } from './word-hashes.ts';

/** A text without what may stand between letters and digits, and where its words begin and end. */
interface Squeezed {
  readonly text: string;
  readonly edges: ReadonlySet<number>;
}

// Shorter values are looked for as whole words alone.
const longValue = 9;

/**
 * Tells which of some texts hold one of the values, in any spelling: in letters of either case,
 * composed or not, with other marks or spaces inside, as an entity or by percent signs.
 */
export function holdingValues(texts: readonly string[], values: Iterable<string>): number[] {
  const wanted = [...new Set([...values].map(value => squeezed(value).text))].filter(Boolean);
  if (wanted.length === 0) return [];
  return texts.flatMap((text, index) => {
    const said = squeezed(decoded(text));
    return wanted.some(value => holds(said, value)) ? [index] : [];
  });
}

/** Where a text holds a value, and which. */
export interface ValueSpan {
  readonly start: number;
  readonly end: number;
  readonly value: string;
}

/**
 * Finds where a text holds one of the values, in any spelling but that of entities and percent
 * signs; in order, without overlaps.
 */
export function spansOfValues(text: string, values: Iterable<string>): ValueSpan[] {
  const { starts, ends, ...said } = squeezedInPlace(text);
  const found: ValueSpan[] = [];
  for (const value of values) {
    const wanted = squeezed(value).text;
    for (const at of wanted === '' ? [] : placesOf(said, wanted))
      found.push({ start: starts[at]!, end: ends[at + wanted.length - 1]!, value });
  }
  const sorted = found.sort((a, b) => a.start - b.start || b.end - a.end);
  let end = 0;
  return sorted.filter(span => {
    if (span.start < end) return false;
    end = span.end;
    return true;
  });
}

function holds(said: Squeezed, value: string): boolean {
  return placesOf(said, value).next().done === false;
}

function* placesOf({ text, edges }: Squeezed, value: string): Generator<number> {
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
    const begins = edges.has(at);
    const ends = edges.has(at + value.length);
    if ((begins && ends) || (value.length >= longValue && (begins || ends))) yield at;
  }
}

// As `squeezed`, letter by letter, each with where it stood.
function squeezedInPlace(given: string) {
  const edges = new Set([0]);
  const starts: number[] = [];
  const ends: number[] = [];
  let text = '';
  const keep = (kept: string, start: number, end: number) => {
    if (kept === '') edges.add(text.length);
    text += kept;
    for (let n = 0; n < kept.length; n++) {
      starts.push(start);
      ends.push(end);
    }
  };
  // Most texts are ASCII, in which nothing is composed; what stands before another may be.
  const whole = /\P{M}\p{M}*/gsuy;
  for (let at = 0; at < given.length; at++) {
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
  edges.add(text.length);
  return { text, edges, starts, ends };
}

// What is left of each character of ASCII: letters, small, and digits.
const plainLetters = Array.from({ length: 0x80 }, (_, code) =>
  String.fromCharCode(code)
    .toLowerCase()
    .replace(/[^a-z0-9]/, ''),
);

function squeezed(given: string): Squeezed {
  const edges = new Set([0]);
  let text = '';
  for (const [word] of levelled(given)
    .replace(/\p{Cf}/gu, '')
    .matchAll(/[\p{L}\p{N}]+/gu)) {
    edges.add(text.length);
    text += word;
    edges.add(text.length);
  }
  return { text, edges };
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

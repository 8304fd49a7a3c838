import { joinWords, levelled, type WordHashes, wordHashes } from './word-hashes.ts';

/** What of a text counts as a quotation of it, in weights: 2 for a word. */
const run = 24; // twelve words, or 24 characters of a script without spaces
const unit = 8; // a whole line, row or sentence of four words

/**
 * Knows every run of twelve words of a text, and every whole line, row and sentence of four words
 * and more.
 */
export interface QuoteIndex {
  readonly words: WordHashes;
  /** Where a run of that hash begins. */
  readonly runs: HashTable;
  /** Where a shorter unit of that hash begins. */
  readonly units: HashTable;
  /** Bit n is set where a unit has the weight n. */
  readonly unitWeights: number;
  /** One bit for the hash of every four words: most words of another text end here. */
  readonly beginnings: Uint32Array;
}

/** A map of hashes to places, in one array: what is looked at together lies together. */
interface HashTable {
  /** Hash, and place + 1; 0 where there is none. */
  readonly slots: Uint32Array;
  readonly mask: number;
}

const sliceCharacters = 65_536;
const sliceWords = 16_384;

/**
 * Builds the index of a text in slices of a few milliseconds: whoever runs the generator may do
 * other things between them.
 */
export function* buildQuoteIndex(text: string): Generator<void, QuoteIndex> {
  const words = yield* wordsIn(levelled(text));
  yield;
  const runs = emptyTable(words.count);
  const beginnings = new Uint32Array(Math.max(1, (runs.mask + 1) >>> 3));
  const windows = [openWindow(words, run), openWindow(words, unit)] as const;
  for (let from = 0; from < words.count; from += sliceWords) {
    const to = Math.min(words.count, from + sliceWords);
    addRuns({ runs, beginnings }, windows, { from, to });
    yield;
  }
  const places = unitsOf(words);
  yield;
  const units = emptyTable(places.length);
  let unitWeights = 0;
  for (const { start, weight } of places) {
    unitWeights |= 1 << weight;
    add(units, hashFrom(words, start, weight), start);
  }
  return { words, runs, units, unitWeights, beginnings };
}

/** Reads the words of a levelled text, in slices. */
export function* wordsIn(level: string): Generator<void, WordHashes> {
  if (level.length <= sliceCharacters) return wordHashes(level);
  const parts: WordHashes[] = [];
  for (let from = 0; from < level.length; ) {
    yield;
    const to = cutAt(level, from + sliceCharacters);
    const read = wordHashes(level, from, to);
    if (from > 0 && level[from - 1] !== '\n' && read.count > 0) read.opens[0] = 0;
    parts.push(joinWords([read]));
    from = to;
  }
  return joinWords(parts);
}

// At white space, at a line's end if there is one near.
function cutAt(text: string, wanted: number): number {
  if (wanted >= text.length) return text.length;
  const line = text.lastIndexOf('\n', wanted);
  if (line > wanted - sliceCharacters / 2) return line + 1;
  const space = text.lastIndexOf(' ', wanted);
  return space > wanted - sliceCharacters / 2 ? space + 1 : wanted;
}

function emptyTable(count: number): HashTable {
  const size = 2 ** Math.ceil(Math.log2(Math.max(8, 1.3 * count)));
  return { slots: new Uint32Array(2 * size), mask: size - 1 };
}

// Of equal ones the first is enough: equal words are equal wherever they stand.
function add({ slots, mask }: HashTable, hash: number, place: number): void {
  let slot = hash & mask;
  while (slots[2 * slot + 1] !== 0) {
    if (slots[2 * slot] === hash) return;
    slot = (slot + 1) & mask;
  }
  slots[2 * slot] = hash;
  slots[2 * slot + 1] = place + 1;
}

function placeOf({ slots, mask }: HashTable, hash: number): number {
  let slot = hash & mask;
  while (slots[2 * slot + 1] !== 0) {
    if (slots[2 * slot] === hash) return slots[2 * slot + 1]! - 1;
    slot = (slot + 1) & mask;
  }
  return -1;
}

/** The fewest words from a start on that have a weight, with the sum of their hashes. */
interface Window {
  readonly words: WordHashes;
  readonly least: number;
  end: number;
  weight: number;
  sum: number;
}

function openWindow(words: WordHashes, least: number): Window {
  return { words, least, end: 0, weight: 0, sum: 0 };
}

// Takes words up to its weight, and tells whether there are so many.
function fill(window: Window): boolean {
  const { words, least } = window;
  while (window.weight < least && window.end < words.count) {
    window.sum = extended(window.sum, words.hashes[window.end]!);
    window.weight += words.weights[window.end++]!;
  }
  return window.weight >= least;
}

function leave(window: Window, start: number): void {
  const { hashes, weights } = window.words;
  window.sum = (window.sum - Math.imul(hashes[start]!, powers[window.end - start - 1]!)) | 0;
  window.weight -= weights[start]!;
}

function addRuns(
  { runs, beginnings }: Pick<QuoteIndex, 'runs' | 'beginnings'>,
  [whole, begun]: readonly [Window, Window],
  { from, to }: { readonly from: number; readonly to: number },
): void {
  for (let start = from; start < to; start++) {
    if (fill(begun)) {
      const hash = hashOf(begun.sum);
      beginnings[(hash >>> 5) & (beginnings.length - 1)]! |= 1 << (hash & 31);
    }
    if (fill(whole)) add(runs, hashOf(whole.sum), start);
    leave(begun, start);
    leave(whole, start);
  }
}

function hashFrom({ hashes, weights }: WordHashes, start: number, wanted: number): number {
  let sum = 0;
  let weight = 0;
  for (let at = start; weight < wanted; at++) {
    sum = extended(sum, hashes[at]!);
    weight += weights[at]!;
  }
  return hashOf(sum);
}

// Words are summed with powers of a number, so that the first can be taken away again.
const base = 0x9e37_79b1;
const powers = new Int32Array(run + 1).fill(1);
for (let at = 1; at < powers.length; at++) powers[at] = Math.imul(powers[at - 1]!, base);

function extended(sum: number, word: number): number {
  return (Math.imul(sum, base) + word) | 0;
}

// Its low bits come from those of the words alone.
function hashOf(sum: number): number {
  const mixed = Math.imul(sum ^ (sum >>> 16), 0x7feb_352d);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

function mixed(hash: number, word: number): number {
  const sum = Math.imul(hash ^ word, 0x9e37_79b1);
  return sum ^ (sum >>> 15);
}

interface WholeUnit {
  readonly start: number;
  readonly weight: number;
}

// Lines, sentences, and what stands between the beginnings of either.
function unitsOf(words: WordHashes): WholeUnit[] {
  return [1, 2, 3].flatMap(bits => unitsBetween(words, bits));
}

function unitsBetween({ count, weights, opens }: WordHashes, bits: number): WholeUnit[] {
  const units: WholeUnit[] = [];
  let start = 0;
  let weight = 0;
  for (let at = 0; at <= count; at++) {
    const isOpen = at === count || (opens[at]! & bits) !== 0;
    if (isOpen && weight >= unit && weight < run) units.push({ start, weight });
    if (isOpen) {
      start = at;
      weight = 0;
    }
    weight += weights[at] ?? 0;
  }
  return units;
}

/** Texts of which nothing counts as a quotation, such as what was released. */
export interface AllowedWords {
  /** Hashes of all their runs of four words. */
  readonly pieces: Set<number>;
  /** Hashes of those that are shorter, whole. */
  readonly shorts: Set<number>;
}

/** Adds a text to those that are allowed, in slices. */
export function* allow({ pieces, shorts }: AllowedWords, text: string): Generator<void, void> {
  const words = yield* wordsIn(levelled(text));
  let isShort = true;
  for (let start = 0; start < words.count; start++) {
    if (start % sliceWords === sliceWords - 1) yield;
    let hash = 0;
    let weight = 0;
    for (let at = start; at < words.count && weight < unit; at++) {
      hash = mixed(hash, words.hashes[at]!);
      weight += words.weights[at]!;
    }
    if (weight < unit) {
      if (isShort && start === 0) shorts.add(hash >>> 0);
      return;
    }
    isShort = false;
    pieces.add(hash >>> 0);
  }
}

/** A stretch of words that stands in an indexed text, from the first up to the end. */
export interface Quotation {
  readonly start: number;
  readonly end: number;
}

/** Finds what of the words is quoted from a text, longest stretches, in order, in slices. */
export function* quotationsIn(words: WordHashes, index: QuoteIndex): Generator<void, Quotation[]> {
  const found: Quotation[] = [];
  for (let start = 0; start < words.count; start++) {
    if (start % sliceWords === sliceWords - 1) yield;
    const end = quotedFrom(words, start, index);
    if (end > start) found.push({ start, end });
  }
  return found;
}

// The end of the longest quotation that begins there.
function quotedFrom(words: WordHashes, start: number, index: QuoteIndex): number {
  const { count, hashes, weights } = words;
  let end = start;
  let sum = 0;
  let weight = 0;
  let before = 0;
  for (let at = start; at < count && weight < run; at++) {
    sum = extended(sum, hashes[at]!);
    before = weight;
    weight += weights[at]!;
    if (before < unit && weight >= unit && !mayBegin(index, hashOf(sum))) return end;
    const table = tableFor(index, weight);
    const place = table ? placeOf(table, hashOf(sum)) : -1;
    if (place >= 0 && areEqual(words, start, at + 1, { index, place })) end = at + 1;
  }
  return end;
}

function tableFor({ runs, units, unitWeights }: QuoteIndex, weight: number): HashTable | undefined {
  if (weight >= run) return runs;
  return ((unitWeights >>> weight) & 1) !== 0 ? units : undefined;
}

function mayBegin({ beginnings }: QuoteIndex, hash: number): boolean {
  return ((beginnings[(hash >>> 5) & (beginnings.length - 1)]! >>> (hash & 31)) & 1) !== 0;
}

function areEqual(
  { hashes }: WordHashes,
  start: number,
  end: number,
  { index, place }: { index: QuoteIndex; place: number },
): boolean {
  for (let at = start; at < end; at++)
    if (hashes[at] !== index.words.hashes[place + at - start]) return false;
  return true;
}

/** Tells of each word whether it stands in an allowed text, in slices. */
export function* allowedWords(
  words: WordHashes,
  { pieces, shorts }: AllowedWords,
): Generator<void, Uint8Array> {
  const { count, hashes, weights } = words;
  const covered = new Uint8Array(count);
  for (let start = 0; start < count; start++) {
    if (start % sliceWords === sliceWords - 1) yield;
    let hash = 0;
    let weight = 0;
    for (let at = start; at < count && weight < unit; at++) {
      hash = mixed(hash, hashes[at]!);
      weight += weights[at]!;
      const known = weight < unit ? shorts : pieces;
      if (known.has(hash >>> 0)) covered.fill(1, start, at + 1);
    }
  }
  return covered;
}

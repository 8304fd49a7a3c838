/**
 * An index of the words of passages, made to be built fast and to be asked by character 4-grams:
 * the different words stand once in one string, in which a gram is looked for.
 */
import { anyOf } from '../text/any-of.ts';
import type { TextSpan } from '../text/text-span.ts';
import { gramCount, gramForm, gramWords } from './gram-words.ts';

/** The words of passages, and in which of them each stands. */
export interface WordIndex {
  /** How many grams each passage has. */
  readonly lengths: Int32Array;
  /** Each different word once, as its grams are cut, and a line break after it. */
  readonly vocabulary: string;
  /** Where each word begins in the vocabulary; the length of that at the end. */
  readonly starts: Int32Array;
  /** Where the postings of each word begin; their number at the end. */
  readonly first: Int32Array;
  /** The passages that a word stands in, rising. */
  readonly places: Int32Array;
  /** How often it stands there. */
  readonly counts: Int32Array;
}

/** Takes in passages one by one, and makes the index of them. */
export interface WordIndexing {
  /** Reads a passage; `more` is in it too, such as the heading above it. */
  add(text: string, span: TextSpan, more?: string): void;
  finish(): WordIndex;
}

interface WordTable {
  /** Runs of letters as they stand in the texts, by hash; plus 1, and 0 is free. */
  slots: Int32Array;
  readonly runs: string[];
  readonly hashes: number[];
  /** What each run stands for; most are one word. */
  readonly idsByRun: (readonly number[])[];
  readonly idByForm: Map<string, number>;
  /** How many grams each word has. */
  readonly grams: number[];
  /** The last posting of each word; -1 if there is none. */
  readonly last: number[];
}

interface Postings {
  readonly words: number[];
  readonly places: number[];
  readonly counts: number[];
  readonly lengths: number[];
}

/** Begins an index. */
export function indexWords(): WordIndexing {
  const words: WordTable = {
    slots: new Int32Array(1 << 12),
    ...{ runs: [], hashes: [], idsByRun: [], idByForm: new Map(), grams: [], last: [] },
  };
  const postings: Postings = { words: [], places: [], counts: [], lengths: [] };
  return {
    add(text, { start, end }, more) {
      postings.lengths.push(0);
      post(text, { start, end }, { words, postings });
      if (more) post(more, { start: 0, end: more.length }, { words, postings });
    },
    finish: () => joined(words, postings),
  };
}

// Letters and digits of ASCII, and all beyond it, of which the words are found when a run is new.
const isPart = new Uint8Array(1 << 16).fill(1);
for (let unit = 0; unit < 128; unit++)
  if (!/[a-z\d]/i.test(String.fromCharCode(unit))) isPart[unit] = 0;

// Known runs are found by the hash of their letters, which are compared where they stand: no
// string is made of them.
function post(
  text: string,
  { start, end }: TextSpan,
  { words, postings }: { readonly words: WordTable; readonly postings: Postings },
): void {
  let at = start;
  while (at < end) {
    while (at < end && isPart[text.charCodeAt(at)] === 0) at++;
    const from = at;
    let hash = 0;
    for (let unit = 0; at < end; at++) {
      unit = text.charCodeAt(at);
      if (isPart[unit] === 0) break;
      hash = (Math.imul(hash, 31) + unit) | 0;
    }
    if (at === from) return;
    const ids = words.idsByRun[runAt(words, text, { from, at, hash })]!;
    for (let n = 0; n < ids.length; n++) count(words, postings, ids[n]!);
  }
}

interface LetterRun {
  readonly from: number;
  readonly at: number;
  readonly hash: number;
}

function runAt(words: WordTable, text: string, { from, at, hash }: LetterRun): number {
  const { runs, slots } = words;
  const mask = slots.length - 1;
  let slot = (hash ^ (hash >>> 15)) & mask;
  for (let held = slots[slot]!; held > 0; held = slots[slot]!) {
    if (isSame(runs[held - 1]!, text, from, at)) return held - 1;
    slot = (slot + 1) & mask;
  }
  const run = text.slice(from, at);
  runs.push(run);
  words.hashes.push(hash);
  words.idsByRun.push(idsOf(words, run));
  slots[slot] = runs.length;
  if (runs.length * 2 > slots.length) spread(words);
  return runs.length - 1;
}

function isSame(run: string, text: string, from: number, at: number): boolean {
  if (run.length !== at - from) return false;
  for (let n = 0; n < run.length; n++)
    if (run.charCodeAt(n) !== text.charCodeAt(from + n)) return false;
  return true;
}

function spread(words: WordTable): void {
  const slots = new Int32Array(words.slots.length * 2);
  const mask = slots.length - 1;
  for (const [index, hash] of words.hashes.entries()) {
    let slot = (hash ^ (hash >>> 15)) & mask;
    while (slots[slot]! > 0) slot = (slot + 1) & mask;
    slots[slot] = index + 1;
  }
  words.slots = slots;
}

function idsOf(words: WordTable, run: string): readonly number[] {
  return gramWords(run).map(found => {
    const form = gramForm(found);
    const known = words.idByForm.get(form);
    if (known !== undefined) return known;
    words.grams.push(gramCount(found));
    words.last.push(-1);
    words.idByForm.set(form, words.last.length - 1);
    return words.last.length - 1;
  });
}

function count({ grams, last }: WordTable, postings: Postings, id: number): void {
  const { words, places, counts, lengths } = postings;
  const own = grams[id]!;
  if (own === 0) return;
  const place = lengths.length - 1;
  lengths[place]! += own;
  const before = last[id]!;
  if (before >= 0 && places[before] === place) {
    counts[before]!++;
    return;
  }
  last[id] = words.length;
  words.push(id);
  places.push(place);
  counts.push(1);
}

function joined({ idByForm }: WordTable, postings: Postings): WordIndex {
  const { words, lengths } = postings;
  const starts = new Int32Array(idByForm.size + 1);
  let [at, vocabulary] = [0, ''];
  for (const [form, id] of idByForm) {
    starts[id] = at;
    vocabulary += `${form}\n`;
    at = vocabulary.length;
  }
  starts[idByForm.size] = at;
  const first = new Int32Array(idByForm.size + 1);
  for (const id of words) first[id + 1]!++;
  for (let id = 0; id < idByForm.size; id++) first[id + 1]! += first[id]!;
  const next = first.slice();
  const places = new Int32Array(words.length);
  const counts = new Int32Array(words.length);
  for (let n = 0; n < words.length; n++) {
    const to = next[words[n]!]!++;
    places[to] = postings.places[n]!;
    counts[to] = postings.counts[n]!;
  }
  return { lengths: Int32Array.from(lengths), vocabulary, starts, first, places, counts };
}

/** How often something stands in which passages. */
export interface Occurrences {
  readonly places: readonly number[];
  readonly counts: readonly number[];
}

// So many postings are added up in some milliseconds.
const slice = 32_768;

/** Finds how often each of some grams stands in each passage, in slices. */
export function* gramOccurrences(
  index: WordIndex,
  grams: readonly string[],
): Generator<void, Map<string, Occurrences>> {
  const ids = new Map<string, number[]>(grams.map(gram => [gram, []]));
  for (const { at, value } of yield* anyOf(grams)(index.vocabulary))
    ids.get(value)!.push(wordAt(index, at));
  const found = new Map<string, Occurrences>();
  let read = 0;
  for (const [gram, own] of ids) {
    for (const id of own) read += index.first[id + 1]! - index.first[id]!;
    if (read > slice) {
      read = 0;
      yield;
    }
    found.set(gram, wordOccurrences(index, own));
  }
  return found;
}

/** Adds up how often words stand in each passage; one that is given twice counts twice. */
export function wordOccurrences(
  { first, places, counts }: WordIndex,
  ids: readonly number[],
): Occurrences {
  const total = new Map<number, number>();
  for (const id of ids) {
    for (let n = first[id]!; n < first[id + 1]!; n++)
      total.set(places[n]!, (total.get(places[n]!) ?? 0) + counts[n]!);
  }
  return { places: [...total.keys()], counts: [...total.values()] };
}

function wordAt({ starts }: WordIndex, offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Lists the words of an index; a word stands where its id says. */
export function wordsOf({ vocabulary }: WordIndex): string[] {
  const forms = vocabulary.split('\n');
  forms.pop();
  return forms.map(form => form.replaceAll('_', ''));
}

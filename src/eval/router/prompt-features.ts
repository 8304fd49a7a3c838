import { hashOn, intents, intentsByWord, wordSeed } from './intent-lexicon.ts';
import {
  beginShape,
  lineFrom,
  readLine,
  readNumber,
  readWord,
  type ShapeCounts,
  shapeNames,
  shapeOf,
} from './prompt-shape.ts';

/**
 * Buckets that grams are hashed into; single words lie in the lower half, pairs of words in the
 * upper.
 */
export const gramBuckets = 65_536;
/** Buckets of single words: below this number. */
export const wordBuckets = 32_768;

/** Names of the dense features, in order; those from `digits` on are logarithms of counts. */
export const denseFeatureNames: readonly string[] = [
  'characters',
  'words',
  'wordLength',
  'sentenceLength',
  'lines',
  'digits',
  'capitals',
  'questions',
  'operators',
  'brackets',
  'codeSigns',
  'quotes',
  'commas',
  'blanks',
  'otherScripts',
  ...intents,
];
/** Names of all numbers that are read of a part: the dense features, then how it is built. */
export const countedNames: readonly string[] = [...denseFeatureNames, ...shapeNames];

/** How much of `words` and `characters` a part of the prompt has, and the part's own counts. */
export interface PromptPart {
  readonly words: number;
  readonly characters: number;
  /** One number for each of `countedNames`. */
  readonly counted: Float64Array;
}

/**
 * What a scorer sees of a prompt. Its core comes first, then the last words, then the first: what
 * an attacker may have added stands at the ends, so that the score without it is a sum that stops
 * earlier.
 */
export interface PromptFeatures {
  /** Distinct buckets of words and pairs of words, each below `gramBuckets`. */
  readonly words: Uint16Array;
  /** Distinct buckets of characters in fours. */
  readonly characters: Uint16Array;
  readonly core: PromptPart;
  readonly withoutHead: PromptPart;
  readonly whole: PromptPart;
}

// Long prompts are read at both ends alone, so that a decision takes the same time for any length.
const readAtHead = 4000;
const readAtTail = 2000;
// Gadgets that move a router are about ten tokens long (arXiv:2501.01818), and most of a short text
// is core in any case.
const endWords = 11;
// A short request says what it wants in its first words, so that it would be nothing without them.
const leastWords = 24;

const [letter, digit, space, sign] = [1, 2, 3, 4];
const [spaceCode, zeroCode] = [32, 48];
const classOf = new Uint8Array(128);
const countedAs = new Int8Array(128).fill(-1);
for (let code = 0; code < 128; code++) {
  const character = String.fromCharCode(code);
  classOf[code] = /[a-z]/i.test(character)
    ? letter
    : /\d/.test(character)
      ? digit
      : code <= 32
        ? space
        : sign;
}
const countedCharacters: Readonly<Record<string, string>> = {
  digits: '0123456789',
  capitals: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  questions: '?',
  operators: '+*=^<>%$/\\|',
  brackets: '()[]',
  codeSigns: '{};`#&~@',
  quotes: '"\'',
  commas: ',',
};
for (const [name, characters] of Object.entries(countedCharacters)) {
  for (const character of characters)
    countedAs[character.charCodeAt(0)] = denseFeatureNames.indexOf(name);
}
const firstCount = denseFeatureNames.indexOf('digits');
const firstIntent = denseFeatureNames.indexOf('transform');
const [blanksAt, othersAt] = [
  denseFeatureNames.indexOf('blanks'),
  denseFeatureNames.indexOf('otherScripts'),
];

/** Gives what is read of a prompt: all of it, or its head and its tail. */
export function readPartOf(text: string): string {
  return text.length > readAtHead + readAtTail
    ? `${text.slice(0, readAtHead)} ${text.slice(-readAtTail)}`
    : text;
}

/** Reads the features of a prompt in one pass over its head and tail. */
export function promptFeatures(text: string): PromptFeatures {
  const read = readPartOf(text);
  const [from, to] = coreOf(read);
  const left = text.length - read.length;
  const pass = beginPass();
  readSegment(pass, read, { from, to });
  const core = partOf(pass, to - from + left);
  // A short prompt is all core, and its parts are one, so that they are scored once.
  if (to - from === read.length) return readOf(pass, { core, withoutHead: core, whole: core });
  readSegment(pass, read, { from: to, to: read.length });
  const withoutHead = partOf(pass, read.length - from + left);
  readSegment(pass, read, { from: 0, to: from });
  return readOf(pass, { core, withoutHead, whole: partOf(pass, text.length) });
}

function readOf(
  { wordCount, fourCount }: Pass,
  parts: Pick<PromptFeatures, 'core' | 'withoutHead' | 'whole'>,
): PromptFeatures {
  return {
    words: wordScratch.slice(0, wordCount),
    characters: fourScratch.slice(0, fourCount),
    ...parts,
  };
}

function partOf(pass: Pass, characters: number): PromptPart {
  return {
    words: pass.wordCount,
    characters: pass.fourCount,
    counted: countedOf(pass, characters),
  };
}

/** Where the core begins and ends: up to `endWords` words from each end, at most a third of all. */
function coreOf(text: string): readonly [from: number, to: number] {
  const words = countWords(text, 3 * endWords);
  if (words < leastWords) return [0, text.length];
  const skipped = Math.min(endWords, Math.floor(words / 3));
  let from = 0;
  for (let word = 0; word < skipped; word++) from = pastWord(text, from, 1);
  let to = text.length - 1;
  for (let word = 0; word < skipped; word++) to = pastWord(text, to, -1);
  return from < to ? [from, to + 1] : [0, text.length];
}

function countWords(text: string, most: number): number {
  let count = 0;
  for (let at = 0; count < most; count++) {
    at = pastWord(text, at, 1);
    if (at >= text.length) return count + 1;
  }
  return most;
}

function pastWord(text: string, begin: number, step: 1 | -1): number {
  let at = begin;
  while (at >= 0 && at < text.length && text.charCodeAt(at) <= 32) at += step;
  while (at >= 0 && at < text.length && text.charCodeAt(at) > 32) at += step;
  return at;
}

/** Counts of one reading. */
interface Pass {
  readonly counts: Float64Array;
  readonly shape: ShapeCounts;
  wordCount: number;
  fourCount: number;
  words: number;
  letters: number;
  characters: number;
  sentences: number;
  lines: number;
  /** Hash of the word before. */
  previous: number;
  /** Hash and length of the word being read. */
  word: number;
  length: number;
  /** Digits of the word being read, and the number that they write. */
  digits: number;
  value: number;
  /** The last three characters. */
  before: number;
  before2: number;
  before3: number;
}

// Scratch of one synchronous reading: nothing in it is read by the next.
const seen = new Uint32Array(gramBuckets);
const wordSeen = new Uint32Array(wordBuckets);
const wordReadIn = new Uint8Array(wordBuckets);
let reading = 0;
const wordScratch = new Uint16Array(gramBuckets);
const fourScratch = new Uint16Array(gramBuckets);

function beginPass(): Pass {
  reading++;
  if (reading > 0xffff_fff0) {
    seen.fill(0);
    wordSeen.fill(0);
    reading = 1;
  }
  const counts = new Float64Array(denseFeatureNames.length);
  return {
    counts,
    shape: beginShape(),
    wordCount: 0,
    fourCount: 0,
    words: 0,
    letters: 0,
    characters: 0,
    sentences: 1,
    lines: 1,
    previous: 0,
    word: wordSeed,
    length: 0,
    digits: 0,
    value: 0,
    before: spaceCode,
    before2: spaceCode,
    before3: spaceCode,
  };
}

function readSegment(pass: Pass, text: string, { from, to }: { from: number; to: number }): void {
  pass.characters += to - from;
  pass.before = spaceCode;
  pass.before2 = spaceCode;
  pass.before3 = spaceCode;
  let nextLine = lineFrom(text, from);
  for (let at = from; at < to; at++) {
    if (at === nextLine) nextLine = readLine(pass.shape, text, { at, to });
    readCharacter(pass, text.charCodeAt(at));
  }
  readCharacter(pass, spaceCode);
  pass.shape.isItem = false;
}

function readCharacter(pass: Pass, code: number): void {
  let kind = letter;
  let folded = code;
  if (code < 128) {
    kind = classOf[code]!;
    if (countedAs[code]! >= 0) pass.counts[countedAs[code]!]! += 1;
    if (kind === letter) folded = code | 32;
    else countSign(pass, code);
  } else pass.counts[othersAt]! += 1;
  if (kind === letter || kind === digit) {
    pass.word = hashOn(pass.word, folded);
    pass.length++;
  } else {
    if (pass.length > 0) endWord(pass);
    if (kind === sign) addWord(pass, Math.imul(code, 0x85ebca6b));
  }
  addFour(pass, kind === space ? spaceCode : folded);
}

function readDigit(pass: Pass, code: number): void {
  pass.digits++;
  pass.value = 10 * pass.value + code - zeroCode;
}

function addFour(pass: Pass, code: number): void {
  const { before, before2, before3 } = pass;
  if (code === spaceCode && before === spaceCode) return;
  const bucket = bucketOf(hashOn(hashOn(hashOn(before3 ^ 0x5bd1e995, before2), before), code));
  if (seen[bucket] !== reading) {
    seen[bucket] = reading;
    fourScratch[pass.fourCount++] = bucket;
  }
  pass.before3 = before2;
  pass.before2 = before;
  pass.before = code;
}

function countSign(pass: Pass, code: number): void {
  if (code >= zeroCode && code < zeroCode + 10) readDigit(pass, code);
  else if (code === 10) pass.lines++;
  else if (code === 46 || code === 33 || code === 63) pass.sentences++;
  else if (code === 95 && pass.before === 95) pass.counts[blanksAt]! += 1;
}

function endWord(pass: Pass): void {
  const { word, shape } = pass;
  pass.words++;
  pass.letters += pass.length;
  if (pass.digits > 0 && pass.digits === pass.length) readNumber(shape, pass.value);
  pass.word = wordSeed;
  pass.length = 0;
  pass.digits = 0;
  pass.value = 0;
  const bucket = bucketOf(word) & (wordBuckets - 1);
  wordReadIn[bucket] = readWord(shape, wordSeen[bucket] === reading ? wordReadIn[bucket]! : 0);
  wordSeen[bucket] = reading;
  const known = intentsByWord().get(word);
  if (known) for (const intent of known) pass.counts[firstIntent + intent]! += 1;
  addWord(pass, word);
}

function addWord(pass: Pass, word: number): void {
  addBucket(pass, bucketOf(word) & (wordBuckets - 1));
  addBucket(pass, bucketOf(Math.imul(pass.previous, 31) ^ word ^ 0x1b873593) | wordBuckets);
  pass.previous = word;
}

function addBucket(pass: Pass, bucket: number): void {
  if (seen[bucket] === reading) return;
  seen[bucket] = reading;
  wordScratch[pass.wordCount++] = bucket;
}

function bucketOf(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return (mixed ^ (mixed >>> 15)) & (gramBuckets - 1);
}

function countedOf(pass: Pass, characters: number): Float64Array {
  const counted = new Float64Array(countedNames.length);
  counted.set(pass.counts);
  counted.set(shapeOf(pass.shape, pass), denseFeatureNames.length);
  for (let index = firstCount; index < denseFeatureNames.length; index++)
    counted[index] = Math.log1p(counted[index]!);
  counted[othersAt] = pass.counts[othersAt]! / Math.max(1, pass.characters);
  counted[0] = Math.log1p(characters);
  counted[1] = Math.log1p(pass.words);
  counted[2] = pass.letters / Math.max(1, pass.words);
  counted[3] = Math.log1p(pass.words / pass.sentences);
  counted[4] = Math.log1p(pass.lines);
  return counted;
}

/**
 * Texts as words that can be compared however they are written: letters of either case, composed or
 * not, in any width, whatever stands between them. Scripts without spaces give a word for each
 * character.
 */

/** The words of a text, in its order. */
export interface WordHashes {
  readonly count: number;
  /** 32 bits a word. */
  readonly hashes: Uint32Array;
  /** 2 for a word, 1 for a character of a script without spaces. */
  readonly weights: Uint8Array;
  /** Where a word begins, in characters of the levelled text. */
  readonly starts: Uint32Array;
  /** Bits: 1 where it opens a line, 2 where it opens a sentence. */
  readonly opens: Uint8Array;
}

/** Writes a text in the one form that is compared: NFKC, in small letters. */
export function levelled(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

const [unknown, gap, letter, alone, nothing, joint, line, end] = [0, 1, 2, 3, 4, 5, 6, 7];
const kinds = new Uint8Array(65_536);
const withoutSpaces =
  /\p{sc=Han}|\p{sc=Hira}|\p{sc=Kana}|\p{sc=Thai}|\p{sc=Laoo}|\p{sc=Khmr}|\p{sc=Mymr}|\p{sc=Tibt}/u;

function kindOf(code: number): number {
  const known = kinds[code]!;
  if (known !== unknown) return known;
  const isHalf = code >= 0xd800 && code <= 0xdfff;
  const found = isHalf ? letter : lookAt(String.fromCharCode(code));
  kinds[code] = found;
  return found;
}

function lookAt(character: string): number {
  if (withoutSpaces.test(character)) return alone;
  if (/[\p{L}\p{N}\p{M}]/u.test(character)) return letter;
  if (/\p{Cf}/u.test(character)) return nothing;
  if (/[\n\r\f\v\u2028\u2029]/.test(character)) return line;
  if (/[.!?。…।؟]/.test(character)) return end;
  return /[-_/:@'’&+%#~\\*‐‑]/.test(character) ? joint : gap;
}

interface Growing extends WordHashes {
  count: number;
  /** What the next word opens. */
  next: number;
}

/** Reads the words of a levelled text, from one offset up to another. */
export function wordHashes(text: string, from = 0, to = text.length): WordHashes {
  const room = Math.max(0, to - from);
  const words: Growing = {
    count: 0,
    hashes: new Uint32Array(room),
    weights: new Uint8Array(room),
    starts: new Uint32Array(room),
    opens: new Uint8Array(room),
    next: 3,
  };
  for (let at = from; at < to; ) {
    const code = text.charCodeAt(at);
    const kind = kindOf(code);
    if (kind === letter) at = readWord(text, words, at, to);
    else {
      if (kind === alone) put(words, at, Math.imul(seed ^ code, prime), 1);
      else words.next |= opensAfter(kind, words.next);
      at++;
    }
  }
  return words;
}

// A second line break without a word between them ends a sentence too.
function opensAfter(kind: number, next: number): number {
  if (kind === end) return 2;
  if (kind !== line) return 0;
  return (next & 1) !== 0 ? 3 : 1;
}

const seed = 0x811c_9dc5;
const prime = 0x0100_0193;

// A mark between two letters, as in a date, an address or a number, is inside their word.
function readWord(text: string, words: Growing, start: number, to: number): number {
  let hash = seed;
  let at = start;
  for (; at < to; at++) {
    const code = text.charCodeAt(at);
    const kind = kindOf(code);
    if (kind === letter) hash = Math.imul(hash ^ code, prime);
    else if (kind !== nothing) {
      const isMark = kind === joint || kind === end;
      if (!isMark || at + 1 >= to || kindOf(text.charCodeAt(at + 1)) !== letter) break;
    }
  }
  put(words, start, hash, 2);
  return at;
}

function put(words: Growing, start: number, hash: number, weight: number): void {
  const at = words.count++;
  words.hashes[at] = hash ^ (hash >>> 15);
  words.weights[at] = weight;
  words.starts[at] = start;
  words.opens[at] = words.next;
  words.next = 0;
}

/** Joins the words of the parts of a text. */
export function joinWords(parts: readonly WordHashes[]): WordHashes {
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const joined = {
    count,
    hashes: new Uint32Array(count),
    weights: new Uint8Array(count),
    starts: new Uint32Array(count),
    opens: new Uint8Array(count),
  };
  let at = 0;
  for (const part of parts) {
    for (const name of ['hashes', 'weights', 'starts', 'opens'] as const)
      joined[name].set(part[name].subarray(0, part.count), at);
    at += part.count;
  }
  return joined;
}

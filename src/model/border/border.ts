import { atOnce } from '../../algorithms/at-once.ts';
import {
  type AllowedWords,
  allow,
  allowedWords,
  type QuoteIndex,
  quotationsIn,
  wordsIn,
} from '../../algorithms/quotes/quote-index.ts';
import { levelled, type WordHashes } from '../../algorithms/quotes/word-hashes.ts';
import { nodeCrypto } from '../node-crypto.ts';
import { type Label, stricter } from '../run/labels.ts';
import { constantTexts } from './constant-text.ts';
import { encodedTexts } from './encoded-texts.ts';
import { inSlices } from './in-slices.ts';
import { indexOf } from './index-of.ts';
import type { SaidText } from './said.ts';

/** A text that may not leave as it is. */
export interface WatchedText {
  readonly text: string;
  readonly label: Label;
  /** SHA-256 of the text, where it is known. */
  readonly id?: string;
}

/** What of a call may not leave, and where it stands. */
export interface Breach {
  readonly said: SaidText;
  /** The label of the document that it quotes, or that it is a value which is masked. */
  readonly label: Label | 'masked';
}

/** Finds what of a call may not leave, with room for others while it looks at much. */
export type Judge = (said: readonly SaidText[]) => Promise<Breach[]>;

/**
 * Knows which texts of a run may not leave, what of them was released, and what the user typed
 * beside them.
 */
export interface Border {
  watch(text: WatchedText): void;
  /** Notes extracts that a pattern has checked and capped: from now on they may leave. */
  release(texts: readonly string[]): void;
  /** Notes what the user typed beside documents in the last turn. */
  type(text: string): void;
  /** Resolves when everything that is watched is indexed. */
  ready(): Promise<void>;
  /**
   * Finds what is quoted of watched texts: a run of twelve words, or a whole line, row or sentence
   * of four and more, that was not released. Needs `ready`.
   */
  readonly breachesIn: Judge;
}

interface Watched {
  readonly label: Label;
  readonly index: QuoteIndex;
}

/** Most words that a question may quote. */
const mostTyped = 60;

/** Opens the border of a run, with nothing to watch. */
export function openBorder(): Border {
  const watched = new Map<string, Watched>();
  const waiting = new Map<string, WatchedText>();
  const released = noWords();
  const seen = new Set<string>();
  const typed = new Set<string>();
  // What has changed since forgets what was computed.
  let allowed: { value?: readonly AllowedWords[] } = {};
  return {
    watch(given) {
      if (given.label === 'cloud-allowed' || given.text.trim() === '') return;
      const id = given.id ?? nodeCrypto().hash('sha256', given.text);
      const before = watched.get(id)?.label ?? waiting.get(id)?.label ?? given.label;
      if (watched.has(id) && before === given.label) return;
      waiting.set(id, { text: given.text, label: stricter(before, given.label) });
    },
    release(texts) {
      for (const text of texts) {
        if (seen.has(text)) continue;
        seen.add(text);
        atOnce(allow(released, text));
        allowed = {};
      }
    },
    type(text) {
      if (text.trim() === '') return;
      typed.add(text);
      allowed = {};
    },
    async ready() {
      for (const [id, { text, label }] of waiting) {
        const index = await indexOf(id, text);
        watched.set(id, { label, index });
        waiting.delete(id);
        allowed = {};
      }
    },
    async breachesIn(said) {
      const now = allowed;
      const texts = [...watched.values()];
      now.value ??= await inSlices(allowedFor(texts, { released, typed: [...typed] }));
      return inSlices(breachesOf(said, texts, now.value));
    },
  };
}

function noWords(): AllowedWords {
  return { pieces: new Set(), shorts: new Set() };
}

const constants = { words: noWords(), count: 0 };

function constantWords(): AllowedWords {
  const texts = constantTexts();
  for (; constants.count < texts.length; constants.count++)
    atOnce(allow(constants.words, texts[constants.count]!));
  return constants.words;
}

// What was typed quotes little, or counts as no quotation that somebody typed.
function* allowedFor(
  watched: readonly Watched[],
  { released, typed }: { readonly released: AllowedWords; readonly typed: readonly string[] },
): Generator<void, readonly AllowedWords[]> {
  const allowed = [released, constantWords()];
  if (typed.length === 0) return allowed;
  const words = yield* wordsIn(levelled(typed.join('\n')));
  const quoted = new Uint8Array(words.count);
  for (const each of watched) {
    for (const { start, end } of yield* openQuotations(words, each, allowed))
      quoted.fill(1, start, end);
  }
  const weight = quoted.reduce((sum, is, at) => sum + is * words.weights[at]!, 0);
  if (weight > 2 * mostTyped) return allowed;
  const own = noWords();
  for (const text of typed) yield* allow(own, text);
  return [...allowed, own];
}

// Of what is labelled `local-only` nothing is allowed.
function* openQuotations(
  words: WordHashes,
  { label, index }: Watched,
  allowed: readonly AllowedWords[],
) {
  const quotations = yield* quotationsIn(words, index);
  if (quotations.length === 0 || label === 'local-only') return quotations;
  const covers: Uint8Array[] = [];
  for (const each of allowed) covers.push(yield* allowedWords(words, each));
  const isOpen = (at: number) => !covers.some(cover => cover[at] === 1);
  return quotations.filter(({ start, end }) => {
    for (let at = start; at < end; at++) if (isOpen(at)) return true;
    return false;
  });
}

function* breachesOf(
  said: readonly SaidText[],
  watched: readonly Watched[],
  allowed: readonly AllowedWords[],
): Generator<void, Breach[]> {
  const labelBySaid = new Map<SaidText, Label>();
  const note = (each: SaidText, label: Label) =>
    labelBySaid.set(each, stricter(labelBySaid.get(each) ?? label, label));
  const joined = yield* joinSaid(said);
  for (const each of watched) {
    for (const { start, end } of yield* openQuotations(joined.words, each, allowed))
      for (const place of joined.placesOf(start, end)) note(said[place]!, each.label);
  }
  const strictest = watched.reduce<Label>((sum, { label }) => stricter(sum, label), 'extracts');
  for (const each of said) if (each.isSealed && watched.length > 0) note(each, strictest);
  return [...labelBySaid].map(([each, label]) => ({ said: each, label }));
}

// What is cut over several places is found as well, and is in all of them.
function* joinSaid(said: readonly SaidText[]) {
  const level: string[] = [];
  const places: number[] = [];
  for (const [place, { text }] of said.entries()) {
    for (const each of [text, ...(yield* encodedTexts(text))]) {
      level.push(levelled(each));
      places.push(place);
    }
  }
  const words = yield* wordsIn(level.join('\n'));
  const ends: number[] = [];
  for (const text of level) ends.push((ends.at(-1) ?? -1) + text.length + 1);
  const placeOf = (word: number) => ends.findIndex(end => end >= words.starts[word]!);
  return {
    words,
    placesOf(start: number, end: number): number[] {
      const first = placeOf(start);
      return Array.from(
        { length: placeOf(end - 1) - first + 1 },
        (_, index) => places[first + index]!,
      );
    },
  };
}

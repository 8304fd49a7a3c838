import type { IsAsked } from './worded-tags.ts';

/** A stretch of a model's text: what it says, or what it thinks. */
export interface Stretch {
  readonly kind: 'text' | 'reasoning';
  readonly text: string;
  /** Where it begins in what the model wrote. */
  readonly start: number;
}

/** What is known of a text that is read as it grows. */
export interface TextReading {
  mode: 'start' | 'text' | 'thinking' | 'channel' | 'hidden' | 'over' | 'worded' | 'nested';
  held: string;
  /** Place of what is held in what the model wrote. */
  at: number;
  hasThought: boolean;
  hasUnopened: boolean;
  mentionsTag: boolean;
  inFence: boolean;
  lastChar: string;
  /** The last words that were said. */
  tail: string;
  isFinal: boolean;
  /** How far the end of a hidden thought has been looked for. */
  searched: number;
  /** Thoughts that were opened within the one that is read, once it said something. */
  depth: number;
  hasBegun: boolean;
  opener: string;
  /** Tag that the answer is wrapped in. */
  wrapper: string | undefined;
  readonly isAsked: IsAsked;
  readonly out: Stretch[];
}

/** Tells what the first characters of what is held are, and takes them off. */
export function put(reading: TextReading, kind: Stretch['kind'], length: number): boolean {
  if (length === 0) return false;
  const text = reading.held.slice(0, length);
  reading.out.push({ kind, text, start: reading.at });
  if (kind === 'text') {
    reading.lastChar = text.at(-1) ?? '';
    reading.tail = (reading.tail + text).slice(-64);
  }
  return drop(reading, length);
}

/** Takes the first characters off what is held. */
export function drop(reading: TextReading, length: number): boolean {
  reading.held = reading.held.slice(length);
  reading.at += length;
  return length > 0;
}

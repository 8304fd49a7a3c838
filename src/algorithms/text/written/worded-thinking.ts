import type { Tag } from './tags.ts';
import { drop, put, type TextReading } from './text-reading.ts';
import { answerTagAt, isThoughtBefore, wordedTagAt } from './worded-tags.ts';

/** Reads a tag that is a thought only if words follow its end, or one around an answer. */
export function beginWorded(reading: TextReading, lead: number): boolean {
  const { held, hasThought, isAsked, isFinal } = reading;
  const answer = answerTagAt(held, lead, hasThought);
  const worded = wordedTagAt(held, lead);
  if ((answer === 'partial' || worded === 'partial') && !isFinal) return false;
  if (typeof answer === 'object' && !isAsked(answer.name)) {
    reading.wrapper = answer.name;
    reading.mode = 'text';
    const from = lead + answer.length;
    return drop(reading, from + (held.slice(from).search(/\S/) > 0 ? 1 : 0));
  }
  if (hasThought) drop(reading, lead);
  const isThought = typeof worded === 'object' && !isAsked(worded.name);
  reading.mode = isThought ? 'worded' : 'text';
  reading.searched = isThought ? worded.length : 0;
  return true;
}

/** Where its end stands before words, a tag that is named for thinking held a thought. */
export function waitForClose(reading: TextReading): boolean {
  const { held, isFinal, searched } = reading;
  const lead = held.length - held.trimStart().length;
  const tag = wordedTagAt(held, lead);
  const close = typeof tag === 'object' ? tag.close : /$^/g;
  close.lastIndex = Math.max(searched, lead);
  const found = close.exec(held);
  if (!found) {
    reading.searched = Math.max(searched, held.length - longestClose);
    if (isFinal) reading.mode = 'text';
    return isFinal;
  }
  const end = found.index + found[0].length;
  const isThought = isThoughtBefore(held, end);
  if (isThought === 'partial' && !isFinal) return false;
  if (isThought !== true) {
    reading.mode = 'text';
    return true;
  }
  const begun = lead + (typeof tag === 'object' ? tag.length : 0);
  drop(reading, begun);
  put(reading, 'reasoning', found.index - begun);
  drop(reading, found[0].length);
  reading.mode = 'start';
  reading.hasThought = true;
  return true;
}

const longestClose = 64;

/** The end of the tag around an answer; one that nothing opened says nothing at the end. */
export function wrapEnd(reading: TextReading, at: number): Tag | 'partial' | undefined {
  const { held, wrapper, hasThought, isFinal } = reading;
  if (wrapper === undefined && !hasThought) return undefined;
  const name = /^<\/(\w{1,16})>/.exec(held.slice(at, at + 20))?.[1];
  if (name === undefined) return undefined;
  const length = name.length + 3;
  if (wrapper !== undefined) return name === wrapper ? { kind: 'wrap', length } : undefined;
  const isLast = held.slice(at + length).trim() === '';
  if (!/^(?:final_?)?answer$/i.test(name) || !isLast || reading.isAsked(name)) return undefined;
  return isFinal ? { kind: 'wrap', length } : 'partial';
}

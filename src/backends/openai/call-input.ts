/** OpenAI's chat completions: the input of a tool call, in the forms in which servers write it. */

import { jsonFrom } from '../../algorithms/text/json-in.ts';
import { jsonOrNothing } from '../../algorithms/text/written/bounded-json.ts';
import { exactJson } from '../../algorithms/text/written/exact-json.ts';
import type { StreamPart } from '../../model/types.ts';

/**
 * Writes an input as JSON text: servers send nothing, `null`, an object, or a text of a text. What
 * cannot be read stays as it is.
 */
export function inputText(given: unknown): string {
  if (typeof given !== 'string') return JSON.stringify(given ?? {});
  if (given.trim() === '') return '{}';
  const value = jsonOrNothing(given);
  if (value === null) return '{}';
  if (typeof value === 'string') return inputText(value);
  if (value !== undefined) return given;
  // Some begin with nothing, and say the input behind it.
  const behind = given.replace(/^(?:\s*\{\s*\}){1,9}(?=\s*\{)/, '');
  if (behind !== given) return inputText(behind.trim());
  const found = /^\s*(?:```\w*\s*)?\{/.test(given)
    ? jsonFrom(given, given.indexOf('{'))
    : undefined;
  if (!found) return given;
  return JSON.stringify(exactJson(given.slice(found.start, found.end)) ?? found.value);
}

const mostLooked = 8;

// Whether an input is JSON is told by its first key: Python quotes it otherwise.
function isBegun(held: string[], delta: string): boolean {
  // What stands before an object is white space alone, and has no part of its own.
  if (held.length > 0 || delta.trimStart() !== '') held.push(delta);
  return held.length <= mostLooked && /^\s*\{\s*["}]/.test(held.join(''));
}

/**
 * Lets pieces of inputs pass as they come, if they begin as an object; others wait until they are
 * whole, and are written as one then.
 */
export function withInputs(put: (part: StreamPart) => void): (part: StreamPart) => void {
  // In pieces: joined at each, a long one that never ends would be copied over and over.
  const waiting = new Map<string, string[]>();
  return part => {
    switch (part.type) {
      case 'tool-input-start':
        waiting.set(part.id, []);
        return put(part);
      case 'tool-input-delta': {
        const held = waiting.get(part.id);
        if (held === undefined) return put(part);
        if (!isBegun(held, part.delta)) return;
        waiting.delete(part.id);
        for (const delta of held) put({ ...part, delta });
        return;
      }
      case 'tool-input-end': {
        const held = waiting.get(part.id);
        if (held !== undefined)
          put({ type: 'tool-input-delta', id: part.id, delta: inputText(held.join('')) });
        waiting.delete(part.id);
        return put(part);
      }
      case 'tool-call':
        return put({ ...part, input: inputText(part.input) });
      default:
        return put(part);
    }
  };
}

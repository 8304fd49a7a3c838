import { jsonFrom } from '../../../algorithms/text/json-in.ts';
import { beyondIn, jsonOrNothing } from '../../../algorithms/text/written/bounded-json.ts';
import { exactJson } from '../../../algorithms/text/written/exact-json.ts';

/** A value of JSON, with a way to read it once more with the digits that its numbers have. */
export interface JsonValue {
  readonly value: unknown;
  exact(): unknown;
}

const mostMended = 1_048_576;
// More values in one text are no answer's.
const mostValues = 65_536;

/**
 * Reads the values of a text of JSON: one, or several behind each other; those of lists, and of
 * texts that are JSON themselves, one by one. It may be written loosely: by Python, with raw line
 * breaks in texts, or with commas too many. `undefined` for what is no JSON.
 */
export function jsonValues(text: string): JsonValue[] | undefined {
  const value = jsonOrNothing(text);
  if (value !== undefined) return opened(value, () => exactJson(text));
  // What is beyond a bound is no slip; nor is a megabyte mended.
  if (text.length > mostMended || beyondIn(text) !== undefined) return undefined;
  const loose = withoutSlips(text);
  const mended = loose === text ? undefined : jsonOrNothing(loose);
  if (mended !== undefined) return opened(mended, () => exactJson(loose));
  const found: JsonValue[] = [];
  for (let at = nextValue(loose, 0); at >= 0; ) {
    const one = jsonFrom(loose, at);
    if (!one || found.length > mostValues) return undefined;
    found.push(...opened(one.value, () => exactJson(loose.slice(one.start, one.end)) ?? one.value));
    at = nextValue(loose, one.end);
  }
  return found.length > 0 ? found : undefined;
}

// Between two values stand a comma, the end of a line, or nothing.
function nextValue(text: string, from: number): number {
  const value = /[^\s,]/g;
  value.lastIndex = from;
  const found = value.exec(text);
  return found?.[0] === '{' || found?.[0] === '[' ? found.index : -1;
}

function opened(value: unknown, exact: () => unknown): JsonValue[] {
  if (Array.isArray(value)) {
    return value.flatMap((each, at) => opened(each, () => (exact() as unknown[])[at]));
  }
  const inner =
    typeof value === 'string' && /^\s*[{["]/.test(value) ? jsonValues(value) : undefined;
  return inner ?? [{ value, exact }];
}

// What Python writes of numbers that are none, and line breaks in texts, are no JSON.
function withoutSlips(text: string): string {
  return text.replace(/"(?:[^"\\]|\\[\s\S])*"?|-?\bInfinity\b|\bNaN\b/g, found =>
    found.startsWith('"') ? found.replace(/[\t\n\v\f\r]/g, escaped) : 'null',
  );
}

function escaped(control: string): string {
  return JSON.stringify(control).slice(1, -1);
}

import { jsonIn } from '../../../algorithms/text/json-in.ts';

/** Reads one value of the JSON object in an answer; `undefined` if there is none. */
export function valueIn(text: string, key: string): unknown {
  const value = jsonIn(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value) && key in value
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

/**
 * Reads the whole number that an answer comes to: that of its JSON, else the last one that is said:
 * `15`, `7 + 8 = 15.`, `The answer is 15`.
 */
export function wholeIn(text: string, key: string): number | undefined {
  const value = valueIn(text, key);
  const said = typeof value === 'number' || typeof value === 'string' ? String(value) : text;
  const last = said.match(/(?<![\w.])[-−]?\d+(?:,\d{3})*(?![\w]|\.\d)/g)?.at(-1);
  if (last === undefined) return undefined;
  const number = Number(last.replaceAll(',', '').replace('−', '-'));
  return Number.isSafeInteger(number) ? number : undefined;
}

import { beyondIn } from './bounded-json.ts';

type Raw = (text: string) => unknown;
type Reviver = (key: string, value: unknown, context?: { readonly source?: string }) => unknown;

/**
 * Reads JSON so that `JSON.stringify` writes every number with the digits it came with; a number
 * that would change is not a number here, but what JSON calls raw. `undefined` for what is no JSON.
 * Where the platform knows no raw JSON, numbers are read as ever.
 */
export function exactJson(text: string): unknown {
  const { rawJSON } = JSON as { readonly rawJSON?: Raw };
  const exact: Reviver = (_key, value, context) =>
    typeof value === 'number' && context?.source !== undefined && String(value) !== context.source
      ? rawJSON?.(context.source)
      : value;
  if (beyondIn(text) !== undefined) return undefined;
  try {
    return JSON.parse(text, rawJSON && (exact as (key: string, value: unknown) => unknown));
  } catch {
    return undefined;
  }
}

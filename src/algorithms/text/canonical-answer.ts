import { parseJson } from './written/bounded-json.ts';

/**
 * Brings an answer into a form in which equal answers are equal strings: JSON with sorted keys,
 * numbers without trailing zeros or thousands separators, text in lower case without punctuation at
 * its ends or doubled spaces.
 */
export function canonicalAnswer(text: string): string {
  const trimmed = text.trim();
  if (/^[[{"]/.test(trimmed)) {
    try {
      return canonicalJson(parseJson(trimmed));
    } catch {
      // Not JSON after all: go on with it as text.
    }
  }
  const plain = trimmed
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/(?<![\s"'`*.,;:!?)\]])[\s"'`*.,;:!?)\]]+$/, '')
    .replace(/^[\s"'`*([]+/, '');
  return canonicalNumber(plain) ?? plain;
}

/**
 * Writes a JSON value with sorted keys and canonical strings, so that equal values are equal
 * strings.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    const fields = entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`);
    return `{${fields.join(',')}}`;
  }
  if (typeof value === 'string')
    return JSON.stringify(canonicalNumber(value.trim()) ?? value.trim().toLowerCase());
  return typeof value === 'number' ? JSON.stringify(String(value)) : String(value);
}

function canonicalNumber(text: string): string | undefined {
  const digits = text.replace(/(?<=\d),(?=\d{3}\b)/g, '');
  if (!/^[-+]?\d+(\.\d+)?$/.test(digits)) return undefined;
  // Longer numbers, such as ids, would lose digits as floating point.
  return digits.length <= 15 ? String(Number(digits)) : digits;
}

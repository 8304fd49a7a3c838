import type { PersonalDatum } from './spans.ts';

const encoded = /(?<![\w+/=-])[A-Za-z0-9+/_-]{16,4096}={0,2}(?![\w+/=-])/g;
const plain = /^[\t\r\n\x20-\x7e]{6,}$/;

/** Finds what is personal in words of base64: the whole word then counts. */
export function findEncoded(
  text: string,
  find: (decoded: string) => readonly PersonalDatum[],
): PersonalDatum[] {
  const found: PersonalDatum[] = [];
  for (const { index, 0: word } of text.matchAll(encoded)) {
    // Most words give themselves away by their first letters.
    if (!plain.test(decode(word.slice(0, 16)))) continue;
    const [first] = find(decode(word.replace(/={1,4}$/, '')));
    if (first) found.push({ start: index, end: index + word.length, kind: first.kind });
  }
  return found;
}

function decode(word: string): string {
  const whole = word.replaceAll('-', '+').replaceAll('_', '/');
  try {
    return atob(whole.slice(0, whole.length - (whole.length % 4 === 1 ? 1 : 0)));
  } catch {
    return '';
  }
}

/**
 * Texts as Postgres can hold them. It refuses the character NUL and halves of surrogates; the first
 * is written as two others and comes back as it was, the second becomes U+FFFD as in any UTF-8.
 */

const mark = '\u0001';

/** Writes a text as it is stored. */
export function storedText(text: string): string {
  if (!text.includes('\u0000') && !text.includes(mark)) return text;
  return text.replaceAll(mark, `${mark}1`).replaceAll('\u0000', `${mark}0`);
}

/** Reads a text as it was before it was stored. */
export function readText(stored: string): string {
  if (!stored.includes(mark)) return stored;
  return stored.replaceAll(`${mark}0`, '\u0000').replaceAll(`${mark}1`, mark);
}

const special = /\\(?:u000([01])|u(d[89a-f][\da-f]{2})|[\s\S])/g;

/** Writes rows as JSON whose texts are as they are stored. */
export function storedJson(rows: unknown): string {
  const json = JSON.stringify(rows);
  if (!/\\u(?:000[01]|d[89a-f])/.test(json)) return json;
  // In what `JSON.stringify` writes, a surrogate is escaped only where it is half of a pair.
  return json.replace(special, (whole, control?: string, half?: string) => {
    if (control !== undefined) return `\\u0001${control}`;
    return half === undefined ? whole : '\\ufffd';
  });
}

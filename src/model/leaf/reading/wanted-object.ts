import { jsonIn } from '../../../algorithms/text/json-in.ts';
import { jsonOrNothing } from '../../../algorithms/text/written/bounded-json.ts';
import { fitted } from '../../../algorithms/text/written/fits.ts';
import type { Answer, Call } from '../../types.ts';

type Format = NonNullable<Call['responseFormat']>;

/**
 * Finds the object that a call wants in what a model wrote, as clean JSON: behind a preface, in a
 * code fence, written loosely, or in a form that its schema all but has. `undefined` where the text
 * holds nothing that fits.
 */
export function wantedObject(text: string, format: Format): string | undefined {
  const schema = format.type === 'json' ? format.schema : undefined;
  const bare = text.trim();
  const plain = jsonOrNothing(bare);
  if (plain !== undefined) {
    const fits = fitted(schema, plain);
    // Some write the object as JSON in a text.
    if (!fits && typeof plain === 'string' && /^\s*\{/.test(plain))
      return wantedObject(plain, format);
    if (fits?.value === plain) return bare;
    const isSame = fits && JSON.stringify(fits.value) === JSON.stringify(plain);
    return isSame ? bare : fits && JSON.stringify(fits.value);
  }
  // Some escape it as if it stood in a text, without the quotes around that.
  if (/^[{[]\s{0,16}(?:\\n)?\s{0,16}\\"/.test(bare)) return wantedObject(unescaped(bare), format);
  const isWanted = (value: unknown) => fitted(schema, value) !== undefined;
  const found = lastMeant(text, schema === undefined ? isObject : isWanted);
  const fits = found === undefined ? undefined : fitted(schema, found);
  return fits && JSON.stringify(fits.value);
}

/** The object of an answer that ended by itself, and lacks the last brace alone. */
export function closedObject(
  { finishReason }: Answer,
  text: string,
  format: Format,
): string | undefined {
  const isClosed = finishReason.unified === 'stop' && /["\]}el]\s{0,16}$/.test(text);
  return isClosed ? wantedObject(`${text}}`, format) : undefined;
}

// Words between an object and the one that is meant to stand in its place.
const between = /[}\]][^{}[\]"]{4,400}(?=[{[])/g;
const correction = new RegExp(
  String.raw`\b(?:wait|correct(?:ed|ion)|sorry|oops|mistake|revised|Korrektur|korrigiert` +
    String.raw`|Entschuldigung|Fehler)\b`,
  'i',
);

function lastMeant(text: string, isRight: (value: unknown) => boolean): unknown {
  const again = [...text.matchAll(between)].findLast(([words]) => correction.test(words));
  const better = again && jsonIn(text.slice(again.index + again[0].length), isRight);
  return isRight(better) ? better : jsonIn(text, isRight);
}

function unescaped(text: string): string {
  return text.replace(/\\(["\\n])/g, (_, sign: string) => (sign === 'n' ? '\n' : sign));
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

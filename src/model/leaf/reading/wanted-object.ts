import { jsonIn } from '../../../algorithms/text/json-in.ts';
import { jsonOrNothing } from '../../../algorithms/text/written/bounded-json.ts';
import { fitted } from '../../../algorithms/text/written/fits.ts';
import type { Call } from '../../types.ts';

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
  const isWanted = (value: unknown) => fitted(schema, value) !== undefined;
  const found = jsonIn(text, schema === undefined ? isObject : isWanted);
  const fits = found === undefined ? undefined : fitted(schema, found);
  return fits && JSON.stringify(fits.value);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

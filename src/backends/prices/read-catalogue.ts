import { TandemError } from '../../model/errors.ts';
import type { CatalogueFile } from '../../model/leaf/cost/catalogue.ts';
import { readRow } from '../../model/leaf/cost/catalogue-row.ts';
import { vendors } from '../../model/leaf/cost/vendors.ts';
import { priceSource, type SourceModel } from './price-source.ts';
import { rowOf, trimmed } from './trim-catalogue.ts';

// A list that has lost half of what a vendor had is a broken one.
const leastShare = 0.5;

/** Models of a source by the vendor's id; `undefined` of one that the source does not know. */
type ModelsOfVendor = (vendorId: string) => readonly SourceModel[] | undefined;

// OpenAI sells no such models: the prices that it is said to ask are those of others.
const notSold: Readonly<Record<string, RegExp>> = { openai: /^gpt-oss/ };

/** Makes the rows of every vendor's models, as of a day. */
export function rowsByVendor(modelsOf: ModelsOfVendor, asOf: string): Record<string, string[]> {
  return Object.fromEntries(
    vendors.map(({ id }) => {
      const sold = (modelsOf(id) ?? []).filter(each => !notSold[id]?.test(each.id));
      return [id, sold.flatMap(each => trimmed(each, asOf)).map(rowOf)];
    }),
  );
}

/**
 * Makes a list of prices of the JSON that the public source publishes, and refuses one that cannot
 * be right. @throws TandemError `bad_answer`
 */
export function catalogueOf(
  text: string,
  { name, asOf, before }: { name: string; asOf: string; before: CatalogueFile['models'] },
): CatalogueFile {
  const read = priceSource().safeParse(parsed(text, name));
  if (!read.success) {
    const [issue] = read.error.issues;
    throw refused(name, `${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'not a list'}`);
  }
  const models = rowsByVendor(id => read.data.find(each => each.id === id)?.models, asOf);
  for (const [vendor, rows] of Object.entries(before)) {
    const found = models[vendor]?.length ?? 0;
    if (found < rows.length * leastShare)
      throw refused(name, `it has ${found} models of ${vendor}, the present list ${rows.length}`);
  }
  return { source: name, asOf, models };
}

/**
 * Names the models whose price is half of what it was or less, or twice as much or more: worth a
 * look at the vendor's page.
 */
export function largeChanges(before: CatalogueFile['models'], after: CatalogueFile['models']) {
  return Object.entries(after).flatMap(([vendor, rows]) => {
    const known = new Map((before[vendor] ?? []).map(readRow).map(each => [each.names[0], each]));
    return rows.map(readRow).flatMap(({ names: [name = ''], price }) => {
      const was = known.get(name)?.price;
      if (!was) return [];
      const isLarge = (['input', 'output'] as const).some(
        key =>
          was[key] !== price[key] && (price[key] >= 2 * was[key] || price[key] <= was[key] / 2),
      );
      return isLarge ? [{ vendor, name, was, now: price }] : [];
    });
  });
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refused(name, 'it is no JSON');
  }
}

function refused(name: string, why: string): TandemError {
  const message =
    `The list of prices at ${name} cannot be used: ${why}. The present list stays; try again ` +
    'later, or give another address.';
  return new TandemError('bad_answer', message, { data: { source: name } });
}

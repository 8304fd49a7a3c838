import * as z from 'zod';
import { later } from '../../algorithms/later.ts';

/** How the source tells which names mean a model. */
export type NameMatch =
  | NameLeaf
  | { readonly or: readonly NameMatch[] }
  | { readonly and: readonly NameMatch[] };

/** A name, or a part of one. */
export type NameLeaf =
  | { readonly equals: string }
  | { readonly starts_with: string }
  | { readonly ends_with: string }
  | { readonly contains: string }
  | { readonly regex: string };

// US dollars per million tokens: no public list has more than a few hundred.
const mostRate = 10_000;
const leafKeys = ['equals', 'starts_with', 'ends_with', 'contains', 'regex'];

function isMatch(given: unknown, depth = 0): given is NameMatch {
  if (typeof given !== 'object' || given === null || depth > 8) return false;
  const [entry, ...more] = Object.entries(given);
  if (!entry || more.length > 0) return false;
  const [key, value] = entry as [string, unknown];
  if (leafKeys.includes(key)) return typeof value === 'string' && value !== '';
  const isList = (key === 'or' || key === 'and') && Array.isArray(value);
  return isList && value.length > 0 && value.every(each => isMatch(each, depth + 1));
}

const amount = later(() => z.number().min(0).max(mostRate));
const rate = later(() =>
  z.union([
    amount(),
    z.object({ base: amount(), tiers: z.array(z.object({ start: z.number(), price: amount() })) }),
  ]),
);
const rates = later(() => z.record(z.string(), rate().optional()));
const pricedModel = later(() =>
  z.object({
    id: z.string(),
    match: z.custom<NameMatch>(given => isMatch(given), 'it says no names'),
    context_window: z.number().positive().optional(),
    prices: z.union([
      z.array(
        z.object({
          // From which day the rates hold; at some hours where it says none.
          constraint: z
            .object({ start_date: z.string().optional(), start_time: z.string().optional() })
            .nullish(),
          prices: rates(),
        }),
      ),
      rates(),
    ]),
  }),
);

/** The list as its source publishes it: vendors, and the models of each. */
export const priceSource = later(() =>
  z.array(z.object({ id: z.string(), models: z.array(pricedModel()) })),
);

/** A model of the source. */
export type SourceModel = Readonly<z.output<ReturnType<typeof pricedModel>>>;

/** A rate, which may be dearer for long inputs. */
export type SourceRate = z.output<ReturnType<typeof rate>>;

/** The rates of a model by their names. */
export type SourceRates = Readonly<z.output<ReturnType<typeof rates>>>;

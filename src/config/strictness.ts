import * as z from 'zod';

/**
 * Which way an option is stricter: downwards, or towards the first of some lists of values, those
 * of one list being equally strict. `unset` is what holds where an option without a default is not
 * set.
 */
type Strictness =
  | { readonly stricter: 'lower'; readonly unset?: number }
  | { readonly stricter: readonly (readonly unknown[])[] }
  | { readonly stricter: 'never' };

const strictness = new WeakMap<z.ZodType, Strictness>();

/** Marks an option that a request may only lower. */
export function lowerOnly<Schema extends z.ZodType>(schema: Schema, unset?: number): Schema {
  const facts = { stricter: 'lower' as const, ...(unset !== undefined && { unset }) };
  strictness.set(schema, facts);
  return schema;
}

/**
 * Marks an option that a request may only move towards the first of some lists of values, from the
 * strictest to the loosest; `undefined` stands for an option that is not set.
 */
export function earlierOnly<Schema extends z.ZodType>(
  schema: Schema,
  order: readonly (readonly unknown[])[],
): Schema {
  strictness.set(schema, { stricter: order });
  return schema;
}

/** Marks an option that is the configuration's alone, such as a program that is run. */
export function ownerOnly<Schema extends z.ZodType>(schema: Schema): Schema {
  strictness.set(schema, { stricter: 'never' });
  return schema;
}

/** An option that asks for more than a configuration allows. */
export interface LooserOption {
  readonly key: string;
  /** What the configuration says, or what holds where it says nothing. */
  readonly limit: unknown;
}

/**
 * Finds an option that is looser than what is configured; `undefined` where none is. Both must
 * have been checked against the schema.
 * @example
 * ```ts
 * const schema = z.strictObject({ maxRounds: z.number() });
 * const looser = looserOption(schema, { maxRounds: 2 }, { maxRounds: 5 });
 * if (looser) console.log(looser.key);
 * ```
 */
export function looserOption(
  schema: z.ZodObject,
  configured: Readonly<Record<string, unknown>>,
  options: Readonly<Record<string, unknown>>,
): LooserOption | undefined {
  for (const [key, wanted] of Object.entries(options)) {
    const option = schema.shape[key] as z.ZodType | undefined;
    const facts = option && factsOf(option);
    if (!option || !facts) continue;
    const set = option.safeParse(configured[key]);
    const limit = set.success ? set.data : configured[key];
    if (isLooser(wanted, limit, facts)) return { key, limit: limitOf(limit, facts) };
  }
  return undefined;
}

// An option that may be left out is marked as the option itself is.
function factsOf(option: z.ZodType): Strictness | undefined {
  const own = strictness.get(option);
  return (
    own ??
    (option instanceof z.ZodOptional ? strictness.get(option.unwrap() as z.ZodType) : undefined)
  );
}

function isLooser(wanted: unknown, limit: unknown, facts: Strictness): boolean {
  if (facts.stricter === 'lower')
    return typeof wanted === 'number' && wanted > (limitOf(limit, facts) as number);
  const { stricter: order } = facts;
  if (order === 'never') return JSON.stringify(wanted) !== JSON.stringify(limit);
  const rank = (value: unknown) => order.findIndex(equals => equals.includes(value));
  return rank(wanted) > rank(limit);
}

function limitOf(limit: unknown, facts: Strictness): unknown {
  if (facts.stricter === 'lower') return limit ?? facts.unset ?? Number.POSITIVE_INFINITY;
  return limit;
}

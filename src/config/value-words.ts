import * as z from 'zod';

type Schema = z.core.$ZodType;

/**
 * Says in words what a schema takes: `a whole number from 1 to 20`, `one of "answer", "summary"`.
 * What a schema of its own (`z.custom`) takes stands in its meta data, under `is`.
 * @example
 * ```ts
 * console.log(wordsFor(z.number().int().min(1).max(20))); // a whole number from 1 to 20
 * ```
 */
export function wordsFor(schema: Schema): string {
  const inner = unwrapped(schema);
  const said = z.globalRegistry.get(inner as z.ZodType)?.is;
  if (typeof said === 'string') return said;
  if (inner instanceof z.ZodNumber) return numberWords(inner);
  if (inner instanceof z.ZodEnum) return choice(inner.options.map(quoted));
  if (inner instanceof z.ZodLiteral) return choice([...inner.values].map(quoted));
  if (inner instanceof z.ZodBoolean) return 'true or false';
  if (inner instanceof z.ZodString) return inner.minLength ? 'a text that is not empty' : 'a text';
  if (inner instanceof z.ZodUnion) return [...new Set(inner.options.map(wordsFor))].join(', or ');
  if (inner instanceof z.ZodArray) {
    const least = (inner.def.checks ?? []).length > 0 ? ' that is not empty' : '';
    return `a list${least}, each ${wordsFor(inner.element)}`;
  }
  if (inner instanceof z.ZodTuple)
    return `a list of ${inner.def.items.map(wordsFor).join(' and ')}`;
  if (inner instanceof z.ZodRecord) return `an object, each value ${wordsFor(inner.valueType)}`;
  return 'an object';
}

/** The schema that stands at a path inside another one, as it is; `undefined` where none does. */
export function schemaAt(schema: Schema, path: readonly PropertyKey[]): Schema | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return schema;
  const below = childrenOf(unwrapped(schema), key).map(child => schemaAt(child, rest));
  return below.find(found => found !== undefined);
}

/** Whether what a schema takes may be left out. */
export function mayBeAbsent(schema: Schema): boolean {
  return schema._zod.optin !== undefined;
}

/** Names the keys that a schema knows at a path, for the nearest one. */
export function keysAt(schema: Schema, path: readonly PropertyKey[]): string[] {
  const found = schemaAt(schema, path);
  const inner = found && unwrapped(found);
  if (inner instanceof z.ZodUnion) {
    return inner.options.flatMap(option => keysAt(option as Schema, []));
  }
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

// Takes off what makes a schema optional, or gives it a default.
function unwrapped(schema: Schema): Schema {
  const isWrapped =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly;
  return isWrapped ? unwrapped(schema.unwrap() as Schema) : schema;
}

function childrenOf(schema: Schema, key: PropertyKey): Schema[] {
  if (schema instanceof z.ZodObject) {
    const child = (schema.shape as Record<PropertyKey, Schema>)[key];
    return child ? [child] : [];
  }
  if (schema instanceof z.ZodArray) return [schema.element as Schema];
  if (schema instanceof z.ZodTuple) return [schema.def.items[Number(key)] as Schema];
  if (schema instanceof z.ZodRecord) return [schema.valueType as Schema];
  if (!(schema instanceof z.ZodUnion)) return [];
  return schema.options.flatMap(option => childrenOf(unwrapped(option as Schema), key));
}

function numberWords(schema: z.ZodNumber): string {
  const what = schema.isInt ? 'a whole number' : 'a number';
  const least = limitOf(schema, 'greater_than');
  const most = limitOf(schema, 'less_than');
  if (least && most && least.isIncluded && most.isIncluded) {
    return `${what} from ${least.value} to ${most.value}`;
  }
  const from = least && (least.isIncluded ? `of at least ${least.value}` : `above ${least.value}`);
  const to = most && (most.isIncluded ? `of at most ${most.value}` : `below ${most.value}`);
  const range = [from, to].filter(Boolean).join(' and ');
  return range === '' ? what : `${what} ${range}`;
}

function limitOf(schema: z.ZodNumber, kind: 'greater_than' | 'less_than') {
  const checks = (schema.def.checks ?? []).map(({ _zod }) => _zod.def);
  const found = checks.filter(({ check }) => check === kind) as unknown as {
    readonly value: number;
    readonly inclusive: boolean;
  }[];
  const last = found.at(-1);
  return last && { value: last.value, isIncluded: last.inclusive };
}

function quoted(value: unknown): string {
  return JSON.stringify(value);
}

function choice(values: readonly string[]): string {
  return values.length === 1 ? values[0]! : `one of ${values.join(', ')}`;
}

import { isRecord } from './call-shapes.ts';

const deepest = 32;

/**
 * Brings a value into the form that a JSON Schema wants: a text of a number becomes the number and
 * the reverse, a list of one thing the thing, a key in other letters the key, and keys that the
 * schema forbids are left out. Types, keys, choices and references inside the schema are read.
 * `undefined` if it does not fit even so.
 */
export function fitted(schema: unknown, value: unknown): { readonly value: unknown } | undefined {
  if (isFit(schema, value, 0)) return { value };
  const place = { root: schema, depth: 0 };
  const found = bend(place, schema, value);
  if (found || !isRecord(value)) return found;
  // Some write the object under a key of its own, or in the place of its schema or of an input.
  const [only, ...others] = Object.values(value);
  const { properties = value.arguments, content = properties } = value;
  const inner = others.length === 0 ? only : content;
  return isRecord(inner) ? bend(place, schema, inner) : undefined;
}

// Whether an object plainly fits as it is: most do, and are not to be taken apart for it. Lists,
// references and choices are left to `bend`.
function isFit(schema: unknown, value: unknown, depth: number): boolean {
  if (!isRecord(schema) || depth > deepest || hasRareRule(schema)) return false;
  const { type } = schema;
  if (Array.isArray(type) ? !isOneOf(type, value) : type === undefined || !isType(type, value))
    return false;
  if (!isRecord(value)) return !Array.isArray(value);
  const { properties, required } = schema;
  if (!isRecord(properties)) return false;
  for (const key in value)
    if (!Object.hasOwn(properties, key) || !isFit(properties[key], value[key], depth + 1))
      return false;
  return !Array.isArray(required) || required.every(key => Object.hasOwn(value, key));
}

function hasRareRule(schema: Record<string, unknown>): boolean {
  const { $ref, anyOf, oneOf, allOf, enum: choices, const: only } = schema;
  return ($ref ?? anyOf ?? oneOf ?? allOf ?? choices) !== undefined || only !== undefined;
}

function isOneOf(types: readonly unknown[], value: unknown): boolean {
  for (const type of types) if (isType(type, value)) return true;
  return false;
}

interface SchemaPlace {
  readonly root: unknown;
  readonly depth: number;
}

type Bent = { readonly value: unknown } | undefined;

function bend(place: SchemaPlace, given: unknown, value: unknown): Bent {
  const schema = resolved(place.root, given);
  if (schema === false) return undefined;
  if (!isRecord(schema) || place.depth > deepest) return { value };
  const inner = { root: place.root, depth: place.depth + 1 };
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices)) return fitAny(inner, choices, value);
  if (Array.isArray(schema.allOf))
    return schema.allOf.reduce<Bent>((sum, each) => sum && bend(inner, each, sum.value), {
      value,
    });
  return bendTyped(inner, schema, value);
}

function bendTyped(inner: SchemaPlace, schema: Record<string, unknown>, value: unknown): Bent {
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  const one = unlisted(types, value);
  const unwrapped = one === undefined ? undefined : bend(inner, schema, one);
  if (unwrapped) return unwrapped;
  const isTyped = types.some(type => type === undefined || isType(type, value));
  const shaped = isTyped ? { value } : cast(types, value);
  if (!shaped) return types.includes('object') ? keyed(inner, schema, value) : undefined;
  if (!isAllowed(schema, shaped.value)) return undefined;
  if (Array.isArray(shaped.value)) return fitItems(inner, schema, shaped.value);
  return isRecord(shaped.value) ? fitKeys(inner, schema, shaped.value) : shaped;
}

// A branch that fits as it is goes before one that has to be bent.
function fitAny(place: SchemaPlace, choices: readonly unknown[], value: unknown): Bent {
  let bent: Bent;
  for (const choice of choices) {
    const found = bend(place, choice, value);
    if (found?.value === value || (found && JSON.stringify(found.value) === JSON.stringify(value)))
      return found;
    bent ??= found;
  }
  return bent;
}

function isAllowed({ enum: choices, const: only }: Record<string, unknown>, value: unknown) {
  if (choices === undefined && only === undefined) return true;
  const is = JSON.stringify(value);
  if (only !== undefined && JSON.stringify(only) !== is) return false;
  return !Array.isArray(choices) || choices.some(choice => JSON.stringify(choice) === is);
}

function fitItems(place: SchemaPlace, schema: Record<string, unknown>, items: unknown[]): Bent {
  const { items: each, minItems, maxItems } = schema;
  if (typeof minItems === 'number' && items.length < minItems) return undefined;
  if (typeof maxItems === 'number' && items.length > maxItems) return undefined;
  const fits = items.map(item => bend(place, each, item));
  const whole = fits.filter(found => found !== undefined);
  if (whole.length < items.length) return undefined;
  const isSame = whole.every(({ value }, index) => value === items[index]);
  return { value: isSame ? items : whole.map(({ value }) => value) };
}

function fitKeys(
  place: SchemaPlace,
  schema: Record<string, unknown>,
  given: Record<string, unknown>,
): Bent {
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const value = respelled(properties, given);
  const required = Array.isArray(schema.required) ? schema.required : [];
  if (!required.every(key => Object.hasOwn(value, String(key)))) return undefined;
  const entries: [string, unknown][] = [];
  for (const [key, own] of Object.entries(value)) {
    const isKnown = Object.hasOwn(properties, key);
    const rule = isKnown ? properties[key] : schema.additionalProperties;
    if (!isKnown && rule === false) continue;
    const found = bend(place, rule, own);
    if (found) entries.push([key, found.value]);
    // What may be absent, and was said not to be there, is absent.
    else if (own !== null || required.includes(key)) return undefined;
  }
  return { value: isGiven(entries, given) ? given : Object.fromEntries(entries) };
}

function isGiven(entries: readonly (readonly [string, unknown])[], given: Record<string, unknown>) {
  return (
    entries.length === Object.keys(given).length &&
    entries.every(([key, value]) => Object.hasOwn(given, key) && given[key] === value)
  );
}

// `City` or `first-name`, where the schema has `city` and `first_name`.
function respelled(properties: Record<string, unknown>, value: Record<string, unknown>) {
  const isKnown = (key: string) => Object.hasOwn(properties, key);
  if (Object.keys(value).every(isKnown)) return value;
  const absent = Object.keys(properties).filter(key => !Object.hasOwn(value, key));
  const keyOf = new Map(absent.map(key => [lettersOf(key), key]));
  const entries = Object.entries(value).map(([key, own]): [string, unknown] => {
    const meant = isKnown(key) ? undefined : keyOf.get(lettersOf(key));
    if (meant !== undefined) keyOf.delete(lettersOf(key));
    return [meant ?? key, own];
  });
  return Object.fromEntries(entries);
}

function lettersOf(key: string): string {
  return key.toLowerCase().replace(/[\s_-]/g, '');
}

// A list of one object in place of the object.
function unlisted(types: readonly unknown[], value: unknown): unknown {
  const isWanted = types.includes('object') && !types.includes('array');
  return isWanted && Array.isArray(value) && value.length === 1 && isRecord(value[0])
    ? value[0]
    : undefined;
}

// A list in place of an object that holds nothing but one.
function keyed(place: SchemaPlace, schema: Record<string, unknown>, value: unknown): Bent {
  const keys = isRecord(schema.properties) ? Object.keys(schema.properties) : [];
  const [key] = keys;
  if (!Array.isArray(value) || keys.length !== 1 || key === undefined) return undefined;
  return fitKeys(place, schema, { [key]: value });
}

function cast(types: readonly unknown[], value: unknown): Bent {
  for (const type of types) {
    const found = casts[String(type)]?.(value);
    if (found !== undefined && isType(type, found)) return { value: found };
  }
  return undefined;
}

const casts: Readonly<Record<string, (value: unknown) => unknown>> = {
  number: numberOf,
  integer: numberOf,
  string: value =>
    typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined,
  boolean: value => {
    const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
    return word === 'true' ? true : word === 'false' ? false : undefined;
  },
  null: value => (value === 'null' ? null : undefined),
};

function numberOf(value: unknown): number | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  return /^-?\d{1,20}(?:\.\d{1,20})?(?:e[-+]?\d{1,3})?$/i.test(text) ? Number(text) : undefined;
}

function isType(type: unknown, value: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isRecord(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

function resolved(root: unknown, given: unknown): unknown {
  let schema = given;
  for (let hops = 0; hops < 8; hops++) {
    const at = isRecord(schema) ? schema.$ref : undefined;
    if (typeof at !== 'string') return schema;
    if (!at.startsWith('#')) return undefined;
    schema = at
      .split('/')
      .slice(1)
      .reduce<unknown>((inside, key) => (isRecord(inside) ? inside[key] : undefined), root);
  }
  return undefined;
}

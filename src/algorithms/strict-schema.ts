/**
 * The subset of JSON Schema to which strict structured outputs hold a model: what OpenAI documents,
 * and the narrower one of Azure.
 */
import { isRecord } from './text/written/call-shapes.ts';

type SchemaNode = Readonly<Record<string, unknown>>;

/** Keywords that no cloud takes in a strict schema. */
const refusedKeywords = [
  'oneOf',
  'allOf',
  'not',
  'if',
  'then',
  'else',
  'default',
  'dependentRequired',
  'dependentSchemas',
  'patternProperties',
  'unevaluatedProperties',
  'propertyNames',
  'minProperties',
  'maxProperties',
  'unevaluatedItems',
  'prefixItems',
  'contains',
  'minContains',
  'maxContains',
  'uniqueItems',
  'minLength',
  'maxLength',
];
/** Keywords that OpenAI takes and Azure refuses. */
const boundKeywords = [
  'pattern',
  'format',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minItems',
  'maxItems',
];
const knownTypes = ['string', 'number', 'boolean', 'integer', 'object', 'array', 'null'];

interface Limits {
  readonly properties: number;
  readonly levels: number;
  /** Characters of the names of properties and definitions, and of allowed values. */
  readonly characters: number;
  readonly values: number;
  /** Characters of the values of one property that has more than 250 of them. */
  readonly manyValues: number;
}

const limitsOfOpenAI: Limits = {
  properties: 5000,
  levels: 10,
  characters: 120_000,
  values: 1000,
  manyValues: 15_000,
};
const limitsOfAzure: Limits = {
  properties: 100,
  levels: 5,
  characters: 15_000,
  values: 500,
  manyValues: 7500,
};

interface Walk {
  readonly root: SchemaNode;
  readonly refused: readonly string[];
  readonly limits: Limits;
  properties: number;
  characters: number;
  values: number;
}

/**
 * Says which rule of strict structured outputs a schema breaks, as `context: fault`; `undefined`
 * where it breaks none. With `isPortable` Azure's narrower rules hold, else OpenAI's.
 */
export function strictFault(schema: unknown, { isPortable = false } = {}): string | undefined {
  if (!isRecord(schema)) return '(): a schema must be an object';
  if (schema.type !== 'object') return `(): the root must be of type "object"`;
  if ('anyOf' in schema) return '(): the root must not be anyOf';
  const walk: Walk = {
    root: schema,
    refused: isPortable ? [...refusedKeywords, ...boundKeywords] : refusedKeywords,
    limits: isPortable ? limitsOfAzure : limitsOfOpenAI,
    properties: 0,
    characters: 0,
    values: 0,
  };
  return faultOf(walk, schema, { at: '', level: 0 }) ?? definitionFault(walk) ?? sizeFault(walk);
}

interface Spot {
  readonly at: string;
  /** Objects around it. */
  readonly level: number;
}

function faultOf(walk: Walk, schema: unknown, spot: Spot): string | undefined {
  const { at } = spot;
  if (!isRecord(schema)) return `(${at}): true and false are no schemas`;
  const keyword = walk.refused.find(name => name in schema);
  if (keyword !== undefined) return `(${at}): "${keyword}" is not permitted`;
  if (typeof schema.$ref === 'string') {
    return targetOf(walk.root, schema.$ref) ? undefined : `(${at}): "${schema.$ref}" leads nowhere`;
  }
  if (Array.isArray(schema.anyOf)) return faultAmong(walk, schema.anyOf, spot);
  return typeFault(walk, schema, spot) ?? childFault(walk, schema, spot);
}

function faultAmong(walk: Walk, schemas: readonly unknown[], { at, level }: Spot) {
  for (const [index, each] of schemas.entries()) {
    const fault = faultOf(walk, each, { at: `${at}/anyOf/${index}`, level });
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function typeFault(walk: Walk, { type, enum: values, const: only }: SchemaNode, { at }: Spot) {
  const types = Array.isArray(type) ? type : [type];
  if (Array.isArray(values)) {
    const length = values.join('').length;
    walk.values += values.length;
    walk.characters += length;
    if (values.length > 250 && length > walk.limits.manyValues)
      return `(${at}): the values of "enum" are too long`;
  }
  if (only !== undefined) walk.characters += String(only).length;
  if (type === undefined && !values && only === undefined)
    return `(${at}): a schema must have a "type"`;
  const odd = type === undefined ? undefined : types.find(name => !knownTypes.includes(name));
  return odd === undefined ? undefined : `(${at}): "${String(odd)}" is no type`;
}

function childFault(walk: Walk, schema: SchemaNode, { at, level }: Spot): string | undefined {
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  if (types.includes('array')) {
    if (schema.items === undefined) return `(${at}): a list must say its "items"`;
    return faultOf(walk, schema.items, { at: `${at}/items`, level });
  }
  if (!types.includes('object')) return undefined;
  if (level >= walk.limits.levels) return `(${at}): more than ${walk.limits.levels} levels`;
  if (schema.additionalProperties !== false) return `(${at}): "additionalProperties" must be false`;
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const names = Object.keys(properties);
  const required = Array.isArray(schema.required) ? schema.required : [];
  const missing = names.find(name => !required.includes(name));
  if (missing !== undefined) return `(${at}): "required" lacks "${missing}"`;
  const unknown = required.find(name => !names.includes(name));
  if (unknown !== undefined) return `(${at}): "required" names "${unknown}", which is no property`;
  walk.properties += names.length;
  walk.characters += names.join('').length;
  for (const name of names) {
    const spot = { at: `${at}/properties/${name}`, level: level + 1 };
    const fault = faultOf(walk, properties[name], spot);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function definitionFault(walk: Walk): string | undefined {
  for (const key of ['$defs', 'definitions']) {
    const definitions = walk.root[key];
    if (!isRecord(definitions)) continue;
    walk.characters += Object.keys(definitions).join('').length;
    for (const [name, schema] of Object.entries(definitions)) {
      const fault = faultOf(walk, schema, { at: `${key}/${name}`, level: 1 });
      if (fault !== undefined) return fault;
    }
  }
  return undefined;
}

function sizeFault({ properties, characters, values, limits }: Walk): string | undefined {
  if (properties > limits.properties) return `(): more than ${limits.properties} properties`;
  if (values > limits.values) return `(): more than ${limits.values} values`;
  return characters > limits.characters ? '(): its names and values are too long' : undefined;
}

function targetOf(root: SchemaNode, ref: string): boolean {
  if (ref === '#') return true;
  if (!ref.startsWith('#/')) return false;
  let at: unknown = root;
  for (const step of ref.slice(2).split('/')) at = isRecord(at) ? at[step] : undefined;
  return isRecord(at);
}

/**
 * Writes a schema in the strict subset that every cloud takes: all keys are required, those that
 * were optional may be null, objects are closed, and bounds are left out; whoever reads the answer
 * checks them, and reads it by `withoutNulls`. Free objects and lists of anything have no place in
 * it.
 */
export function strictSchema(schema: SchemaNode): Record<string, unknown> {
  const { $schema: _version, ...rest } = schema;
  return strictly(rest) as Record<string, unknown>;
}

function strictly(schema: unknown): unknown {
  if (!isRecord(schema)) return schema;
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'anyOf' || key === 'oneOf') kept.anyOf = (value as unknown[]).map(strictly);
    else if (key === 'const') kept.enum = [value];
    else if (key === 'items') kept.items = strictly(value);
    else if (!refusedKeywords.includes(key) && !boundKeywords.includes(key)) kept[key] = value;
  }
  if (!isRecord(schema.properties)) return kept;
  const required = Array.isArray(schema.required) ? schema.required : [];
  const properties = Object.entries(schema.properties).map(([name, own]) => {
    const strict = strictly(own) as SchemaNode;
    return [name, required.includes(name) ? strict : nullable(strict)];
  });
  kept.properties = Object.fromEntries(properties);
  kept.required = Object.keys(schema.properties);
  kept.additionalProperties = false;
  return kept;
}

function nullable(schema: SchemaNode): SchemaNode {
  if (Array.isArray(schema.anyOf)) {
    const isNullable = schema.anyOf.some(each => isRecord(each) && each.type === 'null');
    return isNullable ? schema : { ...schema, anyOf: [...schema.anyOf, { type: 'null' }] };
  }
  return { anyOf: [schema, { type: 'null' }] };
}

/** Leaves out the keys of objects whose value is null: what was optional is absent again. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(([, own]) => own !== null);
  return Object.fromEntries(kept.map(([key, own]) => [key, withoutNulls(own)]));
}

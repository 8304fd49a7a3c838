import type { JsonSchema } from '../../model/types.ts';

type EngineSchema = Readonly<Record<string, unknown>>;

// What may be anything is one of these; an object of unknown shape cannot be bound to a grammar.
const anything: EngineSchema = { type: ['string', 'number', 'boolean', 'null'] };
const deepest = 12;

/**
 * Writes a JSON schema as the package's grammar reads it: alternatives under `oneOf`, references in
 * place, anything as a plain value. The package writes every property, required or not, and would
 * make `null` of what it does not know.
 */
export function engineSchema(schema: JsonSchema): EngineSchema {
  const root = schema as EngineSchema;
  return rewritten(root, { ...(root.definitions as object), ...(root.$defs as object) }, 0);
}

function rewritten(given: unknown, definitions: EngineSchema, depth: number): EngineSchema {
  if (typeof given !== 'object' || given === null || depth > deepest) return anything;
  const schema = given as EngineSchema;
  const again = (each: unknown) => rewritten(each, definitions, depth + 1);
  if (typeof schema.$ref === 'string') return again(definitions[schema.$ref.split('/').at(-1)!]);
  if (schema.const !== undefined) return { const: schema.const };
  if (Array.isArray(schema.enum)) return { enum: schema.enum };
  const alternatives = schema.oneOf ?? schema.anyOf;
  if (Array.isArray(alternatives)) return { oneOf: alternatives.map(again) };
  if (Array.isArray(schema.allOf)) return again(Object.assign({}, ...schema.allOf));
  if (schema.type === 'object' || schema.properties !== undefined) {
    const properties = Object.entries((schema.properties ?? {}) as EngineSchema);
    const more = schema.additionalProperties;
    return {
      type: 'object',
      properties: Object.fromEntries(properties.map(([name, each]) => [name, again(each)])),
      ...(typeof more === 'object' && { additionalProperties: again(more) }),
    };
  }
  if (schema.type === 'array') return { ...schema, items: again(schema.items) };
  return schema.type === undefined ? anything : schema;
}

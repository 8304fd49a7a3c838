import { describe, expect, it } from 'vitest';
import { strictFault, strictSchema, withoutNulls } from './strict-schema.ts';

const text = { type: 'string' };
const object = (properties: object, more: object = {}) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...more,
});
const deep = (levels: number): object => (levels === 0 ? text : object({ a: deep(levels - 1) }));
const wide = (count: number) =>
  object(Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, text])));
const values = (count: number, prefix = 'v') => ({
  type: 'string',
  enum: Array.from({ length: count }, (_, n) => `${prefix}${n}`),
});

describe('a rule of strict schemas', () => {
  it.each<[string, unknown, RegExp]>([
    ['the root is an object', { type: 'array', items: text }, /root must be of type/],
    ['the root is no choice', { ...object({}), anyOf: [text] }, /root must not be anyOf/],
    ['objects are closed', object({ a: object({}, { additionalProperties: {} }) }), /\/a.*false/],
    ['all keys are required', object({ a: text }, { required: [] }), /lacks "a"/],
    ['required keys exist', object({}, { required: ['b'] }), /names "b"/],
    ['lists say their items', object({ a: { type: 'array' } }), /items/],
    ['everything has a type', object({ a: {} }), /must have a "type"/],
    ['types are known', object({ a: { type: 'date' } }), /is no type/],
    ['a reference leads somewhere', object({ a: { $ref: '#/$defs/b' } }), /leads nowhere/],
    ['definitions keep them too', object({}, { $defs: { b: { oneOf: [] } } }), /"oneOf"/],
    ['branches keep them too', object({ a: { anyOf: [text, { not: text }] } }), /"not"/],
    ['at most ten levels', deep(11), /more than 10 levels/],
    ['at most 5,000 properties', wide(5001), /more than 5000 properties/],
    ['at most 1,000 values', object({ a: values(1001) }), /more than 1000 values/],
    ['many values are short', object({ a: values(260, 'v'.repeat(60)) }), /values of "enum"/],
    ['120,000 characters', object({ ['k'.repeat(120_001)]: text }), /names and values/],
    ['items keep them too', object({ a: { type: 'array', items: { not: text } } }), /"not"/],
    ['nested keys are required', object({ a: object({ b: text }, { required: [] }) }), /"b"/],
    ['true is no schema', object({ a: true }), /true and false/],
  ])('%s', (_rule, schema, fault) => expect(strictFault(schema)).toMatch(fault));

  // What OpenAI documents as not supported, and what its strict mode has refused in public.
  it.each([
    ...['oneOf', 'allOf', 'not', 'if', 'then', 'else', 'default', 'dependentRequired'],
    ...['dependentSchemas', 'minLength', 'maxLength', 'patternProperties', 'propertyNames'],
    ...['unevaluatedProperties', 'minProperties', 'maxProperties', 'unevaluatedItems'],
    ...['prefixItems', 'contains', 'minContains', 'maxContains', 'uniqueItems'],
  ])('is that "%s" is not permitted', keyword =>
    expect(strictFault(object({ a: { ...text, [keyword]: 1 } }))).toMatch(keyword),
  );

  it.each([
    ...['pattern', 'format', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
    ...['multipleOf', 'minItems', 'maxItems'],
  ])('of Azure alone is that "%s" is not permitted', keyword => {
    const schema = object({ a: { ...text, [keyword]: 1 } });
    expect(strictFault(schema)).toBeUndefined();
    expect(strictFault(schema, { isPortable: true })).toMatch(keyword);
  });

  it('is kept by references, choices with null and lists', () => {
    const item = object({ next: { anyOf: [{ $ref: '#' }, { type: 'null' }] } });
    const schema = object({ list: { type: ['array', 'null'], items: item } });
    expect(strictFault(schema, { isPortable: true })).toBeUndefined();
    expect(strictFault(wide(101), { isPortable: true })).toMatch(/100 properties/);
    expect(strictFault(deep(6), { isPortable: true })).toMatch(/5 levels/);
  });
});

it('a schema is written in the strict subset, and its answer read without nulls', () => {
  const schema = strictSchema({
    $schema: 'x',
    type: 'object',
    properties: {
      a: { type: 'string', minLength: 1, default: '' },
      b: {
        oneOf: [
          { const: 'x', type: 'string' },
          { type: 'number', minimum: 0 },
        ],
      },
      c: { type: 'array', minItems: 1, items: { type: 'object', properties: { d: text } } },
    },
    required: ['a'],
  });
  expect(strictFault(schema, { isPortable: true })).toBeUndefined();
  expect(withoutNulls({ a: 'a', b: null, c: [{ d: null }] })).toEqual({ a: 'a', c: [{}] });
});

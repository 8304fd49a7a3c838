import { describe, expect, it } from 'vitest';
import type { JsonSchema } from '../../model/types.ts';
import { engineSchema } from './engine-schema.ts';

describe('a JSON schema in the words of the package', () => {
  it.each<[string, JsonSchema, object]>([
    [
      'nullable',
      { anyOf: [{ type: 'string' }, { type: 'null' }] },
      { oneOf: [{ type: 'string' }, { type: 'null' }] },
    ],
    ['anything', {}, { type: ['string', 'number', 'boolean', 'null'] }],
    [
      'a reference',
      {
        type: 'object',
        properties: { a: { $ref: '#/$defs/x' } },
        $defs: { x: { type: 'integer' } },
      },
      { type: 'object', properties: { a: { type: 'integer' } } },
    ],
    [
      'parts of a whole',
      { allOf: [{ type: 'object' }, { properties: { a: { const: 1 } } }] },
      { type: 'object', properties: { a: { const: 1 } } },
    ],
    [
      'a list',
      { type: 'array', items: { enum: ['a'] }, minItems: 1 },
      { type: 'array', items: { enum: ['a'] }, minItems: 1 },
    ],
    [
      'a circle',
      { $ref: '#/$defs/x', $defs: { x: { $ref: '#/$defs/x' } } },
      { type: ['string', 'number', 'boolean', 'null'] },
    ],
  ])('%s', (_, schema, expected) => expect(engineSchema(schema)).toEqual(expected));
});

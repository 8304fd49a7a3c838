import { describe, expect, it } from 'vitest';
import { jsonIn } from './json-in.ts';

describe('jsonIn', () => {
  it.each([
    ['{"a": 1}', { a: 1 }],
    ['```json\n{"a": 1}\n```', { a: 1 }],
    ['```\n[1]\n```  ', [1]],
    [' 7 ', 7],
    ['no json', undefined],
    ['{"a": ', undefined],
    ['', undefined],
  ])('reads %j', (text, value) => {
    expect(jsonIn(text)).toEqual(value);
  });
});

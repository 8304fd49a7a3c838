import { describe, expect, it } from 'vitest';
import { jsonIn } from './json-in.ts';

describe('jsonIn', () => {
  it.each([
    ['{"a": 1}', { a: 1 }],
    ['```json\n{"a": 1}\n```', { a: 1 }],
    ['```\n[1]\n```  ', [1]],
    [' 7 ', 7],
    ['{"a": 1, // one\n"b": /* two */ 2}', { a: 1, b: 2 }],
    ['{"a": "http://b.example/", "c": 450_000}', { a: 'http://b.example/', c: 450_000 }],
    ['{"a": 1, # one\n# two\n"b": #fff}', { a: 1, b: '#fff' }],
    ['{\u00a0"a":\u3000[1,\u202f2]}', { a: [1, 2] }],
    ['{"a"：[1，2]， "b"：“c”}', { a: [1, 2], b: 'c' }],
    ['{"a": "b"\n "c": 1, "d": {}\n "e": 2}', { a: 'b', c: 1, d: {}, e: 2 }],
    ['{city: Oslo, year: 1931}', { city: 'Oslo', year: 1931 }],
    ['{"city": New York City }', { city: 'New York City' }],
    ['{"a": yes, "b": [red, dark green]}', { a: 'yes', b: ['red', 'dark green'] }],
    [
      '{"day": 2024-01-05, "share": 45%, "fee": $12.50}',
      { day: '2024-01-05', share: '45%', fee: '$12.50' },
    ],
    ['Here: {"a": N/A, // none\n"b": True}', { a: 'N/A', b: true }],
    ['{"a": Paris, France, "b": 1}', undefined],
    ['{"a": it is "so"}', undefined],
    ['{the note}', undefined],
    ['See [Smith, Jones].', undefined],
    ['{"a": <p>, "b": 1}', undefined],
    ['{"a" "b": 1}', undefined],
    ['no json', undefined],
    ['{"a": ', undefined],
    ['', undefined],
  ])('reads %j', (text, value) => {
    expect(jsonIn(text)).toEqual(value);
  });
});

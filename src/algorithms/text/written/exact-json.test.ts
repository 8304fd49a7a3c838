import { expect, it } from 'vitest';
import { exactJson } from './exact-json.ts';

it.each([
  '{"id":1234567890123456789,"price":1.10,"small":1e-9,"big":1E400,"zero":-0}',
  '[0.1,12,"a",null,true,{"n":100000000000000000000}]',
  '9007199254740993',
])('numbers are written again with their own digits: %s', text => {
  expect(JSON.stringify(exactJson(text))).toBe(text);
});

it('numbers that do not change stay numbers, and what is no JSON is nothing', () => {
  expect(exactJson('{"a":12,"b":[1.5]}')).toEqual({ a: 12, b: [1.5] });
  expect(exactJson('{"a":')).toBeUndefined();
});

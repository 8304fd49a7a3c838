import { expect, it } from 'vitest';
import { callInput, inputAsWritten } from './written-input.ts';

it.each([
  ['objects', '{"a":'.repeat(20_000) + '1' + '}'.repeat(20_000)],
  ['lists', '['.repeat(20_000) + ']'.repeat(20_000)],
])('an input of %s that is nested too deep for whoever walks it stays a text', (_, written) => {
  const part = callInput(written);
  expect(part.input).toBe(written);
  expect(inputAsWritten(part)).toBe(written);
});

it('an input of a usual depth is its value', () => {
  expect(callInput('{"a":[{"b":1}]}')).toEqual({ input: { a: [{ b: 1 }] } });
});

import { describe, expect, it } from 'vitest';
import { canonicalAnswer } from './canonical-answer.ts';

describe('canonicalAnswer', () => {
  it.each([
    ['40', '40.0'],
    ['40', ' 40. '],
    ['1000', '1,000'],
    ['Paris', 'paris.'],
    ['  New   York', 'new york'],
    ['{"a":1,"b":[2]}', '{ "b": [2.0], "a": 1 }'],
    ['**Yes**', 'yes'],
  ])('makes %o and %o equal', (a, b) => {
    expect(canonicalAnswer(a)).toBe(canonicalAnswer(b));
  });

  it.each([
    ['40', '41'],
    ['40 apples', '40'],
    ['12345678901234567890', '12345678901234567891'],
    ['{"a":1}', '{"a":2}'],
  ])('keeps %o and %o apart', (a, b) => {
    expect(canonicalAnswer(a)).not.toBe(canonicalAnswer(b));
  });
});

import { describe, expect, it } from 'vitest';
import { jsonEnd } from './json-end.ts';

const endOf = (pieces: readonly string[]) => {
  const end = jsonEnd();
  let before = 0;
  for (const piece of pieces) {
    const found = end(piece);
    if (found !== undefined) return before + found;
    before += piece.length;
  }
  return undefined;
};

describe('the end of JSON that comes in pieces', () => {
  it.each([
    '{"a":1}',
    ' {"a":{"b":[1,{"c":"}]"}]}}',
    '[{"q":"say \\"}\\" twice \\\\"},2]',
    '"a text with { in it"',
    '{"\\u007d":"\\\\"}',
  ])('%s', text => {
    for (const tail of ['', '\n\n', ' }', '"'])
      for (const size of [1, 2, 3, 99]) {
        const pieces = (text + tail).match(new RegExp(`[^]{1,${size}}`, 'g'))!;
        expect(endOf(pieces)).toBe(text.length);
      }
  });

  it.each(['{"a":1', '{"a":"}', '12', 'true ', '[1,[2]'])('is not there yet: %s', text => {
    expect(endOf([text])).toBeUndefined();
  });
});

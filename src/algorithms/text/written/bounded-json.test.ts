import { describe, expect, it } from 'vitest';
import { jsonOrNothing, parseJson } from './bounded-json.ts';

const nested = (levels: number, open = '[', close = ']') =>
  `${open.repeat(levels)}1${close.repeat(levels)}`;

describe('JSON within bounds', () => {
  it.each([
    '{"a":[1,"x\\"]["]}',
    nested(200),
    JSON.stringify(Array.from({ length: 5000 }, (_, n) => ({ role: 'user', content: `${n}` }))),
    JSON.stringify('[{'.repeat(5000)),
    JSON.stringify({ text: '\\"{'.repeat(2000) }),
  ])('is read as ever: %.40s', text => {
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  it.each([
    ['levels', nested(20_000)],
    ['levels', nested(20_000, '{"a":', '}')],
    ['levels', `{"text":"\\\\","deep":${nested(600)}}`],
    [
      'keys',
      JSON.stringify(Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`k${n}`, n]))),
    ],
    ['objects', `[${'{},'.repeat(300_000)}1]`],
    ['values', `[${'1,'.repeat(1_100_000)}1]`],
  ])('of too many %s is refused before it is parsed', (what, text) => {
    expect(() => parseJson(text)).toThrow(what);
    expect(jsonOrNothing(text)).toBeUndefined();
  });

  it('what is no JSON is nothing', () => {
    for (const text of ['', '{', 'word', '{"a":'.repeat(300), '"\\'.repeat(2000)])
      expect(jsonOrNothing(text)).toBeUndefined();
  });
});

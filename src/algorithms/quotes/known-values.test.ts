import { describe, expect, it } from 'vitest';
import { holdingValues, spansOfValues } from './known-values.ts';

describe('a value that is known', () => {
  it.each([
    ['anna.weber@example.org', 'see {"anna.weber@example.org":1}'],
    ['anna.weber@example.org', 'ANNA.WEBER＠example.org'],
    ['anna.weber@example.org', 'mailto:anna.weber%40example.org'],
    ['anna.weber@example.org', 'anna.weber&#64;example.org'],
    ['4111 1111 1111 1111', '4111111111111111'],
    ['DE89 3704 0044 0532 0130 00', 'de89-3704-0044-0532-0130-00'],
    ['Anna Weber', 'Dear Anna\nWeber,'],
    ['Anna Weber', "Anna Weber's"],
    ['Müller', 'Mu\u0308ller'],
  ])('%s is found in %s', (value, text) => {
    expect(holdingValues([text], [value])).toEqual([0]);
  });

  it.each([
    ['net 1 234 567,89 in all', '123-45-6789', ['1 234 567,89']],
    ['ANNA.WEBER＠example.org, and', 'anna.weber@example.org', ['ANNA.WEBER＠example.org']],
    ['to Mu\u0308ller.', 'Müller', ['Mu\u0308ller']],
    ['Anna\nWeber or Anna-\u200bWeber', 'Anna Weber', ['Anna\nWeber', 'Anna-\u200bWeber']],
    ['Weberlein', 'Weber', []],
  ])('stands in %j as it was written', (text, value, found) => {
    const spans = spansOfValues(text, [value]);
    expect(spans.map(({ start, end }) => text.slice(start, end))).toEqual(found);
  });

  it('is no other word, and no part of one', () => {
    expect(holdingValues(['Weberlein', 'a 123 b', ''], ['Weber', '12'])).toEqual([]);
  });
});

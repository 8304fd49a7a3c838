import { describe, expect, it } from 'vitest';
import { holdingValues, spansOfValues } from './known-values.ts';

function whole<Result>(work: Generator<void, Result>): Result {
  let step = work.next();
  while (!step.done) step = work.next();
  return step.value;
}

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
    expect(whole(holdingValues([text], [value]))).toEqual([0]);
  });

  it.each([
    ['net 1 234 567,89 in all', '123-45-6789', ['1 234 567,89']],
    ['ANNA.WEBER＠example.org, and', 'anna.weber@example.org', ['ANNA.WEBER＠example.org']],
    ['to Mu\u0308ller.', 'Müller', ['Mu\u0308ller']],
    ['Anna\nWeber or Anna-\u200bWeber', 'Anna Weber', ['Anna\nWeber', 'Anna-\u200bWeber']],
    ['Weberlein', 'Weber', []],
  ])('stands in %j as it was written', (text, value, found) => {
    const spans = whole(spansOfValues(text, [value]));
    expect(spans.map(({ start, end }) => text.slice(start, end))).toEqual(found);
  });

  it('is no other word, and no part of one', () => {
    expect(whole(holdingValues(['Weberlein', 'a 123 b', ''], ['Weber', '12']))).toEqual([]);
  });

  it.each([
    ['words', 'one two, '],
    ['letters without a space', 'abcdef'],
    ['percent signs', '%C3%BC%41'],
    ['entities', '&#64;&#x41;'],
    ['letters with marks', 'e\u0301'],
    ['no letters', '@\u200b-'],
  ])('is found wherever it stands among many %s', (_, unit) => {
    for (const before of [65_529, 65_530, 65_533, 65_536, 131_072, 200_000]) {
      const ahead = unit.repeat(Math.ceil(before / unit.length)).slice(0, before);
      const text = `${ahead} anna%40example.org `;
      expect([before, whole(holdingValues([text.toWellFormed()], ['anna@example.org']))]).toEqual([
        before,
        [0],
      ]);
      const spelled = text.replace('%40', '@');
      const [span] = whole(spansOfValues(spelled, ['Anna@Example.org']));
      expect([before, spelled.slice(span?.start, span?.end)]).toEqual([before, 'anna@example.org']);
    }
  });
});

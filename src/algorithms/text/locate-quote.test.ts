import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { locateQuote } from './locate-quote.ts';

function found(text: string, quote: string): string | undefined {
  const location = locateQuote(text, quote);
  return location && text.slice(location.start, location.end);
}

describe('locateQuote', () => {
  it('finds a quote as it stands and says so', () => {
    expect(locateQuote('one two three', 'two')).toEqual({ start: 4, end: 7, exact: true });
  });

  it.each([
    ['white space', 'The fee\n   is 12\u00a0EUR.', 'fee is 12 EUR', 'fee\n   is 12\u00a0EUR'],
    ['quotation marks', 'He said “no”—twice.', 'said "no"-twice', 'said “no”—twice'],
    ['case', 'The FEE is due.', 'the fee', 'The FEE'],
    ['ligatures', 'Our o\ufb03ce is here.', 'office is', 'o\ufb03ce is'],
    ['composed letters', 'Le cafe\u0301 ferme.', 'café ferme', 'cafe\u0301 ferme'],
    ['soft hyphens', 'inter\u00adnational law', 'international law', 'inter\u00adnational law'],
    [
      'marks around the quote',
      'It closes at noon daily.',
      '"It closes at noon…"',
      'It closes at noon',
    ],
    ['letters that change length in lower case', 'In İZMİR today we met', 'TODAY WE', 'today we'],
    ['emoji', 'ok 😀   done', '😀 done', '😀   done'],
    ['right-to-left text', 'הוא אמר  שלום', 'אמר שלום', 'אמר  שלום'],
  ])('levels %s', (_name, text, quote, expected) => {
    expect(found(text, quote)).toBe(expected);
    expect(locateQuote(text, quote)!.exact).toBe(false);
  });

  it('finds nothing for what is not there, nor for an empty quote', () => {
    for (const quote of ['absent', '', '   ', '"…"'])
      expect(locateQuote('some text', quote)).toBeUndefined();
    expect(locateQuote('', 'quote')).toBeUndefined();
  });

  it('finds every slice of a text, whatever was done to its blanks and case', () => {
    const words = fc.array(fc.stringMatching(/^[a-z0-9]{1,8}$/), { minLength: 3, maxLength: 12 });
    fc.assert(
      fc.property(words, fc.nat(), fc.nat(), (parts, a, b) => {
        const text = parts.join(' \n ');
        const first = a % parts.length;
        const last = first + (b % (parts.length - first));
        const quote = parts
          .slice(first, last + 1)
          .join(' ')
          .toUpperCase();
        const slice = found(text, quote);
        expect(slice?.replace(/\s+/g, ' ').toUpperCase()).toBe(quote);
      }),
      { seed: 31, numRuns: 300 },
    );
  });

  it('searches a megabyte in well under a second', () => {
    const text = 'lorem ipsum “dolor” '.repeat(50_000);
    const started = process.cpuUsage();
    expect(found(`${text}The END`, 'the  end')).toBe('The END');
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(2000);
  });
});

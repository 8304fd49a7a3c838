import { describe, expect, it } from 'vitest';
import { groundingOf } from '../grounding.ts';
import { daysIn, withoutDates } from './dates.ts';

const december = [
  '2024-12-03',
  '2024/12/3',
  '03.12.2024',
  '3.12.24',
  '12/03/2024',
  '3 December 2024',
  '3rd of December, 2024',
  'December 3, 2024',
  'Dec. 3rd 2024',
  '3-Dec-2024',
  'le 3 décembre 2024',
  'den 3. Dezember 2024',
  'el 3 de diciembre de 2024',
  'il 3 dicembre 2024',
  '3 grudnia 2024',
  '2024年12月3日',
  '2024년 12월 3일',
];

describe('the same date in other words', () => {
  it.each(december)('is the same: %s', written => {
    for (const other of december) {
      const known = daysIn(`Signed on ${other}, in Bonn.`);
      expect(withoutDates(`On ${written}.`, known)).not.toMatch(/\d/);
      const claim = `The contract was signed on ${written}.`;
      const extract = `Contract signed on ${other}.`;
      expect(groundingOf(claim, [extract], 'When?').unsupported).toEqual([]);
    }
  });

  it.each([
    ['3 March 2024', '2024-03-03'],
    ['1er août 2024', '2024-08-01'],
    ['am 3. März', '-03-03'],
    ['3月3日', '-03-03'],
    ['29. Febr', undefined],
    ['12 people 2024', undefined],
    ['Version 10.2.3', undefined],
    ['42 May 2024', undefined],
  ])('is read where it is one: %s', (written, day) => {
    expect([...daysIn(written)][0]).toBe(day);
  });

  it('may be either where figures alone have two readings', () => {
    const supported = (claim: string, extract: string) =>
      groundingOf(`It was signed on ${claim}.`, [`Signed ${extract}.`], 'When?').supported;
    expect(supported('4 March 2024', '03/04/2024')).toBe(1);
    expect(supported('3. April 2024', '03/04/2024')).toBe(1);
    expect(supported('12/11/2024', '11 December 2024')).toBe(1);
    expect(supported('12/11/2024', '12 November 2024')).toBe(1);
  });

  it('is found where its year stands elsewhere, or is not said', () => {
    const extracts = ['Minutes of 2024. Signed on December 3rd.'];
    expect(groundingOf('Signed on 2024-12-03.', extracts, 'When?').supported).toBe(1);
    expect(groundingOf('Signed on 1999-12-03.', extracts, 'When?').supported).toBe(0);
    const dated = ['Signed 2024-12-03.'];
    expect(groundingOf('Signed on 3 December.', dated, 'When?').supported).toBe(1);
  });

  it('is another where a figure of it differs', () => {
    const extracts = ['Signed 2024-12-03.'];
    for (const other of ['17 December 2024', '1999-12-03', '3. Dezember 1890', 'December 17'])
      expect(groundingOf(`Signed on ${other}.`, extracts, 'When?').supported).toBe(0);
  });

  it('takes time in proportion to the text', () => {
    const begun = performance.now();
    daysIn('12 '.repeat(40_000));
    daysIn('1.2-'.repeat(40_000));
    daysIn('abc 12, '.repeat(20_000));
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});

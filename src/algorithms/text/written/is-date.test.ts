import { describe, expect, it } from 'vitest';
import { isDate } from './is-date.ts';

describe('a date or a time', () => {
  it.each([
    ...['2024', '2024-05-01', '2024-05-01T10:00:00Z', '2024-05-01 10:00:03,221', '06:00:04'],
    ...['1 May 2024', 'May 2024', '3rd of December, 2024', 'end of March', 'since 1 March 2023'],
    ...['Q3 2024', 'FY2018', '31.12.2024', 'seit dem 1. März 2023', 'am 3. Februar', '3-Dec-2024'],
    ...['le 1er août 2024', '3 de diciembre de 2024', '2024年12月3日', '2024년 12월 3일', 'Monday'],
    ...['Winter 2020/21', '10:30 am', 'the year ended 31 December 2023', '[12/Mar/2024:06:25:24]'],
  ])('is %s', words => expect(isDate(words)).toBe(true));

  it.each([
    ...['SENTINEL-5-1', 'Paragraph 3 sets out', 'room 12', 'operator 12', 'Market Street', '12'],
    ...['4,800 euros', 'second separate money', 'Maria Lopez, 2024', 'the year of the whale', ''],
    ...['the end of the year', 'password 2024-05-01', 'IBAN DE12 3456 7890', '10.0.0.1:8080'],
  ])('is not %j', words => expect(isDate(words)).toBe(false));
});

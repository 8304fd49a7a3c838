import { later } from '../../later.ts';
import lists from './dates.json' with { type: 'json' };

const named = later(() => new Set([...lists.months, lists.times].flatMap(each => each.split(' '))));
const beside = later(() => new Set(lists.beside.split(' ')));

// A year, a day in figures, an hour, a quarter; figures alone stand beside one.
const dated = new RegExp(
  String.raw`^(?:[12]\d{3}(?:[-/]\d{2,4})?|\d{1,4}[-./:]\d{1,2}(?:[-./:]\d{1,4})?(?:[.,]\d+)?z?` +
    String.raw`|\d{4}-\d\d-\d\dt\d\d:[\d:.,+-]+z?|[qht][1-4]|(?:fy|gj|kw|cw|w)\d{1,4}` +
    String.raw`|\d{1,2}(?:am|pm|h\d{0,2})` +
    String.raw`|[\d〇一二三四五六七八九十]+[年月日년월일號号时時][\d〇一二三四五六七八九十年月日년월일號号时時分]*)$`,
);
const figures = /^\d{1,3}(?:st|nd|rd|th|er|e|º)?$/;

/** Tells whether words are a date or a time, and nothing besides; of other scripts, in figures. */
export function isDate(words: string): boolean {
  const plain = words.normalize('NFKD').replaceAll(/\p{M}/gu, '').normalize('NFC').toLowerCase();
  const tokens = plain.split(/[\s,;()[\]'’"–—]+/).map(each => each.replaceAll(/^\.|[.:]$/g, ''));
  const isDated = (token: string) => named().has(token) || dated.test(token) || isJoined(token);
  const rest = tokens.filter(token => token !== '' && !isDated(token));
  return tokens.some(isDated) && rest.every(token => figures.test(token) || beside().has(token));
}

// `3-Dec-2024`, `12/Mar/2024:06:25:24`, `Monday-Friday`.
function isJoined(token: string): boolean {
  const parts = token.split(/[-/.:]/);
  return (
    parts.some(each => named().has(each)) &&
    parts.every(each => /^\d+$/.test(each) || named().has(each))
  );
}

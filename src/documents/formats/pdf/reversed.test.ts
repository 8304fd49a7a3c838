import { expect, it } from 'vitest';
import type { Fragment } from './fragments.ts';
import { lineOf, textOfLine } from './lines.ts';
import { asRead } from './reversed.ts';

it.each([
  ['الرسوم هي .30', 'الرسوم هي 30.'],
  ['שיעור הריבית הוא .12.5%', 'שיעור הריבית הוא 12.5%.'],
  ['מחיר השירות הוא !45', 'מחיר השירות הוא 45!'],
  ['الشركة .ABC Ltd', 'الشركة ABC Ltd.'],
  ['مدة الإشعار )30( يوما', 'مدة الإشعار (30) يوما'],
  ['السعر .30\tالرسم .40', 'السعر 30.\tالرسم 40.'],
])('reads the marks of a line from right to left as they are meant: %s', (seen, read) => {
  expect(asRead(seen)).toBe(read);
});

it.each([
  'الرسوم 1,250.50 درهم.',
  'مدة (30) يوما',
  'العقد رقم 12/2024، بتاريخ 5 مايو.',
  'يستمر القوس (في السطر',
  'أ) البند الأول',
  'أ) البند (وهو الأول',
])('leaves alone what is right: %s', text => {
  expect(asRead(text)).toBe(text);
});

it('sets no space before a mark that follows a number from right to left', () => {
  const at = (text: string, x: number, right: number): Fragment => ({
    ...{ text, x, right, y: 0, size: 12, isSpaced: false },
    isRightToLeft: /[\u0590-\u08ff]/.test(text),
  });
  const [first, ...rest] = [at('؟', 0, 7), at('700', 7, 27), at('المبلغ', 30, 60)];
  const line = lineOf(first!);
  line.fragments.push(...rest);
  expect(textOfLine(line)).toBe('المبلغ 700؟');
});

import { describe, expect, it } from 'vitest';
import type { ResultType } from './plan.ts';
import { readResult } from './result.ts';

describe('results in other languages', () => {
  it.each<[ResultType, string, unknown]>([
    ['number', '3,50 €', 3.5],
    ['number', '1.234,56 Euro', 1234.56],
    ['number', '1 200 euros', 1200],
    ['number', '12 345,5', 12_345.5],
    ['number', "1'200 Fr.", 1200],
    ['number', '1.200.300', 1_200_300],
    ['number', '4 × 3,50 = 14,00 €', 14],
    ['number', 'Das macht 3,50 €.', 3.5],
    ['number', '287.65元', 287.65],
    ['number', '1,200', 1200],
    ['number', '12,345.5', 12_345.5],
    ['number', '3.147', 3.147],
    ['boolean', 'Ja.', true],
    ['boolean', 'nein', false],
    ['boolean', 'sí', true],
    ['boolean', 'Non', false],
    ['boolean', '是', true],
    ['boolean', '不是', false],
    ['date', '4 Sep 1999', '1999-09-04'],
  ])('are equal votes with those in English: %s %s', (type, said, value) => {
    expect(readResult(type, said)).toEqual({ value });
  });

  it.each<[ResultType, string]>([
    ['number', '1, 2, 3'],
    ['number', '3 und 4,5'],
    ['boolean', 'Ja, vielleicht'],
    ['date', '3. Quartal 2026'],
    ['date', '31. Foo 2026'],
  ])('are refused where they say no one thing: %s %s', (type, said) => {
    expect(readResult(type, said)).toHaveProperty('redFlag');
  });
});

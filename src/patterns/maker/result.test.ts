import { describe, expect, it } from 'vitest';
import type { ResultType } from './plan.ts';
import { failedCheck, readResult, resultKey } from './result.ts';

const keyOf = (type: ResultType, given: unknown) => {
  const read = readResult(type, given);
  return 'redFlag' in read ? read.redFlag : resultKey(type, read.value);
};

describe('a result', () => {
  it.each<[ResultType, unknown[], string]>([
    ['number', [40, '40', '40.0', ' 40 apples', '$40', '40 %'], '40'],
    ['number', [1234.5, '1,234.5', '1,234.50 EUR'], '1234.5'],
    ['number', [0.1 + 0.2, 0.3], '0.3'],
    [
      'number',
      ['14', 'The change is 14 euros.', '50 - 36 = 14', 'So \\boxed{14}.', '= $14', 'It costs 14.'],
      '14',
    ],
    ['text', ['Paris', ' paris. ', '"Paris"'], 'paris'],
    ['boolean', [true, 'yes', 'True', 'Yes.'], 'true'],
    [
      'date',
      ['2026-03-12', '12 March 2026', 'March 12th, 2026', '2026-03-12T10:00:00Z'],
      '2026-03-12',
    ],
    ['list', [['B', 1], '["b", 1]'], '["b","1"]'],
    ['object', [{ b: 1, a: 'X' }, '{"a": "x", "b": 1}'], '{"a":"x","b":"1"}'],
  ])('of type %s is one vote in every spelling of %j', (type, spellings, key) => {
    for (const spelling of spellings) expect(keyOf(type, spelling)).toBe(key);
  });

  it.each<[ResultType, unknown]>([
    ['number', 'between 3 and 4'],
    ['number', 'forty'],
    ['number', Number.NaN],
    ['number', '12/34'],
    ['number', '4 pens cost 12 euros'],
    ['number', '3 * 4 = between 11 and 13'],
    ['number', 'Step 2b'],
    ['number', '12:30'],
    ['date', '3/4/2026'],
    ['date', 'soon'],
    ['boolean', 'maybe'],
    ['list', { a: 1 }],
    ['object', [1]],
    ['text', ''],
  ])('that is no %s is flagged: %j', (type, given) => {
    expect(readResult(type, given)).toEqual({ redFlag: `not a ${type}` });
  });

  it('is held against the check of its step', () => {
    const inputs = new Map([['items', [2, 1]]]);
    expect(failedCheck({ min: 1, max: 3 }, 2, inputs)).toBeUndefined();
    expect(failedCheck({ min: 1 }, 0, inputs)).toBe('below 1');
    expect(failedCheck({ max: 3 }, 4, inputs)).toBe('above 3');
    expect(failedCheck({ min: 1 }, 'two', inputs)).toBe('below 1');
    expect(failedCheck({ oneOf: ['red', 'blue'] }, 'Red', inputs)).toBeUndefined();
    expect(failedCheck({ oneOf: ['red'] }, 'green', inputs)).toBe('not one of the allowed values');
    expect(failedCheck({ length: 2 }, [1], inputs)).toBe('not of length 2');
    expect(failedCheck({ sameItemsAs: 'items' }, [1, 2], inputs)).toBeUndefined();
    expect(failedCheck({ sameItemsAs: 'items' }, [1, 1], inputs)).toBe('not the items of "items"');
  });
});

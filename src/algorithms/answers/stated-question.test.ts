import { describe, expect, it } from 'vitest';
import { statedAnswer } from './stated-question.ts';
import { givesAnswer } from './stated-verdict.ts';

function told(request: string): string | undefined {
  const answer = statedAnswer(request);
  if (answer === undefined) return undefined;
  if (typeof answer === 'boolean') return String(answer);
  if (!('over' in answer)) return answer.join(' ');
  return answer.under === 1n ? String(answer.over) : `${answer.over}/${answer.under}`;
}

describe('a question that states all that is needed for its answer', () => {
  it.each([
    ['What is 27 * 14?', '378'],
    ['Reply with the number only. What is 331 + 71?', '402'],
    ['Calculate (3 + 4) * 2 - 10 / 4.', '23/2'],
    ['What is 2^10?', '1024'],
    ['12 x 12 =', '144'],
    ['What is 1,234 + 1?', '1235'],
    ['What is -3 - -5?', '2'],
    ['What is 0.1 + 0.2?', '3/10'],
    ['What is 15% of 80?', '12'],
    ['What is the product of 12 and 30?', '360'],
    ['What is 5 minus 9?', '-4'],
    ['Was ist 7 mal 8? Nur die Zahl.', '56'],
    ['Combien font 9 fois 6 ?', '54'],
    ['Which is larger, 9.11 or 9.9?', '99/10'],
    ['Which of these numbers is the smallest: 1450, 1983, 1022? Number only.', '1022'],
    ['Is 97 a prime number? Answer yes or no.', 'true'],
    ['Is 84 divisible by 7?', 'true'],
    ['Sort these words alphabetically: river, apple, stone.', 'apple river stone'],
    ['Sort these numbers from largest to smallest: 3, 10, 2', '10 3 2'],
    ['How many minutes are 3 hours and 25 minutes? Answer with one number.', '205'],
    ['Convert 2.5 kg to grams.', '2500'],
    ["How many r's are in strawberry?", '3'],
    ['How many letters are in "banana"?', '6'],
  ])('%j is worked out', (request, value) => {
    expect(told(request)).toBe(value);
  });

  it.each([
    'What is 24/7?',
    'What is 9-11?',
    'What is 2024-05-01?',
    'What is a 4x4?',
    'What is 911?',
    'What is 5 / 0?',
    'What is 2^100000?',
    'What is 5 + 3 apples?',
    'Tom has 3 apples and buys 4. How many has he?',
    'Write a poem. What is 3 + 4?',
    'In base 8, what is 7 + 1?',
    'What is 7 + 1 in base 8?',
    'What is 10 / 3? Round to a whole number.',
    'How many days are in a year?',
    'Which of these cities is the largest: Graz, Lyon?',
    'Sort these words by length: river, apple',
    'Is 7 a lucky number?',
  ])('%j is left to others', request => {
    expect(statedAnswer(request)).toBeUndefined();
  });

  it('takes no time with a hostile request', () => {
    const begun = performance.now();
    for (const part of ['(', '1+', 'how many a in ', 'is 1 ', ', ', '9,']) {
      statedAnswer(`What is ${part.repeat(5000)}`.slice(0, 400));
      statedAnswer(part.repeat(50_000));
      givesAnswer(part.repeat(50_000), { over: 1n, under: 1n }, '');
      givesAnswer(part.repeat(900).slice(0, 2000), { over: 1n, under: 1n }, part.repeat(200));
    }
    expect(performance.now() - begun).toBeLessThan(400);
  });
});

describe('a draft that should have a value', () => {
  const sum = 'What is 60 + 29?';
  it.each([
    ['89', sum, true],
    ['**89**', sum, true],
    ['60 + 29 = 89', sum, true],
    ['60 + 29 = 89.', sum, true],
    ['The sum of 60 and 29 is 89.', sum, true],
    ['89 is the sum of 60 and 29.', sum, true],
    ['{"answer": 89}', sum, true],
    ['```json\n{"answer": "89"}\n```', sum, true],
    ['60 + 20 = 80 and 80 + 9 = 89', sum, true],
    ['79', sum, false],
    ['60 + 29 = 99', sum, false],
    ['{"answer": 90}', sum, false],
    ['eighty-nine', sum, undefined],
    ['89 or 90', sum, undefined],
    ['1,074', 'What is 1000 + 74?', true],
    ['1 074', 'What is 1000 + 74?', undefined],
    ['1.074', 'What is 1000 + 74?', false],
    ['3.33', 'What is 10 / 3?', true],
    ['3.34', 'What is 10 / 3?', false],
    ['11.50', 'What is 23 / 2?', true],
    ['Yes, it is.', 'Is 97 prime?', true],
    ['No.', 'Is 97 prime?', false],
    ['97 is prime.', 'Is 97 prime?', undefined],
    ['9.9', 'Which is larger, 9.11 or 9.9?', true],
    ['9.11', 'Which is larger, 9.11 or 9.9?', false],
    ['9.11 is larger than 9.9', 'Which is larger, 9.11 or 9.9?', undefined],
    ['5 + 0 = 5', 'What is 5 + 0?', true],
    ['apple, river, stone', 'Sort these words alphabetically: river, apple, stone', true],
    ['1. river\n2. apple\n3. stone', 'Sort these words alphabetically: river, apple, stone', false],
  ])('%j to %j: %s', (draft, request, verdict) => {
    const answer = statedAnswer(request);
    if (answer === undefined) throw new TypeError(`Nothing is worked out of ${request}.`);
    expect(givesAnswer(draft, answer, request)).toBe(verdict);
  });
});

import { expect, it } from 'vitest';
import { type AnswerKind, answerKey, numberIn } from './answer-key.ts';

it.each<[AnswerKind, string, string]>([
  ['auto', '42', 'The answer is 42.'],
  ['auto', '1,250', '$1250'],
  ['auto', '{"b": 1, "a": "X"}', '```json\n{"a":"x","b":1.0}\n```'],
  ['auto', '2026-01-31', 'January 31, 2026'],
  ['auto', 'So it is.\n#### 18', 'Working it out … \\boxed{18}'],
  ['auto', 'Paris.', 'paris'],
  ['auto', 'one thousand two hundred and five', '1,205'],
  ['auto', 'Twenty-one.', '21'],
  ['auto', '1.2 million', '1,200,000'],
  ['auto', '1.2M', '1200000'],
  ['auto', '1e3', '1 000'],
  ['auto', '½', '0.5'],
  ['auto', '\\frac{3}{4}', '0.75'],
  ['auto', '5,0', '5'],
  ['auto', 'Option A.', '(A)'],
  ['auto', '| a | b |\n|---|---|\n| 1 | 2 |', '|a|b|\n|:-:|--:|\n|1|2|'],
  ['auto', '```python\ndef f(x):\n    return x+1\n```', 'def f(x):\n  return x + 1'],
  ['number', 'She has 3 bags of 4, so 12 apples', 'Answer: 12.0'],
  ['number', '-0.50', 'It falls by … the answer is -0.5 degrees'],
  ['date', 'It was on 31 January 2026.', '31.01.2026'],
  ['date', '1/31/2026', '31st of January, 2026'],
  ['list', '- Apples\n- Pears', 'pears, apples'],
  ['list', '["b", "a"]', '["A", "B"]'],
  ['choice', '(B) because …', 'The answer is B.'],
  ['choice', 'B. Photosynthesis', 'I would choose B'],
])('reads %s: "%s" is "%s"', (kind, a, b) => {
  expect(answerKey(a, kind)).toBe(answerKey(b, kind));
});

it.each<[AnswerKind, string, string]>([
  ['auto', '42', '43'],
  ['auto', 'Five boats sailed in 1912.', 'Five boats sailed in 1913.'],
  ['auto', 'A', 'B'],
  ['auto', 'one', 'two'],
  ['auto', 'one two three', '6'],
  ['auto', 'twenty twenty', '40'],
  ['auto', 'hundred', '100'],
  ['auto', '1.000', '1000'],
  ['auto', '| a |\n|---|\n| 1 |', '| a |\n|---|\n| 2 |'],
  ['auto', 'def f(x):\n    return x+1', 'def f(x):\n    return x-1'],
  ['number', '12', '-12'],
  ['date', '2026-01-31', '2026-02-01'],
  ['list', 'a, b', 'a, c'],
  ['choice', 'The answer is A', 'The answer is B'],
])('keeps apart as %s: "%s" and "%s"', (kind, a, b) => {
  expect(answerKey(a, kind)).not.toBe(answerKey(b, kind));
});

it('takes the text for a key where nothing of the kind is there', () => {
  expect(answerKey('I do not know.', 'number')).toBe('i do not know');
  expect(numberIn('none at all')).toBeUndefined();
});

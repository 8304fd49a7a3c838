import { expect, it } from 'vitest';
import { exactGrader, numericGrader } from './graders.ts';

const graded = (answer: string, reference?: string) => ({ prompt: 'p', answer, reference });

it.each([
  ['The answer is 42.', '42', 1],
  ['Paris', 'paris.', 1],
  ['(B) since it rains', 'B', 1],
  ['A', 'B', 0],
  ['{"b":1,"a":2}', '{"a":2,"b":1}', 1],
])('grades "%s" against "%s" exactly', async (answer, reference, right) => {
  expect(await exactGrader()(graded(answer, reference))).toBe(right);
});

it.each([
  ['so that makes 9.9 litres', '10', 0.02, 1],
  ['so that makes 9.9 litres', '10', 0, 0],
  ['none', '10', 0.02, 0],
])(
  'grades "%s" against "%s" with a tolerance of %d',
  async (answer, reference, tolerance, right) => {
    expect(await numericGrader(tolerance)(graded(answer, reference))).toBe(right);
  },
);

it('cannot tell without a reference', async () => {
  expect(await exactGrader()(graded('42'))).toBeUndefined();
  expect(await numericGrader()(graded('42'))).toBeUndefined();
});

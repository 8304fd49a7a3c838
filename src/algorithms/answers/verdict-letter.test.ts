import { describe, expect, it } from 'vitest';
import { verdictLetter } from './verdict-letter.ts';

describe('the letter of a verdict', () => {
  it.each([
    ['S', 'S'],
    ['S.', 'S'],
    ['<analysis>hard</analysis>S', 'S'],
    ['I think S', 'S'],
    ['→ S', 'S'],
    ['**S**', 'S'],
    ['Answer: S', 'S'],
    ['answer is L.', 'L'],
    ['l', 'L'],
    ['"U"', 'U'],
    ['(L)', 'L'],
    ['S - it is a look-up', 'S'],
    ['L, since it is code', 'L'],
    ['<think>It could be S or L.</think>\nL', 'L'],
    ['It is a look-up.</think> S', 'S'],
    ['The request is simple, so the answer is S.', 'S'],
    ['This needs code.\n\nL', 'L'],
    ['Small', 'S'],
    ['Simple.', 'S'],
    ['Hard', 'L'],
    ['Option S', 'S'],
    ['Simple syrup is sugar and water.', undefined],
    ['\\boxed{L}', 'L'],
    ['<think>It could be S', undefined],
    ['Oslo', undefined],
    ['S, L or U?', undefined],
    ['The capital of Norway is Oslo.', undefined],
    ['', undefined],
    ['Sure, here it is', undefined],
  ])('in %j is %s', (text, letter) => {
    expect(verdictLetter(text)).toBe(letter);
  });
});

import { describe, expect, it } from 'vitest';
import { groundingOf } from './grounding.ts';

const extracts = [
  'In fiscal 2023, the Norfield segment recorded impairment charges of $41.200 million.',
  'In fiscal 2022, the Norfield segment recorded impairment charges of $30.000 million.',
  'Revenue\t7,589\t4,501',
];
const question = 'How did impairment charges at Norfield change?';
const unsupported = (answer: string) => groundingOf(answer, extracts, question).unsupported;

describe('groundingOf', () => {
  it.each([
    [
      'words and numbers of an extract',
      'Norfield recorded charges of $41.2 million in fiscal 2023 [e1].',
    ],
    ['a number with another separator', 'Revenue was 7589.'],
    ['a number in another scale', 'The charges were 41,200 thousand dollars in fiscal 2023.'],
    ['a rounded number', 'Revenue was about 7,600.'],
    ['a difference', 'The charges rose by $11.2 million.'],
    ['a sum', 'Over both years the segment recorded $71.2 million.'],
    ['a change in per cent', 'The charges rose by 37.3 per cent.'],
    ['that something is missing', 'The extracts do not say what was recorded in 2019.'],
    ['a question', 'Is that enough?'],
  ])('supports %s', (_what, answer) => {
    expect(unsupported(answer)).toEqual([]);
  });

  it.each([
    ['a number that no extract holds', 'The charges were $52.9 million in fiscal 2023.'],
    ['a year beside the right one', 'The Norfield segment recorded impairment charges in 2021.'],
    ['an exact number beside the right one', 'Revenue was 7,588.'],
    ['words that no extract holds', 'The chief executive resigned in a scandal.'],
  ])('marks %s', (_what, answer) => {
    expect(unsupported(answer)).toEqual([answer]);
  });

  it('counts claims, and lists at most eight', () => {
    const answer = Array.from({ length: 12 }, (_, n) => `Castle ${n} burned down yesterday.`).join(
      ' ',
    );
    const grounding = groundingOf(answer, extracts, question);
    expect([grounding.claims, grounding.supported, grounding.unsupported.length]).toEqual([
      12, 0, 8,
    ]);
  });

  it('takes time in proportion to long answers and extracts', () => {
    const long = Array.from({ length: 300 }, (_, n) => `Item ${n} cost ${n * 17} crowns.`);
    const begun = performance.now();
    groundingOf(long.join(' '), long, question);
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});

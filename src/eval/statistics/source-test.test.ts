import { expect, it } from 'vitest';
import { sourcesPValue } from './source-test.ts';

const gains = (good: number, bad: number) => [
  ...Array.from({ length: good }, () => 1),
  ...Array.from({ length: bad }, () => -8),
];

it('counts the worst source once more', () => {
  // Without it t would be 2.3 of 39 degrees of freedom, and .013 its tail.
  expect(sourcesPValue(gains(38, 2))).toBeGreaterThan(0.05);
  expect(sourcesPValue(gains(80, 2))).toBeLessThan(0.05);
});

it('is sure of sources that all gain alike, and never of those that gain nothing', () => {
  expect(sourcesPValue(gains(19, 0))).toBe(0);
  expect(sourcesPValue(gains(19, 0).map(() => 0))).toBe(1);
});

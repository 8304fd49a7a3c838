import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../algorithms/seeded-random.ts';
import { binOf, spreadOf, stabilityIndex } from './stability.ts';

describe('population stability', () => {
  const random = seededRandom(4);
  const spread = spreadOf(Array.from({ length: 2000 }, random));
  const countsOf = (values: readonly number[]) => {
    const counts = new Array<number>(spread.shares.length).fill(0);
    for (const value of values) counts[binOf(spread, value)]! += 1;
    return counts;
  };

  it('is near zero for more of the same, and large where values have moved', () => {
    expect(stabilityIndex(spread, countsOf(Array.from({ length: 1000 }, random)))).toBeLessThan(
      0.1,
    );
    expect(
      stabilityIndex(spread, countsOf(Array.from({ length: 1000 }, () => random() ** 3))),
    ).toBeGreaterThan(0.25);
  });

  it('keeps a constant in one bin and shares that add up to one', () => {
    expect(spreadOf([3, 3, 3])).toEqual({ edges: [], shares: [expect.closeTo(1)] });
    expect(spread.shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
  });
});

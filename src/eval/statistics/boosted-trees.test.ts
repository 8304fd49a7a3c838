import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../algorithms/seeded-random.ts';
import { type BoostOptions, fitTrees, treesValue } from './boosted-trees.ts';

const options = (seed: number): BoostOptions => ({
  trees: 100,
  depth: 3,
  rate: 0.2,
  leastRows: 10,
  shrinkage: 1,
  rowShare: 0.7,
  inputShare: 1,
  random: seededRandom(seed),
});
const random = seededRandom(4);
const rows = Array.from({ length: 1000 }, () => [random(), random(), 7]);
// No line parts these targets: both inputs must be seen together.
const target = ([x, y]: readonly number[]) => (x! > 0.5 === y! > 0.3 ? 0.8 : 0.2);
const trees = fitTrees(rows, rows.map(target), options(1));
const errorOf = (of: (row: readonly number[]) => number) =>
  rows.reduce((sum, row) => sum + Math.abs(of(row) - target(row)), 0) / rows.length;

describe('boosted trees', () => {
  it('learn what depends on two inputs together', () => {
    expect(errorOf(() => 0.5)).toBeCloseTo(0.3, 1);
    expect(errorOf(row => treesValue(trees, row))).toBeLessThan(0.04);
    expect(treesValue(trees, [0.9, 0.1, 7])).toBeLessThan(0.3);
  });

  it('are the same for the same random numbers', () => {
    expect(fitTrees(rows, rows.map(target), options(1))).toEqual(trees);
  });

  it('never compare an input that does not vary, and compare between values that were seen', () => {
    const parting = trees.inputs.filter((_, index) => Number.isFinite(trees.limits[index]));
    expect(parting.includes(2)).toBe(false);
    const steps = Array.from({ length: 200 }, (_, index) => [index % 2]);
    const { limits } = fitTrees(
      steps,
      steps.map(([value]) => value!),
      options(2),
    );
    expect([...new Set(limits.filter(Number.isFinite))]).toEqual([0.5]);
  });

  it('state the mean where there are too few rows to part', () => {
    const few = fitTrees([[1], [2], [3]], [0, 0, 1], options(3));
    expect(Math.abs(treesValue(few, [3]) - 1 / 3)).toBeLessThan(0.2);
    expect(few.limits.every(limit => limit === Number.POSITIVE_INFINITY)).toBe(true);
  });
});

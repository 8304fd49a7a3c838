import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../algorithms/seeded-random.ts';
import { dot, fitLogistic, logit, type SparseVector, sigmoid } from './logistic-regression.ts';

const random = seededRandom(2);
const truth = [1.5, -2, 0.5];
const rows: SparseVector[] = Array.from({ length: 4000 }, () => ({
  indices: Uint32Array.from([0, 1, 2]),
  values: Float64Array.from([random() * 2 - 1, random() * 2 - 1, 1]),
}));
const odds = rows.map(row => dot(truth, row));

describe('logistic regression', () => {
  it('finds the weights that made the outcomes', () => {
    const outcomes = odds.map(each => (random() < sigmoid(each) ? 1 : 0));
    const fitted = fitLogistic(rows, outcomes, { dimensions: 3, random: seededRandom(1) });
    for (const [index, weight] of truth.entries()) expect(fitted[index]!).toBeCloseTo(weight, 0);
  });

  it('reaches the optimum: the gradient vanishes, for targets between 0 and 1 too', () => {
    const targets = odds.map(each => 0.25 + sigmoid(each) / 2);
    const strength = 0.3;
    const fitted = fitLogistic(rows, targets, {
      dimensions: 3,
      strength,
      epochs: 60,
      random: seededRandom(1),
    });
    for (let index = 0; index < 3; index++) {
      let gradient = fitted[index]!;
      for (const [at, row] of rows.entries()) {
        gradient -= strength * (targets[at]! - sigmoid(dot(fitted, row))) * row.values[index]!;
      }
      expect(Math.abs(gradient)).toBeLessThan(1e-2);
    }
  });

  it('stays finite for one class, and turns probabilities to log-odds and back', () => {
    const fitted = fitLogistic(
      rows,
      rows.map(() => 1),
      { dimensions: 3, random: seededRandom(1) },
    );
    expect([...fitted].every(Number.isFinite)).toBe(true);
    expect(sigmoid(logit(0.3))).toBeCloseTo(0.3);
    expect(Number.isFinite(logit(1))).toBe(true);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../algorithms/seeded-random.ts';
import {
  auroc,
  brierScore,
  calibrationError,
  decisionQuality,
  reliability,
  riskArea,
  riskCoverage,
} from './confidence-metrics.ts';

describe('auroc', () => {
  it.each([
    ['perfect', [0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1], 1],
    ['reversed', [0.9, 0.8, 0.2, 0.1], [0, 0, 1, 1], 0],
    ['constant', [0.5, 0.5, 0.5, 0.5], [0, 1, 0, 1], 0.5],
    ['one pair swapped', [0.1, 0.3, 0.2, 0.4], [0, 0, 1, 1], 0.75],
  ])('of %s scores', (_, scores, outcomes, expected) => {
    expect(auroc(scores, outcomes)).toBeCloseTo(expected);
  });

  it('equals the share of ordered pairs', () => {
    const row = fc.tuple(fc.integer({ min: 0, max: 5 }), fc.constantFrom(0, 1));
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 25 }), rows => {
        const scored = (label: number) =>
          rows.filter(([, outcome]) => outcome === label).map(([score]) => score);
        const pairs = scored(1).flatMap(right =>
          scored(0).map(wrong => (Math.sign(right - wrong) + 1) / 2),
        );
        const expected = pairs.reduce((sum, won) => sum + won, 0) / pairs.length;
        const found = auroc(
          rows.map(([score]) => score),
          rows.map(([, outcome]) => outcome),
        );
        if (Number.isNaN(expected)) expect(found).toBeNaN();
        else expect(found).toBeCloseTo(expected);
      }),
    );
  });
});

describe('calibration', () => {
  it('is near zero for probabilities that mean what they say, and large for others', () => {
    const random = seededRandom(9);
    const stated = Array.from({ length: 5000 }, random);
    const outcomes = stated.map(probability => (random() < probability ? 1 : 0));
    expect(calibrationError(stated, outcomes)).toBeLessThan(0.03);
    const boasting = stated.map(probability => Math.min(1, probability + 0.3));
    expect(calibrationError(boasting, outcomes)).toBeGreaterThan(0.2);
    expect(brierScore(stated, outcomes)).toBeCloseTo(1 / 6, 1);
  });

  it('bins by equal counts and keeps equal probabilities together', () => {
    const bins = reliability([0.1, 0.1, 0.1, 0.9, 0.9, 0.9], [0, 0, 1, 1, 1, 0], 6);
    expect(bins).toMatchObject([
      { count: 3, stated: expect.closeTo(0.1) },
      { count: 3, observed: expect.closeTo(2 / 3) },
    ]);
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(6);
  });
});

describe('risk and coverage', () => {
  it('answers the most confident first', () => {
    const points = riskCoverage([0.9, 0.8, 0.2, 0.1], [1, 1, 0, 0]);
    expect(points).toEqual([
      { coverage: 0.25, risk: 0 },
      { coverage: 0.5, risk: 0 },
      { coverage: 0.75, risk: expect.closeTo(1 / 3) },
      { coverage: 1, risk: 0.5 },
    ]);
    expect(riskArea(points)).toBeLessThan(
      riskArea(riskCoverage([0.1, 0.2, 0.8, 0.9], [1, 1, 0, 0])),
    );
  });
});

describe('decisions beside their base rate', () => {
  it('gives a constant decision a balanced accuracy of one half, however high its accuracy', () => {
    const needed = [true, false, false, false, false, false, false, false, false, false];
    const constant = decisionQuality(
      needed.map(() => false),
      needed,
    );
    expect(constant).toMatchObject({
      accuracy: 0.9,
      balancedAccuracy: 0.5,
      recall: 0,
      baseRate: 0.1,
    });
    expect(decisionQuality(needed, needed)).toMatchObject({
      balancedAccuracy: 1,
      precision: 1,
      recall: 1,
    });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../algorithms/seeded-random.ts';
import { bootstrap } from './bootstrap.ts';
import {
  apgr,
  apgrOf,
  callShareForGap,
  callShareForRatio,
  costQualityCurve,
  qualityAt,
  type RoutedOutcome,
  rankByUrgency,
  shareFor,
} from './routing-metrics.ts';

const curveOf = (rows: readonly RoutedOutcome[]) => costQualityCurve(rankByUrgency(rows));
const outcome = fc.record({
  urgency: fc.integer({ min: 0, max: 9 }),
  local: fc.constantFrom(0, 1),
  cloud: fc.constantFrom(0, 1),
});

// Ten requests; the local model fails on the last two, the cloud on none.
const ten = (urgency: (index: number) => number): RoutedOutcome[] =>
  Array.from({ length: 10 }, (_, index) => ({
    urgency: urgency(index),
    local: index < 8 ? 1 : 0,
    cloud: 1,
  }));

describe('the cost–quality curve', () => {
  it('goes from always local to always cloud, most urgent first', () => {
    const curve = curveOf(ten(index => index));
    expect(curve[0]).toEqual({ share: 0, quality: 0.8 });
    expect(curve[2]).toEqual({ share: 0.2, quality: 1 });
    expect(curve.at(-1)).toEqual({ share: 1, quality: 1 });
    expect(apgr(curve)).toBeCloseTo(0.9);
    expect(callShareForGap(curve, 0.5)).toBeCloseTo(0.1);
    expect(callShareForRatio(curve, 0.95)).toBeCloseTo(0.15);
    expect(qualityAt(curve, 0.05)).toBeCloseTo(0.85);
  });

  it('gives a policy that knows nothing what a random mixture has', () => {
    const curve = curveOf(ten(() => 1));
    expect(apgr(curve)).toBeCloseTo(0.5);
    expect(callShareForGap(curve, 0.8)).toBeCloseTo(0.8);
  });

  it('takes the first crossing of a curve that falls again', () => {
    const rows = [
      { urgency: 3, local: 0, cloud: 1 },
      { urgency: 2, local: 1, cloud: 0 },
      { urgency: 1, local: 0, cloud: 1 },
      { urgency: 0, local: 0, cloud: 1 },
    ];
    expect(shareFor(curveOf(rows), 0.5)).toBeCloseTo(0.25);
    expect(shareFor(curveOf(rows), 0.9)).toBeNaN();
  });

  it('refuses to divide by a gap that is not there', () => {
    const rows = [{ urgency: 1, local: 1, cloud: 1 }];
    expect(apgr(curveOf(rows))).toBeNaN();
    expect(callShareForGap(curveOf(rows), 0.5)).toBeNaN();
  });

  it('is best when sorted by true gain', () => {
    fc.assert(
      fc.property(fc.array(outcome, { minLength: 1, maxLength: 40 }), rows => {
        const oracle = rows.map(row => ({ ...row, urgency: row.cloud - row.local }));
        for (const share of [0.1, 0.3, 0.5, 0.9]) {
          expect(qualityAt(curveOf(oracle), share)).toBeGreaterThanOrEqual(
            qualityAt(curveOf(rows), share) - 1e-9,
          );
        }
      }),
    );
  });

  it('counts a row of weight two as two rows', () => {
    fc.assert(
      fc.property(fc.array(outcome, { minLength: 2, maxLength: 20 }), rows => {
        const weights = rows.map((_, index) => (index === 0 ? 2 : index === 1 ? 0 : 1));
        const weighted = costQualityCurve(rankByUrgency(rows), weights);
        const doubled = curveOf([rows[0]!, rows[0]!, ...rows.slice(2)]);
        expect(weighted.length).toBe(doubled.length);
        const [fast, drawn] = [apgrOf(rankByUrgency(rows), weights), apgr(weighted)];
        if (Number.isNaN(drawn)) expect(Number.isFinite(fast)).toBe(false);
        else expect(fast).toBeCloseTo(drawn);
        for (const [index, point] of weighted.entries()) {
          expect(point.share).toBeCloseTo(doubled[index]!.share);
          expect(point.quality).toBeCloseTo(doubled[index]!.quality);
        }
      }),
    );
  });
});

describe('bootstrap', () => {
  it('covers the truth about as often as it says, and pairs differences', () => {
    const random = seededRandom(3);
    let covered = 0;
    for (let trial = 0; trial < 200; trial++) {
      const values = Array.from({ length: 80 }, () => (random() < 0.3 ? 1 : 0));
      const mean = (weights: Float64Array) =>
        values.reduce((sum: number, value, index) => sum + value * weights[index]!, 0) /
        values.length;
      const { rate, none } = bootstrap(
        { rate: mean, none: weights => mean(weights) - mean(weights) },
        { cases: values.length, random, resamples: 200 },
      );
      if (rate.low <= 0.3 && 0.3 <= rate.high) covered++;
      expect(none).toEqual({ low: 0, high: 0 });
    }
    expect(covered).toBeGreaterThan(178);
    expect(covered).toBeLessThan(200);
  });

  it('leaves out resamples without a value', () => {
    const { never } = bootstrap(
      { never: () => Number.NaN },
      { cases: 3, random: seededRandom(1), resamples: 5 },
    );
    expect(never.low).toBeNaN();
  });
});

import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../algorithms/seeded-random.ts';
import { threeOutcomes, threeOutcomesAsStated, thresholdForRatio } from './three-outcomes.ts';

const random = seededRandom(8);
// Scores that mean what they say.
const honest = Array.from({ length: 4000 }, () => {
  const score = random();
  return { score, need: random() < score ? 0 : 1 };
});

describe('three outcomes', () => {
  it('decides at both ends, as often right as demanded, and leaves the middle unsure', () => {
    const { localFrom, cloudBelow } = threeOutcomes(honest, 0.9);
    const decided = honest.filter(({ score }) => score >= localFrom || score < cloudBelow);
    const right = decided.filter(({ score, need }) => (score >= 0.5 ? need === 0 : need === 1));
    expect(right.length / decided.length).toBeGreaterThanOrEqual(0.9);
    expect(decided.length / honest.length).toBeGreaterThan(0.3);
    expect(localFrom).toBeGreaterThan(cloudBelow);
  });

  it('decides nothing where scores say nothing', () => {
    const noise = honest.map(({ score }) => ({ score, need: random() < 0.5 ? 1 : 0 }));
    expect(threeOutcomes(noise, 0.9)).toEqual({ localFrom: 1.01, cloudBelow: 0 });
  });

  it('as stated: decides where the scores say so on average, whatever single groups do', () => {
    const scores = honest.map(({ score }) => score);
    const { localFrom, cloudBelow } = threeOutcomesAsStated(scores, 0.9);
    // Uniform scores: a zone from t to 1 states (1 + t) / 2 on average.
    expect(localFrom).toBeCloseTo(0.8, 1);
    expect(cloudBelow).toBeCloseTo(0.2, 1);
    expect(threeOutcomesAsStated([0.6, 0.4, 0.55], 0.9)).toEqual({
      localFrom: 1.01,
      cloudBelow: 0,
    });
  });
});

describe('two outcomes', () => {
  it.each([0.8, 0.9, 0.95])('keep %f of the cloud, with no more cloud calls than needed', ratio => {
    const held = honest.map(({ score, need }) => ({ score, local: 1 - need, cloud: 1 }));
    const threshold = thresholdForRatio(held, ratio);
    const quality = (from: number) =>
      held.filter(({ score, local }) => score < from || local === 1).length / held.length;
    expect(quality(threshold)).toBeGreaterThanOrEqual(ratio);
    expect(quality(threshold - 0.01)).toBeLessThan(ratio);
  });
});

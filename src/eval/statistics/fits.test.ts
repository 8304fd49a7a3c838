import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seededRandom } from '../../algorithms/seeded-random.ts';
import { fitLogistic, logisticProbability } from './dense-logistic.ts';
import { escalationBound } from './escalation-bound.ts';
import { fitIsotonic, isotonicValue } from './isotonic.ts';

it('finds the weights that outcomes were drawn with', () => {
  const random = seededRandom(3);
  const truth = { weights: [1.5, -0.8], intercept: 0.4 };
  const samples = Array.from({ length: 20_000 }, () => {
    const features = [random() * 4 - 2, random() * 4 - 2];
    return { features, outcome: random() < logisticProbability(truth, features) ? 1 : 0 };
  });
  const found = fitLogistic(samples);
  expect(found.weights[0]).toBeCloseTo(1.5, 1);
  expect(found.weights[1]).toBeCloseTo(-0.8, 1);
  expect(found.intercept).toBeCloseTo(0.4, 1);
});

it.each([
  ['parted', [0, 0, 1, 1]],
  ['of one class', [1, 1, 1, 1]],
])('stays finite on samples that are %s', (_, outcomes) => {
  const found = fitLogistic(
    outcomes.map((outcome, index) => ({ features: [index - 1.5], outcome })),
  );
  expect([...found.weights, found.intercept].every(Number.isFinite)).toBe(true);
});

it('fits rising steps that keep the mean', () => {
  const pairs = fc.array(
    fc.record({ score: fc.integer({ min: 0, max: 9 }), outcome: fc.integer({ min: 0, max: 1 }) }),
    {
      minLength: 1,
    },
  );
  fc.assert(
    fc.property(pairs, samples => {
      const fit = fitIsotonic(samples);
      const values = [...samples]
        .sort((a, b) => a.score - b.score)
        .map(({ score }) => isotonicValue(fit, score));
      expect(values.every((value, index) => index === 0 || value >= values[index - 1]!)).toBe(true);
      const mean = (numbers: number[]) =>
        numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
      expect(mean(values)).toBeCloseTo(mean(samples.map(({ outcome }) => outcome)), 9);
    }),
    { seed: 2 },
  );
});

it('bounds every cascade by what the cloud can mend', () => {
  const rows = [
    ...Array.from({ length: 65 }, () => ({ local: 1, cloud: 1 })),
    ...Array.from({ length: 28 }, () => ({ local: 0, cloud: 1 })),
    ...Array.from({ length: 7 }, () => ({ local: 0, cloud: 0 })),
  ];
  const bound = escalationBound(rows);
  expect(bound.accuracyAt(0.15)).toBeCloseTo(0.65 + 0.15 * 0.8, 12);
  expect(bound.accuracyAt(1)).toBeCloseTo(0.93, 12);
  expect(bound.escalationFor(0.81)).toBeCloseTo(0.2, 12);
  expect(bound.escalationFor(0.94)).toBeNaN();
});

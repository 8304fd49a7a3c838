import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../algorithms/seeded-random.ts';
import { corrected, plattOf, uncorrected } from './platt.ts';

const random = seededRandom(3);
const truth = Array.from({ length: 4000 }, () => random());
const outcomes = truth.map(p => (random() < p ? 1 : 0));

describe('Platt scaling', () => {
  it('leaves probabilities alone that mean what they say, and mends those too sure', () => {
    const honest = plattOf(truth, outcomes);
    expect(honest.scale).toBeCloseTo(1, 0);
    const sure = truth.map(p => corrected({ scale: 3, shift: 1 }, p));
    const mended = plattOf(sure, outcomes);
    for (const p of [0.1, 0.5, 0.9]) {
      expect(corrected(mended, corrected({ scale: 3, shift: 1 }, p))).toBeCloseTo(p, 1);
    }
  });

  it('keeps the order even where stated and true are reversed', () => {
    const reversed = plattOf(
      truth.map(p => 1 - p),
      outcomes,
    );
    expect(corrected(reversed, 0.9)).toBeGreaterThan(corrected(reversed, 0.1));
  });

  it.each([
    ['perfectly parted', [0.01, 0.02, 0.98, 0.99], [0, 0, 1, 1]],
    ['of one class', [0.4, 0.5, 0.6], [1, 1, 1]],
    ['none', [], []],
  ])('stays finite on samples that are %s', (_, stated, found) => {
    const { scale, shift } = plattOf(stated, found);
    expect(Number.isFinite(scale) && Number.isFinite(shift)).toBe(true);
    expect(corrected(uncorrected, 0.3)).toBeCloseTo(0.3);
  });
});

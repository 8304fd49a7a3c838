import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../algorithms/seeded-random.ts';
import type { QualityMeasure } from '../saved-forms.ts';
import { openLastingTest, qualityMean } from './lasting-test.ts';
import { exactPValue } from './mean-tests.ts';
import type { ScoredOutcome } from './quality-test.ts';

// The cascade keeps exactly what is asked for, so that each refutation is an error.
const worlds: Readonly<Record<QualityMeasure, { target: number; local: number; cloud: number }>> = {
  ratio: { target: 0.9, local: 0.81, cloud: 0.9 },
  kept: { target: 0.9, local: 0.9, cloud: 1 },
  accuracy: { target: 0.85, local: 0.85, cloud: 0.95 },
};

function rowsOf({ local, cloud }: { local: number; cloud: number }, seed: number) {
  const random = seededRandom(seed);
  return Array.from({ length: 1000 }, (): ScoredOutcome => {
    return { score: 1, local: random() < local ? 1 : 0, cloud: random() < cloud ? 1 : 0 };
  });
}

describe('a test that may be looked at after every outcome', () => {
  it.each(['ratio', 'kept', 'accuracy'] as const)(
    'errs about %s in at most 1 of 20 of 400 draws, with a look after each of 1,000 rows',
    measure => {
      const { target, ...world } = worlds[measure];
      const { nullMean, outcome } = qualityMean(measure, target);
      let errors = 0;
      for (let draw = 0; draw < 400; draw++) {
        const test = openLastingTest(nullMean);
        for (const row of rowsOf(world, draw + 1)) test.take(outcome(row, true)!);
        if (test.refutes(0.05)) errors++;
      }
      expect(errors).toBeLessThanOrEqual(20);
    },
  );

  it('stays right where the exact test of a fixed sample, repeated each week, is wrong', () => {
    const { target, ...world } = worlds.accuracy;
    const wrong = { lasting: 0, repeated: 0 };
    for (let draw = 0; draw < 400; draw++) {
      const test = openLastingTest(target);
      let [failures, isWrong] = [0, false];
      for (const [place, { local }] of rowsOf(world, draw + 1).entries()) {
        test.take(local);
        failures += 1 - local;
        const n = place + 1;
        if (n % 50 === 0) isWrong ||= exactPValue({ k: failures, n, most: 1 - target }) <= 0.05;
      }
      if (test.refutes(0.05)) wrong.lasting++;
      if (isWrong) wrong.repeated++;
    }
    expect(wrong.lasting).toBeLessThanOrEqual(20);
    expect(wrong.repeated).toBeGreaterThan(40);
  });

  it('finds out a quality that is kept, and goes on from what it has seen', () => {
    const better = { local: 0.95, cloud: 0.95 };
    const { nullMean, outcome } = qualityMean('ratio', 0.9);
    const whole = openLastingTest(nullMean);
    let parts = openLastingTest(nullMean);
    for (const [place, row] of rowsOf(better, 7).entries()) {
      whole.take(outcome(row, true)!);
      parts.take(outcome(row, true)!);
      if (place % 100 === 99) parts = openLastingTest(nullMean, parts.state());
    }
    expect(whole.refutes(0.01)).toBe(true);
    expect(parts.state()).toEqual(whole.state());
  });

  it('refutes nothing that is at its end, and takes what the cloud missed for no outcome', () => {
    const test = openLastingTest(1);
    for (let turn = 0; turn < 100; turn++) test.take(1);
    expect(test.refutes(0.5)).toBe(false);
    const { outcome } = qualityMean('kept', 0.9);
    expect(outcome({ score: 1, local: 1, cloud: 0 }, true)).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../algorithms/seeded-random.ts';
import type { OutcomeRow } from '../outcomes/outcome-log.ts';
import type { QualityMeasure } from '../saved-forms.ts';
import { type Calibration, checkCalibration } from './calibration.ts';
import { recalibrate } from './recalibrate.ts';

const demands = { measure: 'ratio' as QualityMeasure, quality: 0.95, confidence: 0.95 };
const grid = Array.from({ length: 10 }, (_, place) => 0.95 - place / 10);

function calibration(more: Partial<Calibration> = {}): Calibration {
  const point = { escalation: 0, accuracy: 0, ratio: 0 };
  return {
    kind: 'tandem-calibration',
    version: 1,
    name: 'support',
    pair: { local: 'small', cloud: 'large' },
    date: '2026-01-01',
    data: { hash: 'x', fitted: 0, calibrated: 0, seen: '' },
    scorer: {
      signals: [{ name: 'sure', transform: 'none', mean: 0, deviation: 1, weight: 1 }],
      intercept: 0,
      steps: { from: grid.map(each => each / 4 + 0.5).toReversed(), values: grid.toReversed() },
    },
    threshold: 0.95,
    demands,
    guarantee: '',
    expected: { ...point, threshold: 0.95 },
    curve: grid.map(threshold => ({ ...point, threshold })),
    warnings: [],
    ...more,
  };
}

type World = (random: () => number) => { local: number; cloud: number; sure: number };

// The surer the local model is, the more often it is right; the cloud is right .9 of the time.
const steady: World = random => {
  const sure = random();
  return { sure, local: random() < 0.5 + sure / 2 ? 1 : 0, cloud: random() < 0.9 ? 1 : 0 };
};

function rows(world: World, count: number, { seed, from = 0 }: { seed: number; from?: number }) {
  const random = seededRandom(seed * 7919 + from);
  return Array.from({ length: count }, (_, place): OutcomeRow => {
    const { local, cloud, sure } = world(random);
    const id = `${seed} ${from + place}`;
    // What undoes the logistic, so that the score is `sure`.
    const signals = { sure: Math.log((sure / 4 + 0.5) / (0.5 - sure / 4)) };
    return { id, prompt: id, local: { correct: local, signals }, cloud: { correct: cloud } };
  });
}

describe('a calibration that is gone on with', () => {
  it('moves to a cheaper threshold once the rows show that it keeps the quality', () => {
    let kept = calibration();
    const thresholds: number[] = [];
    for (let week = 0; week < 5; week++) {
      const found = recalibrate(
        kept,
        rows(steady, 400, { seed: 3, from: week * 400 }),
        '2026-02-01',
      );
      kept = checkCalibration(JSON.parse(JSON.stringify(found.calibration)));
      thresholds.push(kept.threshold);
      expect(found).toMatchObject({ taken: 400, leftOut: 0, isRefuted: false });
    }
    expect(thresholds.at(-1)).toBeLessThan(0.9);
    expect(thresholds).toEqual(thresholds.toSorted((a, b) => b - a));
    expect(kept.guarantee).toContain('at all looks together');
    expect(kept.lasting?.rows).toBe(2000);
  });

  it('takes no row twice, and comes to the same by weeks as at once', () => {
    const all = rows(steady, 900, { seed: 4 });
    const once = recalibrate(calibration(), all, '2026-02-01').calibration;
    const first = recalibrate(calibration(), all.slice(0, 300), '2026-02-01').calibration;
    const second = recalibrate(first, all, '2026-02-01');
    expect(second).toMatchObject({ taken: 600, leftOut: 300 });
    expect(second.calibration.threshold).toBe(once.threshold);
    expect(second.calibration.lasting?.rows).toBe(900);
  });

  it('refutes the threshold in use where traffic has changed, and stays there', () => {
    const worse: World = random => ({ ...steady(random), local: random() < 0.5 ? 1 : 0 });
    const begun = calibration({ threshold: 0.55 });
    const found = recalibrate(begun, rows(worse, 600, { seed: 5 }), '2026-02-01');
    expect(found).toMatchObject({ isRefuted: true, isLasting: false });
    expect(found.calibration.threshold).toBe(0.55);
    const good = rows(steady, 50, { seed: 6 });
    expect(recalibrate(found.calibration, good, '2026-02-08').isRefuted).toBe(true);
  });

  it('refutes it within 400 rows, too, where traffic changes after many good weeks', () => {
    const worse: World = random => ({ ...steady(random), local: random() < 0.5 ? 1 : 0 });
    let kept = calibration({ threshold: 0.75 });
    const week = (world: World, from: number) => {
      const found = recalibrate(kept, rows(world, 100, { seed: 9, from }), '2026-02-01');
      kept = checkCalibration(JSON.parse(JSON.stringify(found.calibration)));
      return found.isRefuted;
    };
    for (let at = 0; at < 40; at++) expect(week(steady, 100 * at)).toBe(false);
    const later = Array.from({ length: 4 }, (_, at) => week(worse, 10_000 + 100 * at));
    expect(later.at(-1)).toBe(true);
  });

  it('goes on with the evidence of an earlier file', () => {
    const refuted = {
      rows: 900,
      inUse: 0.55,
      thresholds: [],
      alarm: [0.001, ...Array(12).fill(2)],
    };
    const begun = calibration({ threshold: 0.55, lasting: refuted });
    expect(recalibrate(begun, [], '2026-02-01').isRefuted).toBe(true);
    const open = calibration({
      threshold: 0.55,
      lasting: { ...refuted, alarm: Array(13).fill(1) },
    });
    expect(recalibrate(open, [], '2026-02-01').isRefuted).toBe(false);
  });

  it('says how much evidence there is while no threshold stands', () => {
    const found = recalibrate(calibration(), rows(steady, 10, { seed: 8 }), '2026-02-01');
    expect(found).toMatchObject({ isLasting: false, isRefuted: false, needed: 1 / (1 - 0.95) });
    expect(found.evidence).toBeLessThan(20);
    expect(found.calibration.threshold).toBe(0.95);
  });

  it('refuses a calibration without a quality', () => {
    const capped = calibration({ demands: { measure: 'ratio', confidence: 0.9, maxCostUsd: 1 } });
    expect(() => recalibrate(capped, [], '2026-02-01')).toThrow(/demands no quality/);
  });
});

import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../algorithms/seeded-random.ts';
import type { Demands, QualityMeasure } from '../saved-forms.ts';
import { chooseThreshold, operatingPointAt, operatingPoints } from './choose-threshold.ts';
import type { ScoredOutcome } from './quality-test.ts';

// A stated world: scores fall on 25 levels; the local model is right with probability .55 + .45 ·
// score; the cloud is right with probability `cloud`.
const levels = 25;

function draw(random: () => number, n: number, cloud: number): ScoredOutcome[] {
  return Array.from({ length: n }, () => {
    const score = Math.floor(random() * levels) / levels;
    return {
      score,
      local: random() < 0.55 + 0.45 * score ? 1 : 0,
      cloud: random() < cloud ? 1 : 0,
    };
  });
}

// What a threshold truly does in that world.
function truth(
  threshold: number,
  cloud: number,
): Record<QualityMeasure, number> & { escalation: number } {
  let [local, escalation] = [0, 0];
  for (let level = 0; level < levels; level++) {
    if (level / levels >= threshold) local += (0.55 + (0.45 * level) / levels) / levels;
    else escalation += 1 / levels;
  }
  const accuracy = cloud * escalation + local;
  return { accuracy, ratio: accuracy / cloud, kept: escalation + local, escalation };
}

function countFailures(sets: number, demands: Demands, cloud: number) {
  const random = seededRandom(5);
  const counts = { failed: 0, refused: 0, escalation: 0 };
  for (let set = 0; set < sets; set++) {
    const { chosen } = chooseThreshold(draw(random, 600, cloud), demands);
    if (!chosen) counts.refused++;
    const holds = truth(chosen?.threshold ?? Number.POSITIVE_INFINITY, cloud);
    const isBroken =
      holds[demands.measure ?? 'ratio'] < (demands.quality ?? 0) ||
      holds.escalation > (demands.maxEscalation ?? 1);
    if (chosen && isBroken) counts.failed++;
    counts.escalation += holds.escalation / sets;
  }
  return counts;
}

describe('at δ = 0.05 the guarantee fails in some but ≤ 64 of 1,000 drawn calibration sets', () => {
  // The target lies a hair above what the threshold .4 truly does, so that every choice of .4 or
  // less is a failure.
  it.each([
    ['accuracy', 1, 1000],
    ['kept', 0.92, 1000],
    ['ratio', 1, 1000],
    ['ratio', 0.92, 250],
  ] as const)(
    'of %s, with a cloud that is right with probability %d, in %d sets',
    (measure, cloud, sets) => {
      const quality = truth(0.4, cloud)[measure] + 1e-9;
      const { failed, escalation } = countFailures(
        sets,
        { quality, measure, confidence: 0.95 },
        cloud,
      );
      expect(failed).toBeLessThanOrEqual(0.064 * sets);
      expect(failed).toBeGreaterThanOrEqual(0.008 * sets);
      expect(escalation).toBeLessThan(0.7);
    },
  );

  it('of quality and cap together, or it refuses', () => {
    const quality = truth(0.6, 1).ratio + 1e-9;
    const { failed, refused } = countFailures(
      500,
      { quality, maxEscalation: 0.8, confidence: 0.95 },
      1,
    );
    expect(failed).toBeLessThanOrEqual(32);
    expect(failed).toBeGreaterThan(0);
    expect(refused).toBeLessThan(450);
  });
});

it('credits the local model for what it alone gets right if a ratio is asked (simulation)', () => {
  const demands = { quality: 0.95, confidence: 0.95 };
  const kept = countFailures(40, { ...demands, measure: 'kept' }, 0.85);
  const ratio = countFailures(40, { ...demands, measure: 'ratio' }, 0.85);
  expect(ratio.failed).toBeLessThanOrEqual(4);
  expect(ratio.escalation).toBeLessThan(kept.escalation - 0.1);
});

it('refuses what no threshold reaches, and names the best point within the cap', () => {
  const rows = draw(seededRandom(7), 1000, 0.92);
  const { chosen, best } = chooseThreshold(rows, {
    quality: 0.99,
    maxEscalation: 0.1,
    confidence: 0.95,
  });
  expect(chosen).toBeUndefined();
  expect(best.escalation).toBeLessThanOrEqual(0.1);
  expect(best.ratio).toBeLessThan(0.99);
});

it('takes the best point within a cap where no quality is asked for', () => {
  const rows = draw(seededRandom(8), 2000, 0.92);
  const { chosen } = chooseThreshold(rows, { maxEscalation: 0.4, confidence: 0.95 });
  expect(chosen!.escalation).toBeLessThanOrEqual(0.4);
  expect(chosen!.escalation).toBeGreaterThan(0.3);
});

it('holds a mean cost below its cap', () => {
  const rows = draw(seededRandom(9), 2000, 0.92);
  const costs = rows.map(() => ({ local: 0, cloud: 0.01 }));
  const { chosen } = chooseThreshold(rows, { maxCostUsd: 0.005, confidence: 0.95 }, costs);
  expect(chosen!.costUsd).toBeLessThan(0.005);
  expect(chosen!.costUsd).toBeGreaterThan(0.004);
});

it('moves requests of equal score together', () => {
  const rows = [
    { score: 0.5, local: 1, cloud: 1 },
    { score: 0.5, local: 0, cloud: 1 },
    { score: 0.9, local: 1, cloud: 1 },
  ];
  expect(operatingPoints(rows).map(({ threshold, accuracy }) => [threshold, accuracy])).toEqual([
    [Number.POSITIVE_INFINITY, 1],
    [0.9, 1],
    [0.5, 2 / 3],
  ]);
  expect(operatingPointAt(rows, 0.7)).toMatchObject({
    threshold: 0.7,
    escalation: 1 - 1 / 3,
    accuracy: 1,
  });
  expect(operatingPointAt(rows, 2)).toMatchObject({ escalation: 1 });
});

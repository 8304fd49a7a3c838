import {
  seededRandom,
  threeOutcomes,
  threeOutcomesOverSources,
  type Zones,
} from '../../src/entries/eval.ts';
import type { EvalRow } from '../result.ts';
import type { ScoredRow } from './guarantee.ts';

const accuracies = [0.75, 0.9];

interface ZoneDraws {
  readonly unit: 'rows' | 'sources';
  readonly draws: number;
  readonly mostFailures: number;
  draw(all: readonly ScoredRow[], random: () => number): readonly ScoredRow[];
}

/**
 * How often zones whose lower bound reaches an accuracy are less right than that, in draws from all
 * rows, and how much they decide: nothing is right as often as anything.
 */
export function zoneRows(name: string, all: readonly ScoredRow[], draws: ZoneDraws): EvalRow[] {
  const stated = withProbabilities(all);
  return accuracies.flatMap(accuracy => {
    const { failures, decided } = zoneFailures(stated, accuracy, draws);
    const what = `${name}, zones of ${accuracy}, over ${draws.unit}`;
    return [
      {
        what: `${what}: draws that fall short`,
        value: failures,
        wanted: `at most ${draws.mostFailures}`,
        isMet: failures <= draws.mostFailures,
      },
      { what: `${what}: decided`, value: decided },
    ];
  });
}

function zoneFailures(all: readonly ScoredRow[], accuracy: number, zoned: ZoneDraws) {
  const random = seededRandom(23);
  const [held, find] = [
    (rows: readonly ScoredRow[]) => rows.map(row => ({ ...row, need: needOf(row) })),
    zoned.unit === 'rows' ? threeOutcomes : threeOutcomesOverSources,
  ];
  const sums = { failures: 0, decided: 0 };
  for (let draw = 0; draw < zoned.draws; draw++) {
    const zones = find(held(zoned.draw(all, random)), accuracy);
    const { right, count } = zones.share === 0 ? { right: 0, count: 0 } : decisionsOf(all, zones);
    if (count > 0 && right / count < accuracy) sums.failures++;
    sums.decided += count / all.length;
  }
  return { failures: sums.failures / zoned.draws, decided: sums.decided / zoned.draws };
}

// How much the cloud was needed: the local model wrong and the cloud right.
function needOf({ local, cloud }: ScoredRow): number {
  return local < cloud ? 1 : 0;
}

function decisionsOf(all: readonly ScoredRow[], { localFrom, cloudBelow }: Zones) {
  let [right, count] = [0, 0];
  for (const row of all) {
    if (row.score < localFrom && row.score >= cloudBelow) continue;
    count++;
    right += row.score >= localFrom ? 1 - needOf(row) : needOf(row);
  }
  return { right, count };
}

// Zones lie equally far from the middle, so that a score must be the probability that the cloud is
// not needed: a logistic map of all rows, which is there before any draw.
function withProbabilities(all: readonly ScoredRow[]): ScoredRow[] {
  const mean = all.reduce((sum, { score }) => sum + score, 0) / all.length;
  const spread = Math.sqrt(
    all.reduce((sum, { score }) => sum + (score - mean) ** 2, 0) / all.length,
  );
  const scaled = all.map(({ score }) => (score - mean) / (spread || 1));
  let [slope, shift] = [1, 0];
  const stated = (x: number) => 1 / (1 + Math.exp(-(slope * x + shift)));
  for (let round = 0; round < 300; round++) {
    let [bySlope, byShift] = [0, 0];
    for (const [place, x] of scaled.entries()) {
      const error = stated(x) - (1 - needOf(all[place]!));
      bySlope += error * x;
      byShift += error;
    }
    slope -= (2 * bySlope) / all.length;
    shift -= (2 * byShift) / all.length;
  }
  return all.map((row, place) => ({ ...row, score: stated(scaled[place]!) }));
}

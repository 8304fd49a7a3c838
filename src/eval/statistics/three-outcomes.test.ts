import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../algorithms/seeded-random.ts';
import {
  leastSources,
  noZones,
  threeOutcomes,
  threeOutcomesOverSources,
} from './three-outcomes.ts';

// Scores that say the truth: of those at .8, four in five need no cloud.
function honestRows(count: number, seed: number, honest: (source: number) => boolean = () => true) {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    const score = random();
    const source = index % 40;
    const isLocalGood = random() < (honest(source) ? score : 1 - score);
    return { score, need: isLocalGood ? 0 : 1, source: `source ${source}` };
  });
}

describe('three outcomes', () => {
  it('decide as much as the wanted accuracy allows, with a bound that holds it', () => {
    const rows = honestRows(4000, 1);
    const zones = threeOutcomes(rows, 0.9);
    expect(zones.bound).toBeGreaterThanOrEqual(0.9);
    expect(zones.share).toBeGreaterThan(0.3);
    expect(zones.localFrom).toBeGreaterThan(zones.cloudBelow);
    const decided = rows.filter(
      ({ score }) => score >= zones.localFrom || score < zones.cloudBelow,
    );
    const rightHere = decided.filter(({ score, need }) => need === (score >= 0.5 ? 0 : 1));
    expect(rightHere.length / decided.length).toBeGreaterThanOrEqual(0.9);
    const fresh = honestRows(20_000, 2).filter(
      ({ score }) => score >= zones.localFrom || score < zones.cloudBelow,
    );
    const right = fresh.filter(({ score, need }) => (score >= 0.5 ? need === 0 : need === 1));
    expect(right.length / fresh.length).toBeGreaterThan(0.9);
  });

  it('are none where scores know nothing', () => {
    const random = seededRandom(3);
    const noise = Array.from({ length: 2000 }, () => ({
      score: random(),
      need: random() < 0.5 ? 1 : 0,
    }));
    expect(threeOutcomes(noise, 0.9)).toEqual(noZones);
  });

  it('are none where so few decisions would be right enough that nobody gains', () => {
    const rows = honestRows(2000, 4).map(row => ({ ...row, score: 0.5 + (row.score - 0.5) / 3 }));
    expect(threeOutcomes(rows, 0.99)).toEqual(noZones);
  });
});

describe('the bound of a zone', () => {
  const allRight = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ score: 0.95, need: 0, source: `${at}` }));

  it('is exact where all decisions of few rows were right', () => {
    // .9 to the power of 28 is above .05, of 29 below.
    expect(threeOutcomes(allRight(28), 0.9)).toEqual(noZones);
    expect(threeOutcomes(allRight(29), 0.9).bound).toBeCloseTo(0.05 ** (1 / 29), 6);
  });

  it('over sources needs as many rows as over rows', () => {
    expect(threeOutcomesOverSources(allRight(28), 0.9)).toEqual(noZones);
    expect(threeOutcomesOverSources(allRight(29), 0.9).share).toBe(1);
  });
});

describe('three outcomes over sources', () => {
  it('are none with fewer sources than a bound over sources needs', () => {
    const rows = honestRows(4000, 5).filter(
      ({ source }) => Number(source.slice(7)) < leastSources - 1,
    );
    expect(threeOutcomes(rows, 0.85).share).toBeGreaterThan(0.2);
    expect(threeOutcomesOverSources(rows, 0.85)).toEqual(noZones);
  });

  it('decide less where sources are unlike each other than where they are alike', () => {
    const alike = threeOutcomesOverSources(honestRows(6000, 6), 0.8);
    const unlike = threeOutcomesOverSources(
      honestRows(6000, 6, source => source % 8 !== 0),
      0.8,
    );
    expect(alike.share).toBeGreaterThan(0.3);
    expect(unlike.share).toBeLessThan(alike.share);
  });
});

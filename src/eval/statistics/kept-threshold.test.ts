import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../algorithms/seeded-random.ts';
import { type KeptRow, keptThreshold } from './kept-threshold.ts';
import { leastSources } from './three-outcomes.ts';

const demand = { ratio: 0.9, confidence: 0.95, unit: 'rows' } as const;

interface Drawn {
  readonly count: number;
  readonly sources?: number;
  /** By how much a source's local model is better or worse than its score says, at most. */
  readonly unlike?: number;
}

function drawn(random: () => number, { count, sources = 1, unlike = 0 }: Drawn): KeptRow[] {
  const offs = Array.from({ length: sources }, () => unlike * (2 * random() - 1));
  return Array.from({ length: count }, (_, index) => {
    const score = random();
    const off = offs[index % sources]!;
    return {
      score,
      local: random() < Math.min(1, Math.max(0, score + off)) ? 1 : 0,
      cloud: random() < 0.85 ? 1 : 0,
      source: `source ${index % sources}`,
    };
  });
}

function ratioAt(rows: readonly KeptRow[], localFrom: number): number {
  const right = rows.reduce(
    (sum, row) => sum + (row.score >= localFrom ? row.local : row.cloud),
    0,
  );
  return right / rows.reduce((sum, { cloud }) => sum + cloud, 0);
}

describe('a threshold that keeps a share of the quality', () => {
  it('fails no more often than it says, over draws of rows, where a point fails half', () => {
    const random = seededRandom(1);
    const world = drawn(random, { count: 60_000 });
    const failures = { kept: 0, point: 0 };
    for (let draw = 0; draw < 120; draw++) {
      const found = keptThreshold(drawn(random, { count: 200 }), demand);
      if (found.isGuaranteed && ratioAt(world, found.localFrom) < 0.9) failures.kept++;
      if (ratioAt(world, found.point.localFrom) < 0.9) failures.point++;
    }
    expect(failures.kept).toBeLessThanOrEqual(12);
    expect(failures.point).toBeGreaterThan(36);
  });

  it('fails no more often than it says over sources that are unlike each other', () => {
    const random = seededRandom(2);
    const world = { count: 20_000, sources: 2000, unlike: 0.5 };
    const truth = drawn(random, world);
    const failures = { sources: 0, rows: 0 };
    for (let draw = 0; draw < 40; draw++) {
      const rows = drawn(random, { count: 900, sources: 30, unlike: 0.5 });
      const over = keptThreshold(rows, { ...demand, unit: 'sources' });
      if (over.isGuaranteed && ratioAt(truth, over.localFrom) < 0.9) failures.sources++;
      if (ratioAt(truth, keptThreshold(rows, demand).localFrom) < 0.9) failures.rows++;
    }
    expect(failures.sources).toBeLessThanOrEqual(5);
    expect(failures.rows).toBeGreaterThan(failures.sources);
  });

  it.each([0.8, 0.9, 0.95])(
    'has a point that keeps %f with no more cloud calls than needed',
    ratio => {
      const rows = drawn(seededRandom(5), { count: 4000 }).map(row => ({ ...row, cloud: 1 }));
      const { point } = keptThreshold(rows, { ...demand, ratio, confidence: 0.5 });
      expect(ratioAt(rows, point.localFrom)).toBeGreaterThanOrEqual(ratio);
      expect(ratioAt(rows, point.localFrom - 0.02)).toBeLessThan(ratio);
    },
  );

  it('guarantees nothing over few sources, and says what the point would send', () => {
    const rows = drawn(seededRandom(3), { count: 2000, sources: leastSources - 1 });
    const found = keptThreshold(rows, { ...demand, unit: 'sources' });
    expect(found).toMatchObject({ isGuaranteed: false, localFrom: 1.01, cloudShare: 1 });
    expect(found.point.cloudShare).toBeLessThan(1);
  });

  it('sends nearly everything to the cloud where the local model is never right', () => {
    const rows = drawn(seededRandom(4), { count: 500 }).map(row => ({
      ...row,
      local: 0,
      cloud: 1,
    }));
    expect(keptThreshold(rows, demand).cloudShare).toBeGreaterThan(0.9);
  });
});

describe('a threshold over sources', () => {
  const rowsOf = (sources: number, rows: number) =>
    Array.from({ length: sources * rows }, (_, at) => ({
      score: 0.5 + at / 1e6,
      local: 1,
      cloud: 1,
      source: `${at % sources}`,
    }));
  const demand = { ratio: 0.95, confidence: 0.95, unit: 'sources' } as const;

  it('is not had from fewer rows than a threshold over rows needs', () => {
    expect(keptThreshold(rowsOf(19, 1), demand).isGuaranteed).toBe(false);
    expect(keptThreshold(rowsOf(19, 20), demand).isGuaranteed).toBe(true);
  });
});

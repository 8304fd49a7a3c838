import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seededRandom } from '../../algorithms/seeded-random.ts';
import {
  binomialCdf,
  clopperPearson,
  incompleteBeta,
  logGamma,
} from '../../algorithms/votes/binomial.ts';
import { exactPValue, hoeffdingBentkusPValue, openWager } from './mean-tests.ts';

it('knows the gamma and beta functions', () => {
  expect(Math.exp(logGamma(6))).toBeCloseTo(120, 9);
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12);
  expect(incompleteBeta(0.3, 2, 5)).toBeCloseTo(0.579_825, 6);
});

it('sums binomial tails exactly', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      (n, p) => {
        const k = Math.floor(n / 3);
        let term = (1 - p) ** n;
        let sum = term;
        for (let hit = 1; hit <= k; hit++) {
          term *= ((n - hit + 1) / hit) * (p / (1 - p));
          sum += term;
        }
        expect(binomialCdf(k, { n, p })).toBeCloseTo(sum, 9);
      },
    ),
    { seed: 1 },
  );
});

// Published values: Clopper–Pearson of 0 and of 5 in 100 at 95 %.
it.each([
  [0, 100, 0, 0.036_217],
  [5, 100, 0.016_432, 0.112_835],
  [100, 100, 0.963_783, 1],
])('bounds %i of %i as in the tables', (k, n, low, high) => {
  const found = clopperPearson(k, { n, confidence: 0.95 });
  expect(found.low).toBeCloseTo(low, 5);
  expect(found.high).toBeCloseTo(high, 5);
});

it('says 0..1 of a share that was never tried', () => {
  expect(clopperPearson(0, { n: 0, confidence: 0.95 })).toEqual({ low: 0, high: 1 });
});

it('never gives a Hoeffding–Bentkus p-value below the exact one or above e times it', () => {
  for (const [k, n] of [
    [0, 50],
    [3, 100],
    [20, 1000],
  ] as const) {
    const exact = exactPValue({ k, n, most: 0.05 });
    const bound = hoeffdingBentkusPValue({ mean: k / n, n, most: 0.05 });
    expect(bound).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
    expect(bound).toBeLessThanOrEqual(Math.E * exact + 1e-12);
  }
});

it('lets a gambler win by chance no more often than p says, and win at a higher mean', () => {
  const random = seededRandom(11);
  let wonByChance = 0;
  let won = 0;
  for (let game = 0; game < 1000; game++) {
    const fair = openWager(0.5);
    const loaded = openWager(0.5);
    for (let turn = 0; turn < 200; turn++) {
      fair.swap(undefined, random() < 0.5 ? 1 : 0);
      loaded.swap(undefined, random() < 0.65 ? 1 : 0);
    }
    if (fair.pValue() <= 0.05) wonByChance++;
    if (loaded.pValue() <= 0.05) won++;
  }
  expect(wonByChance).toBeLessThanOrEqual(50);
  expect(won).toBeGreaterThan(850);
});

it('undoes a bet to the digit that matters', () => {
  const wager = openWager(0.4);
  wager.swap(undefined, 0.9);
  wager.swap(0.9, 0.2);
  wager.swap(0.2, undefined);
  expect(wager.pValue()).toBeCloseTo(1, 12);
});

import { describe, expect, it } from 'vitest';
import { seededRandom } from '../seeded-random.ts';
import { upperBound } from './binomial.ts';
import { mostMarked } from './hypergeometric.ts';

describe('the most marked units that a sample leaves possible', () => {
  it.each([
    // (1 - 200/1023)^13 lies just above 0.05.
    [{ population: 1023, drawn: 200, marked: 0 }, 13],
    [{ population: 1023, drawn: 1023, marked: 0 }, 0],
    [{ population: 1023, drawn: 1023, marked: 4 }, 4],
    // One marked unit stays unseen with probability 1 - drawn/population.
    [{ population: 1000, drawn: 949, marked: 0 }, 1],
    [{ population: 1000, drawn: 951, marked: 0 }, 0],
    [{ population: 10, drawn: 3, marked: 3 }, 10],
  ])('of %j is %i', (sampled, most) => {
    expect(mostMarked(sampled)).toBe(most);
  });

  it('is that of a binomial count where the sample is a small part', () => {
    const most = mostMarked({ population: 1_000_000, drawn: 200, marked: 2 });
    expect(most / 1_000_000).toBeCloseTo(upperBound(2, 200, 0.05), 3);
  });

  it('holds in 95 of 100 samples', () => {
    const random = seededRandom(4);
    const population = 300;
    const truly = 12;
    let held = 0;
    for (let trial = 0; trial < 2000; trial++) {
      const units = Array.from({ length: population }, (_, n) => n < truly);
      let marked = 0;
      for (let n = 0; n < 80; n++) {
        const other = n + Math.floor(random() * (population - n));
        [units[n], units[other]] = [units[other]!, units[n]!];
        if (units[n]) marked++;
      }
      if (mostMarked({ population, drawn: 80, marked }) >= truly) held++;
    }
    expect(held / 2000).toBeGreaterThanOrEqual(0.94);
  });
});

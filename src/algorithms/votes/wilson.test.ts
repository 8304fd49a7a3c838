import { describe, expect, it } from 'vitest';
import { seededRandom } from '../seeded-random.ts';
import { leastLead } from './vote-odds.ts';
import { wilsonLower, wilsonUpper } from './wilson.ts';

describe('the Wilson bounds', () => {
  it('are those of the textbook', () => {
    expect(wilsonLower({ successes: 81, trials: 263 }, 1.96)).toBeCloseTo(0.2553, 4);
    expect(wilsonUpper({ successes: 81, trials: 263 }, 1.96)).toBeCloseTo(0.3662, 4);
    expect(wilsonLower({ successes: 0, trials: 0 })).toBe(0);
    expect(wilsonUpper({ successes: 0, trials: 0 })).toBe(1);
    expect(wilsonUpper({ successes: 0, trials: 200 })).toBeCloseTo(0.0133, 3);
  });

  it('hold in about 95 of 100 pilots: k meets its target where the point estimate does not', () => {
    const random = seededRandom(5);
    const needed = leastLead({ p: 0.9, steps: 1023 }, 0.95);
    const [byBound, byPoint] = [{ met: 0 }, { met: 0 }];
    for (let pilot = 0; pilot < 2000; pilot++) {
      let successes = 0;
      for (let vote = 0; vote < 50; vote++) if (random() < 0.9) successes++;
      const kOf = (p: number) => leastLead({ p, steps: 1023 }, 0.95);
      if (kOf(wilsonLower({ successes, trials: 50 })) >= needed) byBound.met++;
      if (kOf(successes / 50) >= needed) byPoint.met++;
    }
    expect(byBound.met / 2000).toBeGreaterThan(0.95);
    expect(byPoint.met / 2000).toBeLessThan(0.8);
  });
});

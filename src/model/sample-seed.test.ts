import { describe, expect, it } from 'vitest';
import { userCall } from './answer.ts';
import { sampleSeed } from './sample-seed.ts';

describe('the seed of a sample', () => {
  it('differs by prompt, by index and by the caller’s own seed, and is the same again', () => {
    const [a, b] = [userCall('one'), userCall('two')];
    const seeds = [
      sampleSeed(a, 1),
      sampleSeed(a, 2),
      sampleSeed(b, 1),
      sampleSeed({ ...a, seed: 7 }, 1),
      sampleSeed({ ...b, seed: 7 }, 1),
    ];
    expect(new Set(seeds).size).toBe(5);
    expect(sampleSeed(userCall('one'), 1)).toBe(seeds[0]);
    for (const seed of seeds) expect(seed).toBeGreaterThanOrEqual(0);
  });

  it('decides no verdict: over 20 requests no sample says always the same by its place', () => {
    // A server that honours seeds: what is drawn hangs on the seed alone.
    const isYes = (seed: number) => seed % 97 < 48;
    const requests = Array.from({ length: 20 }, (_, n) => userCall(`What is ${n} + ${2 * n}?`));
    const seeds = requests.flatMap(call => [0, 1, 2, 3].map(index => sampleSeed(call, index)));
    expect(new Set(seeds).size).toBe(80);
    for (const place of [0, 1, 2, 3]) {
      const yes = requests.filter(call => isYes(sampleSeed(call, place))).length;
      expect(yes).toBeGreaterThan(0);
      expect(yes).toBeLessThan(20);
    }
  });
});

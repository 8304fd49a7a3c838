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
});

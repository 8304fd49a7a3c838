import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/testing/index.ts';
import { type Setting, successRate } from './measure.ts';

const trials = 500;
const rate = (setting: Setting) => successRate(setting, { trials, random: seededRandom(11) });

describe('chain with simulated workers of stated detection rates (a simulation)', () => {
  it.each([
    [8, 2, 'random', 0.97],
    [8, 3, 'reverse', 0.61],
    [18, 2, 'reverse', 0.93],
    [18, 3, 'random', 0.86],
  ] as const)(
    'meets the reference on %i parts, %i hops, %s places, with a second pass',
    async (parts, hops, placement, wanted) => {
      const reached = await rate({ parts, hops, placement, unit: 'facts', passes: 2 });
      expect(Math.abs(reached - wanted)).toBeLessThanOrEqual(0.03);
    },
  );

  it('beats a free-text unit that keeps 0.98 of its facts at each rewrite', async () => {
    const setting = { parts: 18, hops: 2, placement: 'forward' as const };
    const free = await rate({ ...setting, unit: 'text', retention: 0.98 });
    expect(await rate({ ...setting, unit: 'facts', passes: 1 })).toBeGreaterThan(free + 0.15);
    expect(await rate({ ...setting, unit: 'facts', passes: 2 })).toBeGreaterThan(0.95);
  });

  it('reads a chain of three in three parallel rounds', async () => {
    const setting = { parts: 8, hops: 3, placement: 'random' as const, unit: 'facts' as const };
    expect(await rate({ ...setting, order: 'parallel', passes: 3 })).toBeGreaterThan(0.91);
    expect(await rate({ ...setting, order: 'parallel', passes: 1 })).toBeLessThan(0.1);
  });
});

import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../algorithms/seeded-random.ts';
import { openMovedTest } from './moved-test.ts';

const random = seededRandom(8);

function leastOver(count: number, value: (at: number) => number): number {
  const test = openMovedTest(0.25, 0.35);
  for (let at = 0; at < count; at++) test.take(value(at));
  return test.pValue();
}

describe('a test of whether a mean has moved', () => {
  it('alarms at .05 in at most 5 % of streams at the edge, looked at after every number', () => {
    const streams = 400;
    for (const edge of [0.25, 0.35]) {
      const alarms = Array.from({ length: streams }, () =>
        leastOver(2000, () => (random() < edge ? 1 : 0)),
      ).filter(p => p <= 0.05).length;
      // Of 400 streams at 5 %, more than 31 have a chance of one in a hundred.
      expect(alarms).toBeLessThanOrEqual(31);
    }
  });

  it('finds a change that comes late, in either direction', () => {
    for (const after of [0.1, 0.55]) {
      const p = leastOver(2600, at => (random() < (at < 2000 ? 0.3 : after) ? 1 : 0));
      expect(p).toBeLessThan(0.001);
    }
  });

  it('bets on nothing beyond 0 and 1', () => {
    const test = openMovedTest(0, 1);
    for (let at = 0; at < 100; at++) test.take(at % 2);
    expect(test.pValue()).toBe(1);
  });
});

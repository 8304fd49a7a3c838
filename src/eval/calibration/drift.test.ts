import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../algorithms/seeded-random.ts';
import { driftMonitor } from './drift.ts';

const reference = {
  cloudShare: 0.2,
  levels: [],
  held: 1000,
  spreads: { characters: { edges: [2, 4, 6, 8], shares: [0.2, 0.2, 0.2, 0.2, 0.2] } },
};
const random = seededRandom(6);
const decision = (shift = 0, cloudShare = 0.2) => ({
  to: random() < cloudShare ? 'cloud' : 'local',
  watched: { characters: random() * 10 + shift, other: 1 },
});

describe('drift', () => {
  it('is quiet on traffic like that of training, and on too little traffic', () => {
    const monitor = driftMonitor({ reference });
    for (let n = 0; n < 2000; n++) {
      monitor.observe(decision());
      if (n % 100 === 0) expect(monitor.status().alarms).toEqual([]);
    }
    expect(monitor.status()).toMatchObject({ seen: 500, expectedCloudShare: 0.2 });
  });

  it('raises an alarm when features or the share moved; features are of the window', () => {
    const monitor = driftMonitor({ reference }, { window: 200 });
    for (let n = 0; n < 200; n++) monitor.observe(decision(5, 0.6));
    const { alarms, stability } = monitor.status();
    expect(stability.characters).toBeGreaterThan(0.25);
    expect(alarms).toHaveLength(2);
    for (let n = 0; n < 200; n++) monitor.observe(decision());
    expect(monitor.status().alarms).toEqual([expect.stringContaining('goes to the cloud')]);
  });

  it('finds scores that have moved after much that had not, and keeps quiet before', () => {
    const levels = Array.from({ length: 101 }, (_, at) => at / 100);
    const monitor = driftMonitor({ reference: { ...reference, cloudShare: 0, levels } });
    const observe = (score: number) => monitor.observe({ to: 'local', watched: { score } });
    for (let n = 0; n < 3000; n++) observe(random());
    expect(monitor.status().alarms).toEqual([]);
    for (let n = 0; n < 400; n++) observe(0.5 + random() / 2);
    expect(monitor.status().alarms.join(' ')).toContain('score higher, or lower');
  });

  it('refuses a window that tells nothing', () => {
    expect(() => driftMonitor({ reference }, { window: 5 })).toThrow(
      '`window` must be a whole number of 100 or more',
    );
  });
});

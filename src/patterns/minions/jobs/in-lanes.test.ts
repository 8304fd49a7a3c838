import { describe, expect, it } from 'vitest';
import { inLanes } from './in-lanes.ts';

const pause = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds));

describe('inLanes', () => {
  it('runs the work of a group in turn, groups side by side, results in order', async () => {
    const open = new Set<number>();
    let most = 0;
    const piece = (group: number, n: number) => async () => {
      expect(open.has(group)).toBe(false);
      open.add(group);
      most = Math.max(most, open.size);
      await pause(1);
      open.delete(group);
      return `${group}.${n}`;
    };
    const groups = Array.from({ length: 6 }, (_, group) => [
      piece(group, 0),
      piece(group, 1),
      piece(group, 2),
    ]);
    // The last groups may be shared by lanes that have nothing left; here there are as many as
    // lanes.
    expect(await inLanes(groups.slice(0, 3), 3)).toEqual(
      [0, 1, 2].map(group => [0, 1, 2].map(n => `${group}.${n}`)),
    );
    expect(most).toBe(3);
  });

  it('lets lanes help where most is left, so that none stands idle', async () => {
    let running = 0;
    let most = 0;
    const piece = async () => {
      most = Math.max(most, ++running);
      await pause(2);
      running--;
    };
    await inLanes([[piece], [piece, piece, piece, piece, piece, piece, piece, piece]], 4);
    expect(most).toBe(4);
  });

  it('starts nothing more after a failure', async () => {
    let begun = 0;
    const fine = async () => {
      begun++;
      await pause(1);
    };
    const failing = async () => {
      throw new TypeError('no');
    };
    await expect(
      inLanes([[failing], ...Array.from({ length: 50 }, () => [fine])], 2),
    ).rejects.toThrow('no');
    await pause(10);
    expect(begun).toBeLessThan(4);
  });

  it('does nothing with nothing', async () => {
    expect(await inLanes([], 8)).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { inSlices } from './in-slices.ts';

// So long is a slice, in milliseconds.
const sliceMs = 2;

function* busy(slices: number): Generator<void, number> {
  for (let n = 0; n < slices; n++) {
    const until = performance.now() + sliceMs;
    while (performance.now() < until);
    yield;
  }
  return slices;
}

describe('work in slices', () => {
  it('lets others in, however much of it there is at once', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const works = Array.from({ length: 30 }, () => inSlices(busy(5)));
    expect(await Promise.all(works)).toEqual(works.map(() => 5));
    clearInterval(timer);
    // 300 ms of work in turns of some 10.
    expect(turns).toBeGreaterThan(10);
  });

  it('is done without a wait where it is short', async () => {
    await new Promise(resolve => setTimeout(resolve, 5));
    let hasTurned = false;
    setImmediate(() => (hasTurned = true));
    await inSlices(busy(0));
    await inSlices(busy(1));
    expect(hasTurned).toBe(false);
  });

  it('fails as its work does, and leaves the others', async () => {
    function* broken(): Generator<void, never> {
      yield* busy(6);
      throw new RangeError('broken');
    }
    const [failed, other] = await Promise.allSettled([inSlices(broken()), inSlices(busy(6))]);
    expect(failed).toMatchObject({ status: 'rejected', reason: new RangeError('broken') });
    expect(other).toEqual({ status: 'fulfilled', value: 6 });
  });
});

import { describe, expect, it, vi } from 'vitest';
import { openPoolQueue, type PoolQueue } from './pool-queue.ts';

const wish = { prefix: undefined, not: new Set<number>(), signal: undefined };

// The first member takes 500 ms for a call, the second 100 ms.
async function learned(now: () => number): Promise<PoolQueue> {
  const queue = openPoolQueue([1, 1], now);
  for (let n = 0; n < 4; n++) {
    const taken = [await queue.take(wish), await queue.take(wish)];
    for (const at of taken) queue.give(at!, true, at === 0 ? 500 : 100);
  }
  return queue;
}

function taken(queue: PoolQueue, count: number) {
  const by: (number | undefined)[] = [];
  for (let n = 0; n < count; n++) void queue.take(wish).then(at => by.push(at));
  return by;
}

describe('the queue of a pool', () => {
  it('gives a call to the quick member where both are free', async () => {
    const queue = await learned(() => 0);
    expect(await queue.take(wish)).toBe(1);
    queue.give(1, true, 100);
    expect(await queue.take(wish)).toBe(1);
  });

  it('lets a slow member take what the quick one would not have answered before', async () => {
    const queue = await learned(() => 0);
    expect(await queue.take(wish)).toBe(1);
    const by = taken(queue, 3);
    await Promise.resolve();
    expect(by).toEqual([]);
    const more = taken(queue, 3);
    await vi.waitFor(() => expect([...by, ...more]).toContain(0));
    for (let n = 0; n < 5; n++) {
      queue.give(1, true, 100);
      await Promise.resolve();
    }
    await vi.waitFor(() => expect([...by, ...more].filter(at => at === 1)).toHaveLength(5));
  });

  it('waits for no quick member that answers no more', async () => {
    let ms = 0;
    const queue = await learned(() => ms);
    expect(await queue.take(wish)).toBe(1);
    const by = taken(queue, 1);
    await Promise.resolve();
    expect(by).toEqual([]);
    ms = 500;
    await vi.waitFor(() => expect(by).toEqual([0]));
  });

  it('asks a member whose rest is over, also where nothing else happens', async () => {
    let ms = 0;
    const queue = openPoolQueue([1, 1], () => ms);
    const [first, second] = [await queue.take(wish), await queue.take(wish)];
    const by = taken(queue, 1);
    queue.give(first!, false);
    await Promise.resolve();
    expect([second, by]).toEqual([1, []]);
    ms = 1001;
    await vi.waitFor(() => expect(by).toEqual([0]));
  });

  it('keeps every slot busy where one member dies and one is five times slower', async () => {
    // By a clock of its own: what is left is what the queue itself makes of the slots.
    const [slots, dying, diesAt, calls] = [4, 2, 300, 1000];
    const callMs = [100, 500, 100];
    const events: { readonly at: number; happen(): void }[] = [];
    const served = [0, 0, 0];
    let [ms, done] = [0, 0];
    const queue = openPoolQueue([slots, slots, slots], () => ms);
    const after = (wait: number) =>
      new Promise<void>(happen => void events.push({ at: ms + wait, happen }));
    const ask = async () => {
      const not = new Set<number>();
      for (;;) {
        const at = (await queue.take({ ...wish, not }))!;
        const begun = ms;
        const isDead = () => at === dying && done >= diesAt;
        await after(isDead() ? 1 : callMs[at]!);
        // What was in flight when it died is lost.
        const isThere = !isDead();
        queue.give(at, isThere, isThere ? ms - begun : undefined);
        not.add(at);
        if (!isThere) continue;
        served[at]!++;
        done++;
        return;
      }
    };
    const all = Promise.all(Array.from({ length: calls }, ask));
    while (done < calls) {
      for (let n = 0; n < 20; n++) await Promise.resolve();
      events.sort((a, b) => a.at - b.at);
      const next = events.shift();
      ms = Math.max(ms, next?.at ?? 0);
      next?.happen();
    }
    await all;
    const [quick, slow] = [slots / 100, slots / 500];
    const ideal = diesAt / (2 * quick + slow) + (calls - diesAt) / (quick + slow);
    expect(ms / ideal).toBeLessThan(1.02);
    expect(served[0]! + served[1]! + served[dying]!).toBe(calls);
  });
});

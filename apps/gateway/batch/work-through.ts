import { setTimeout as pause } from 'node:timers/promises';

/** How much is done at a time. */
export interface Pace {
  readonly lanes: number;
  /** Most that are begun in a minute. Default: no limit. */
  readonly perMinute?: number | undefined;
  /** Ends it: nothing more is begun. */
  readonly signal: AbortSignal;
}

/**
 * Does something with each item, so many at a time, and takes the next only when a lane is free.
 * The first failure ends all lanes, and is thrown when they have stopped.
 */
export async function workThrough<Item>(
  items: AsyncIterable<Item>,
  { lanes, perMinute, signal }: Pace,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  const failures: unknown[] = [];
  const turn = turns(perMinute, signal);
  let taking: Promise<unknown> = Promise.resolve();
  const next = () => {
    const taken = taking.then(() => iterator.next());
    taking = taken.catch(() => {});
    return taken;
  };
  const lane = async () => {
    while (failures.length === 0 && !signal.aborted) {
      const { done, value } = await next();
      if (done) return;
      await turn();
      if (signal.aborted || failures.length > 0) return;
      await work(value);
    }
  };
  const guarded = () => lane().catch((error: unknown) => void failures.push(error));
  await Promise.all(Array.from({ length: lanes }, guarded));
  await iterator.return?.();
  if (failures.length > 0) throw failures[0];
}

// Begun one after the other, none sooner than its share of the minute.
function turns(perMinute: number | undefined, signal: AbortSignal): () => Promise<void> {
  if (perMinute === undefined) return async () => {};
  let nextMs = 0;
  return async () => {
    const now = performance.now();
    const atMs = Math.max(now, nextMs);
    nextMs = atMs + 60_000 / perMinute;
    if (atMs > now) await pause(atMs - now, undefined, { signal }).catch(() => {});
  };
}

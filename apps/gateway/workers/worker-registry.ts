import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { RunStore } from '../../../src/entries/runs.ts';

/** A process that takes runs from the queue, as the others see it. */
export interface WorkerRow {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly lanes: number;
  /** Labels of its machine, and what its configuration serves: `model:NAME`, `place:PLACE`. */
  readonly has: readonly string[];
  readonly active: number;
  readonly done: number;
  /** ISO time at which it was heard of last, by its own clock. */
  readonly seenAt: string;
}

const owner = 'worker';
const tellMs = 5000;
const aliveMs = 30_000;
const most = 1000;
const freshMs = 2000;

/** Tells the store that this process works, until it is closed. */
export function registerWorker(
  store: RunStore,
  facts: Pick<WorkerRow, 'lanes' | 'has'>,
  counts: () => Pick<WorkerRow, 'active' | 'done'>,
): AsyncDisposable {
  const id = `${hostname()}-${process.pid}-${Date.now().toString(36)}`;
  const tell = () => {
    const head = { host: hostname(), pid: process.pid, ...facts, ...counts() };
    const row = { kind: 'setting', owner, id, at: new Date().toISOString() } as const;
    return store.put({ ...row, head: JSON.stringify(head), size: 0, body: '' }).catch(() => {});
  };
  void tell();
  const timer = setInterval(tell, tellMs);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await store.remove('setting', owner, id).catch(() => false);
    },
  };
}

/**
 * Lists the workers that are alive. Clocks of machines differ: one that was heard of at another
 * time than now is alive if it is heard of again, and else forgotten.
 */
export async function listWorkers(store: RunStore, againMs = tellMs + 1000): Promise<WorkerRow[]> {
  const heard = await store.list('setting', owner, most);
  const now = Date.now();
  const doubted = heard.filter(({ at }) => !(Math.abs(now - Date.parse(at)) < aliveMs));
  if (doubted.length > 0) await pause(againMs);
  const again = doubted.length > 0 ? await store.list('setting', owner, most) : heard;
  const dead = doubted.filter(({ id, at }) => again.some(row => row.id === id && row.at === at));
  for (const { id } of dead) await store.remove('setting', owner, id);
  return again
    .filter(({ id }) => !dead.some(row => row.id === id))
    .map(({ id, at, head }) => ({ id, seenAt: at, ...JSON.parse(head) }));
}

/** Tells whether a worker that is alive has all that is needed, as it was a moment ago. */
export function openFitting(store: RunStore): (needs: readonly string[]) => Promise<boolean> {
  let known: readonly WorkerRow[] | undefined;
  let asking: Promise<void> | undefined;
  let askedMs = 0;
  const ask = async () => {
    known = await listWorkers(store);
    askedMs = performance.now();
  };
  return async needs => {
    if (!known || performance.now() - askedMs > freshMs)
      asking ??= ask().finally(() => (asking = undefined));
    // What is known stands until more is.
    if (known) asking?.catch(() => {});
    else await asking;
    return known!.some(({ has }) => needs.every(need => has.includes(need)));
  };
}

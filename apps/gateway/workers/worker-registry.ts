import { hostname } from 'node:os';
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
// Clocks of machines differ, and one may be busy.
const aliveMs = 30_000;
const goneMs = 3_600_000;
const most = 1000;

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

/** Lists the workers that were heard of a moment ago; forgets those of long ago. */
export async function listWorkers(store: RunStore): Promise<WorkerRow[]> {
  const now = Date.now();
  const rows: WorkerRow[] = [];
  for (const { id, at, head } of await store.list('setting', owner, most)) {
    const age = now - Date.parse(at);
    if (age < aliveMs) rows.push({ id, seenAt: at, ...JSON.parse(head) });
    else if (age > goneMs) await store.remove('setting', owner, id);
  }
  return rows;
}

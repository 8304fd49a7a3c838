import { describe, expect, it } from 'vitest';
import { openStore, type RunStore } from '../../../src/entries/runs.ts';
import { listWorkers } from './worker-registry.ts';

const head = JSON.stringify({ host: 'h', pid: 1, lanes: 4, has: [], active: 0, done: 0 });

function heard(store: RunStore, id: string, agoMs: number) {
  const at = new Date(Date.now() - agoMs).toISOString();
  const row = { kind: 'setting', owner: 'worker', id, at, head, size: 0, body: '' } as const;
  return store.put(row);
}

describe('the list of workers', () => {
  it('has those whose clocks are minutes off, and none that is heard of no more', async () => {
    await using store = openStore(':memory:', { patienceMs: 1000 });
    const late = 5 * 60_000;
    await heard(store, 'same', 0);
    await heard(store, 'behind', late);
    await heard(store, 'ahead', -late);
    await heard(store, 'dead', late);
    await heard(store, 'dead ahead', -late);
    const listing = listWorkers(store, 200);
    await new Promise(resolve => setTimeout(resolve, 50));
    await heard(store, 'behind', late);
    await heard(store, 'ahead', -late);
    const rows = await listing;
    expect(rows.map(({ id }) => id).toSorted()).toEqual(['ahead', 'behind', 'same']);
    expect(await store.list('setting', 'worker', 10)).toHaveLength(3);
  });
});

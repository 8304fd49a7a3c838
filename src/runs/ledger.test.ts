import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openLedger } from './ledger.ts';
import { openStore } from './open-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-ledger-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const step = (n: number) => ({ action: [n], votes: 3, costUsd: 0 });
const sum = async (path: string, runId = 'r') => {
  using ledger = await openLedger({ path, runId });
  return await ledger.fold(0, (total, { action }) => total + (action as [number])[0]);
};

describe('a ledger', () => {
  it('rebuilds the state from its steps, in order, in another process too', async () => {
    const path = join(folder, 'a.db');
    {
      using ledger = await openLedger({ path, runId: 'r', batch: 10 });
      for (let n = 0; n < 25; n++) ledger.add(step(n));
      expect(ledger.length).toBe(25);
    }
    using ledger = await openLedger({ path, runId: 'r' });
    expect(ledger.length).toBe(25);
    expect(await ledger.fold('', (text, { action }) => `${text}${String(action)},`)).toMatch(
      /^0,1,2,.*24,$/,
    );
    ledger.add(step(25));
    expect(await ledger.fold(0, total => total + 1)).toBe(26);
  });

  it('loses at most the unfinished batch', async () => {
    const path = join(folder, 'b.db');
    const ledger = await openLedger({ path, runId: 'r', batch: 10 });
    for (let n = 0; n < 25; n++) ledger.add(step(1));
    // As if killed: not flushed, not closed.
    expect(await sum(path)).toBe(20);
    ledger.close();
    expect(await sum(path)).toBe(25);
  });

  it('commits a slow step at once, so that a kill loses no more than so much work', async () => {
    const path = join(folder, 'slow.db');
    let ms = 0;
    const ledger = await openLedger({ path, runId: 'r', batchMs: 250, now: () => ms });
    for (let n = 0; n < 5; n++) {
      ms += 100;
      ledger.add(step(1));
    }
    // As if killed at 500 ms: what was added up to 300 ms is there.
    expect(await sum(path)).toBe(3);
    ledger.close();
  });

  it('says at the flush that a batch under way was refused', async () => {
    const path = join(folder, 'stolen.db');
    const ledger = await openLedger({ path, runId: 'r', batch: 2 });
    using store = openStore(path, { patienceMs: 2000 });
    await store.hold('r', {
      holder: 'elsewhere',
      leaseMs: 60_000,
      at: '2024-05-01T00:00:00.000Z',
      instead: 1,
    });
    for (let n = 0; n < 2; n++) void ledger.add(step(1));
    await expect(ledger.flush()).rejects.toMatchObject({ code: 'run_taken' });
    expect(() => ledger.add(step(1))).toThrow('was taken over');
    ledger.close();
    expect((await store.ledger('r'))?.length ?? 0).toBe(0);
  });

  it('keeps what its loop was begun with', async () => {
    const path = join(folder, 'facts.db');
    {
      using ledger = await openLedger({ path, runId: 'r' });
      expect(ledger.facts).toBeUndefined();
      await ledger.begin({ task: 'counting', k: 3 });
    }
    using ledger = await openLedger({ path, runId: 'r' });
    expect(ledger.facts).toEqual({ task: 'counting', k: 3 });
  });

  it('keeps runs apart', async () => {
    const path = join(folder, 'c.db');
    for (const runId of ['one', 'two']) {
      using ledger = await openLedger({ path, runId });
      ledger.add(step(runId.length));
    }
    expect(await sum(path, 'one')).toBe(3);
    expect(await sum(path, 'none')).toBe(0);
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { itemsOf } from '../../testing/store-exam/question.ts';
import {
  at,
  call,
  egress,
  ending,
  hold,
  kept,
  step,
} from '../../testing/store-exam/sample-entries.ts';
import { copyStore } from '../copy/copy-store.ts';
import { openStore } from '../open-store.ts';
import type { RunStore } from '../store.ts';
import { dropSchemas, freshAddress, testServer } from './test-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-copy-'));
const made: string[] = [];
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await dropSchemas(made);
}, 60_000);

const options = { patienceMs: 2000 };

async function fill(store: RunStore): Promise<void> {
  for (const run of ['a', 'b']) {
    const held = await hold(store, run, { secret: `secret ${run}`, facts: { degraded: true } });
    const answer = () => ({ hash: 'same', body: 'with \u0000 NUL' });
    const accepted = { kind: 'accepted', from: 0, steps: [step(0), step(1)] } as const;
    await store.append(held, [
      ...[call(1), call(2, { answer }), call(3, { isFinished: false }), egress(1)],
      ...[{ kind: 'begun', facts: '{"k":3}' } as const, accepted],
    ]);
    await store.release(held, ending(9));
  }
  await store.put(kept(1));
  await store.put(kept(2, { kind: 'file', body: new Uint8Array([0, 255]) }));
}

async function all(store: RunStore) {
  return {
    runs: await store.runs({ limit: 9 }),
    shown: await store.show('a'),
    calls: await itemsOf(store.calls('b')),
    ledger: [await store.ledger('b'), await itemsOf(store.steps('b', 0))],
    egress: await store.egress(''),
    kept: [await store.get('document', 'o', 'id 1'), await store.list('file', 'o', 9)],
    bytes: [...((await store.get('file', 'o', 'id 2'))?.body ?? [])],
    spent: (await store.balance('journal')).spent.tokens,
  };
}

describe.skipIf(!testServer)('a store in a file that is copied to Postgres', () => {
  it('is the same there, and goes on', async () => {
    const [file, address] = [join(folder, 'a.db'), freshAddress(testServer!)];
    made.push(address);
    const source = openStore(file, options);
    await fill(source);
    const before = JSON.parse(JSON.stringify(await all(source)));
    await source[Symbol.asyncDispose]();
    expect(await copyStore(file, address)).toMatchObject({ run: 2, call: 6, accepted: 4, kept: 2 });
    await using copy = openStore(address, options);
    expect(JSON.parse(JSON.stringify(await all(copy)))).toEqual(before);
    const held = await hold(copy, 'a', { at: at(50) });
    expect(held).toMatchObject({ state: 'resumed', token: 2, secret: 'secret a' });
    await copy.append(held, [call(4)]);
    await copy.put(kept(3));
    await expect(copyStore(file, address)).rejects.toThrow('is not empty');
  });

  it('is not copied while somebody is at work on it', async () => {
    const [file, address] = [join(folder, 'held.db'), freshAddress(testServer!)];
    made.push(address);
    await using source = openStore(file, options);
    await hold(source, 'a');
    await expect(copyStore(file, address)).rejects.toThrow('1 runs of');
  });

  it('is copied from a file to a Postgres alone', async () => {
    await expect(copyStore(testServer!, testServer!)).rejects.toThrow('from a file to a Postgres');
    await expect(copyStore(join(folder, 'none.db'), testServer!)).rejects.toThrow('no store');
  });
});

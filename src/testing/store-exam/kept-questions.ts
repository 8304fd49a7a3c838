import { deepEqual, equal } from 'node:assert/strict';
import { itemsOf, type Questions, refused, same } from './question.ts';
import { at, call, ending, kept } from './sample-entries.ts';

/** What is kept beside runs, and what a store does when it is closed. */
export const keptQuestions: Questions = {
  'gives texts and bytes back as they were when they were kept': async ({ store, other }) => {
    const bytes = new Uint8Array([0, 255, 128]);
    await store.put(kept(1, { body: 'täxt\u0000' }));
    await store.put(kept(2, { kind: 'file', body: bytes }));
    bytes[0] = 9;
    same(await other.get('document', 'o', 'id 1'), kept(1, { body: 'täxt\u0000' }));
    const file = await other.get('file', 'o', 'id 2');
    deepEqual([...((file?.body ?? []) as Uint8Array)], [0, 255, 128]);
    equal(file?.body instanceof Uint8Array, true);
    equal((await other.get('file', 'o', 'id 1')) ?? undefined, undefined);
  },

  'puts a thing in the place of another, unless it is asked not to': async ({ store, other }) => {
    await store.put(kept(1));
    await other.put(kept(1, { body: 'second', size: 4 }), { ifAbsent: true });
    equal((await store.get('document', 'o', 'id 1'))?.body, 'b1');
    await other.put(kept(1, { body: 'third', size: 5, at: at(9) }));
    same(await store.get('document', 'o', 'id 1'), kept(1, { body: 'third', size: 5, at: at(9) }));
    equal(await store.size('document', 'o'), 5);
    await store.put(kept(2), { ifAbsent: true });
    equal(await store.size('document', 'o'), 15);
  },

  'gives what is absent to one of many that put it at once': async ({ store, other }) => {
    const puts = Array.from({ length: 20 }, (_, n) =>
      (n % 2 ? store : other).put(kept(1, { body: `b${n}` }), { ifAbsent: true }),
    );
    await Promise.all(puts);
    equal((await store.list('document', 'o', 9)).length, 1);
    same(await store.get('document', 'o', 'id 1'), await other.get('document', 'o', 'id 1'));
  },

  'lists and sums the things of one kind and owner, newest first': async ({ store, other }) => {
    for (const n of [1, 2, 3]) await store.put(kept(n, { size: n }));
    await store.put(kept(4, { owner: 'another', size: 40 }));
    await store.put(kept(5, { kind: 'response', size: 50 }));
    const listed = await other.list('document', 'o', 2);
    const { body: _body, ...head } = kept(3, { size: 3 });
    same(listed[0], head);
    same(
      listed.map(({ id }) => id),
      ['id 3', 'id 2'],
    );
    // What takes the place of another is as new as it was kept, and of two of one time the later
    // comes first.
    await store.put(kept(1, { size: 1, at: at(3) }));
    same(
      (await other.list('document', 'o', 9)).map(({ id }) => id),
      ['id 1', 'id 3', 'id 2'],
    );
    same(await other.list('setting', 'o', 9), []);
    same([await other.size('document', 'o'), await other.size('document', 'nobody')], [6, 0]);
    same([await other.size('document', 'another'), await other.size('response', 'o')], [40, 50]);
  },

  'forgets one thing, or all of a kind and owner': async ({ store, other }) => {
    for (const n of [1, 2, 3]) await store.put(kept(n));
    await store.put(kept(1, { owner: 'another' }));
    await store.put(kept(1, { kind: 'file' }));
    equal(await other.remove('document', 'o', 'id 1'), true);
    equal(await other.remove('document', 'o', 'id 1'), false);
    equal((await store.list('document', 'o', 9)).length, 2);
    equal(await other.remove('document', 'o'), true);
    equal(await other.remove('document', 'o'), false);
    same(await store.list('document', 'o', 9), []);
    same([await store.size('document', 'another'), await store.size('file', 'o')], [10, 10]);
  },

  'keeps the newest of a kind alone, over all owners, if that is asked': async ({
    store,
    other,
  }) => {
    for (const n of [1, 2, 3, 4])
      await store.put(kept(n, { owner: n % 2 ? 'odd' : 'even' }), { newest: 3 });
    await store.put(kept(1, { kind: 'response' }), { newest: 1 });
    same(
      (await other.list('document', 'odd', 9)).map(({ id }) => id),
      ['id 3'],
    );
    same(
      (await other.list('document', 'even', 9)).map(({ id }) => id),
      ['id 4', 'id 2'],
    );
    equal((await other.list('response', 'o', 9)).length, 1);
  },

  'refuses everything once it is closed': async ({ store }) => {
    const held = { run: 'r', token: 1, state: 'new' as const, secret: undefined };
    const aside = { id: 'h', day: '2024-05-01', accounts: [], most: { usd: 0, tokens: 0 } };
    store.close();
    store.close();
    const attempts: Readonly<Record<string, () => Promise<unknown>>> = {
      hold: () => store.hold('r', { holder: 'a', leaseMs: 1000, at: at(0) }),
      renew: () => store.renew([held], 1000),
      release: () => store.release(held, ending(1)),
      cancel: () => store.cancel('r'),
      describe: () => store.describe('r', {}, at(0)),
      append: () => store.append(held, [call(1)]),
      calls: () => itemsOf(store.calls('r')),
      ledger: () => store.ledger('r'),
      steps: () => itemsOf(store.steps('r', 0)),
      runs: () => store.runs({ limit: 1 }),
      show: () => store.show('r'),
      egress: () => store.egress(''),
      timed: () => store.timed(1),
      put: () => store.put(kept(1)),
      get: () => store.get('document', 'o', 'id 1'),
      list: () => store.list('document', 'o', 1),
      size: () => store.size('document', 'o'),
      remove: () => store.remove('document', 'o'),
      prune: () => store.prune(at(0)),
      forget: () => store.forget('r'),
      prunings: () => store.prunings(),
      reserve: () => store.reserve([{ id: 'a', limit: {} }], { usd: 1, tokens: 1 }, 1000),
      settle: () => store.settle(aside, { usd: 0, tokens: 0 }),
      balance: () => store.balance('a'),
    };
    for (const [name, attempt] of Object.entries(attempts))
      await refused(attempt(), 'journal_failed', name);
  },
};

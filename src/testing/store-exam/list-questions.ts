import { equal, ok } from 'node:assert/strict';
import type { RunQuery, RunStore, StoredRun } from '../../runs/store.ts';
import { itemsOf, pause, type Questions, refused, same } from './question.ts';
import { at, call, egress, ending, hold, kept, step } from './sample-entries.ts';

/** How runs are listed and removed. */
export const listQuestions: Questions = {
  'lists runs newest first, in pages without a gap or a double': async ({ store, other }) => {
    // Three of each time, whose ids decide; those of a later time are lower.
    const ids = ['j', 'k', 'l', 'g', 'h', 'i', 'd', 'e', 'f', 'a', 'b', 'c'];
    for (const [n, id] of ids.entries()) await store.describe(id, {}, at(Math.floor(n / 3)));
    for (const limit of [1, 5, 6, 12, 100]) {
      const listed = await pagesOf(other, { limit });
      same(
        listed.map(({ id }) => id),
        ids.toReversed(),
      );
    }
    const [first] = await pagesOf(other, { limit: 5 });
    same([first?.id, first?.begunAt], ['c', at(3)]);
    same(await other.runs({ limit: 3, owner: 'nobody' }), { runs: [] });
  },

  'ends a list where nothing follows, and refuses a cursor that it did not give': async ({
    store,
  }) => {
    for (const n of [1, 2]) await store.describe(`r${n}`, {}, at(n));
    equal((await store.runs({ limit: 2 })).next, undefined);
    const { next } = await store.runs({ limit: 1 });
    ok(next !== undefined);
    equal((await store.runs({ limit: 1, after: next })).next, undefined);
    await refused(store.runs({ limit: 1, after: '???' }), 'invalid_argument');
  },

  'lists the runs of an owner, and those in a state': async ({ store, other }) => {
    for (const n of [1, 2, 3, 4, 5]) {
      const held = await hold(store, `r${n}`, {
        at: at(n),
        facts: { owner: n % 2 ? 'odd' : 'even', parent: 'p' },
      });
      if (n > 3) await store.release(held, ending(n, { state: n > 4 ? 'failed' : 'done' }));
    }
    const idsOf = async (query: Omit<RunQuery, 'limit'>) => {
      const listed = await pagesOf(other, { limit: 1, ...query });
      return listed.map(({ id }) => id);
    };
    same(await idsOf({ owner: 'odd' }), ['r5', 'r3', 'r1']);
    same(await idsOf({ state: 'running' }), ['r3', 'r2', 'r1']);
    same(await idsOf({ owner: 'odd', state: 'failed' }), ['r5']);
    same(await idsOf({ owner: 'even', state: 'failed' }), []);
    equal((await other.runs({ limit: 1 })).runs[0]?.parent, 'p');
    equal((await other.show('r6')) ?? undefined, undefined);
  },

  'lists from the middle, where so many of the newest are passed over': async ({
    store,
    other,
  }) => {
    for (const n of [1, 2, 3, 4, 5])
      await store.describe(`r${n}`, { owner: n % 2 ? 'odd' : 'even' }, at(n));
    const idsOf = async (query: RunQuery) => (await other.runs(query)).runs.map(({ id }) => id);
    same(await idsOf({ limit: 2, skip: 0 }), ['r5', 'r4']);
    same(await idsOf({ limit: 2, skip: 2 }), ['r3', 'r2']);
    same(await idsOf({ limit: 2, skip: 1, owner: 'odd' }), ['r3', 'r1']);
    same(await idsOf({ limit: 2, skip: 9 }), []);
    equal((await other.runs({ limit: 2, skip: 3 })).next, undefined);
    const { next } = await other.runs({ limit: 2, skip: 2 });
    same(await idsOf({ limit: 2, after: next! }), ['r1']);
  },

  'sums runs by day, owner, pattern, model, place and baseline': async ({ store, other }) => {
    const facts = {
      owner: 'a',
      pattern: 'cascade',
      answeredBy: 'm',
      place: 'cloud',
      baseline: 'm',
    };
    const days = [
      ['r1', '2026-01-01T23:59:59.000Z', 0.25],
      ['r2', '2026-01-02T00:00:00.000Z', -0.5],
      ['r3', '2026-01-02T08:00:00.000Z', null],
    ] as const;
    for (const [run, begun, savedUsd] of days) {
      const held = await hold(store, run, { at: begun, facts });
      await store.append(held, [call(1, { costUsd: run === 'r3' ? null : 0.125, place: 'cloud' })]);
      await store.append(held, [egress(1)]);
      await store.release(held, ending(9, { state: 'done', facts: { savedUsd } }));
    }
    await store.describe('r4', {}, '2026-01-03T00:00:00.000Z');
    const sums = (await other.tally('2026-01-02')).toSorted((x, y) => (x.day < y.day ? -1 : 1));
    const left = (await other.show('r1'))!.leftCharacters;
    same(sums, [
      {
        ...{ day: '2026-01-02', ...facts, runs: 2, failed: 0, calls: 2, cloudCalls: 2 },
        ...{ costUsd: 0.125, unpriced: 1, savedUsd: -0.5, compared: 1 },
        ...{ leftCalls: 2, leftCharacters: 2 * left },
      },
      {
        ...{ day: '2026-01-03', owner: null, pattern: null, answeredBy: null, place: null },
        ...{ baseline: null, runs: 1, failed: 0, calls: 0, cloudCalls: 0, costUsd: 0 },
        ...{ unpriced: 0, savedUsd: 0, compared: 0, leftCalls: 0, leftCharacters: 0 },
      },
    ]);
    equal((await other.tally('2026-01-01')).length, 3);
  },

  'removes runs that ended before a time, with all that was theirs': async ({ store, other }) => {
    for (const [run, end] of [
      ['old', 10],
      ['new', 30],
    ] as const) {
      const held = await hold(store, run);
      await store.append(held, [call(end), egress(end), { kind: 'begun', facts: '{}' }]);
      await store.append(held, [{ kind: 'accepted', from: 0, steps: [step(0)] }]);
      await store.release(held, ending(end));
    }
    equal(await other.prune(at(20)), 1);
    equal(await other.prune(at(20)), 0);
    equal((await store.show('old')) ?? undefined, undefined);
    equal((await store.ledger('old')) ?? undefined, undefined);
    same([await itemsOf(store.calls('old')), await itemsOf(store.steps('old', 0))], [[], []]);
    // What left stays on record, and says whose run is gone.
    same(
      (await store.egress('')).map(({ run, pruned }) => [run, pruned]),
      [
        ['old', true],
        ['new', false],
      ],
    );
    const [pruning] = await other.prunings();
    same([pruning?.before, pruning?.kind, pruning?.count], [at(20), 'runs', 1]);
    equal((await store.timed(9)).length, 1);
    same([(await itemsOf(store.calls('new'))).length, (await store.ledger('new'))?.length], [1, 1]);
    const again = await hold(store, 'old', { at: at(40) });
    equal((await store.show('old'))?.begunAt, at(40));
    same([again.state, again.secret ?? null], ['new', null]);
  },

  'keeps the record of what left by a time of its own': async ({ store, other }) => {
    for (const end of [10, 30]) {
      const held = await hold(store, `r${end}`);
      await store.append(held, [egress(end)]);
      await store.release(held, ending(end));
    }
    equal(await other.prune(at(20), { kind: 'egress' }), 1);
    same(
      (await store.egress('')).map(({ run }) => run),
      ['r30'],
    );
    equal((await store.runs({ limit: 9 })).runs.length, 2);
    same(
      (await store.prunings()).map(({ kind, count }) => [kind, count]),
      [['egress', 1]],
    );
  },

  'keeps the text of what left as long as its run and its record': async ({ store, other }) => {
    for (const run of ['a', 'b', 'c']) {
      const held = await hold(store, run);
      await store.append(held, [egress(1), egress(1), egress(run === 'c' ? 9 : 2)]);
      await store.release(held, ending(run === 'c' ? 30 : 10));
    }
    const textsOf = (run: string) =>
      Promise.all(['sent 1', 'sent 2', 'sent 9'].map(async hash => store.sent(run, hash)));
    const [one, two, nine] = ['prompt 1', 'prompt 2', 'prompt 9'];
    same(await textsOf('a'), [one, two, undefined]);
    same(await textsOf('c'), [one, undefined, nine]);
    same(await textsOf('nobody'), [undefined, undefined, undefined]);
    equal(await other.forget('a'), true);
    same(
      [await textsOf('a'), await textsOf('b')],
      [
        [undefined, undefined, undefined],
        [one, two, undefined],
      ],
    );
    await other.prune(at(20));
    same(
      [await textsOf('b'), await textsOf('c')],
      [
        [undefined, undefined, undefined],
        [one, undefined, nine],
      ],
    );
    equal((await store.egress('')).length, 9);
    await other.prune(at(5), { kind: 'egress' });
    same(await textsOf('c'), [undefined, undefined, nine]);
  },

  'forgets one run that nobody is at work on': async ({ store, other }) => {
    const held = await hold(store, 'r');
    await store.append(held, [call(1), egress(1)]);
    for (const owner of ['', 'verdict'])
      for (const id of ['r', 'another']) await store.put(kept(1, { kind: 'rating', owner, id }));
    equal(await other.forget('r'), false);
    await store.release(held, ending(10));
    equal(await other.forget('r'), true);
    equal(await other.forget('r'), false);
    equal((await store.show('r')) ?? undefined, undefined);
    for (const owner of ['', 'verdict'])
      same(
        (await other.list('rating', owner, 9)).map(({ id }) => id),
        ['another'],
      );
    same(await itemsOf(store.calls('r')), []);
    equal((await store.egress(''))[0]?.pruned, true);
  },

  'removes with old runs what was read and answered before, and keeps what is kept': async ({
    store,
    other,
  }) => {
    for (const [n, kind] of (['reading', 'response', 'document', 'file'] as const).entries())
      for (const end of [10, 30]) await store.put(kept(n, { kind, id: `${end}`, at: at(end) }));
    await other.prune(at(20));
    const idsOf = async (kind: 'reading' | 'response' | 'document' | 'file') =>
      (await store.list(kind, 'o', 9)).map(({ id }) => id);
    same([await idsOf('reading'), await idsOf('response')], [['30'], ['30']]);
    same(
      [await idsOf('document'), await idsOf('file')],
      [
        ['30', '10'],
        ['30', '10'],
      ],
    );
  },

  'removes the run of a holder that is known to be dead, where all until now is removed': async ({
    store,
    other,
  }) => {
    for (const holder of ['dead', 'alive'])
      await hold(store, holder, { holder, at: new Date().toISOString() });
    const isDead = (holder: string) => holder === 'dead';
    equal(await other.prune(at(1000), { isDead }), 0);
    equal(await other.prune('2999-01-01T00:00:00.000Z', { isDead }), 1);
    same(
      (await store.runs({ limit: 9 })).runs.map(({ id }) => id),
      ['alive'],
    );
  },

  'keeps an answer while one run that got it is left': async ({ store, other }) => {
    const answer = () => ({ hash: 'h', body: 'the same' });
    for (const [run, end] of [
      ['first', 10],
      ['second', 30],
    ] as const) {
      const held = await hold(store, run);
      await store.append(held, [call(1, { answer })]);
      await store.release(held, ending(end));
    }
    await other.prune(at(20));
    equal((await itemsOf(store.calls('second')))[0]?.body, 'the same');
  },

  'removes runs whose holder died before a time, and none that is at work or waits': async ({
    store,
    other,
  }) => {
    const longAgo = '2020-01-01T00:00:00.000Z';
    await hold(store, 'dead', { at: longAgo, leaseMs: 1 });
    await hold(store, 'cancelled', { at: longAgo, leaseMs: 1 });
    await store.cancel('cancelled');
    await hold(store, 'at work', { at: longAgo, leaseMs: 60_000 });
    await store.describe('waiting', {}, new Date(Date.now() + 1000).toISOString());
    // Their leases ended today, however long ago they were begun.
    equal(await other.prune(at(0)), 0);
    await pause(20);
    equal(await other.prune(new Date().toISOString()), 2);
    const { runs } = await store.runs({ limit: 9 });
    same(runs.map(({ id }) => id).toSorted(), ['at work', 'waiting']);
  },
};

async function pagesOf(store: RunStore, query: RunQuery): Promise<StoredRun[]> {
  const listed: StoredRun[] = [];
  for (let after: string | undefined; ; ) {
    const page = await store.runs({ ...query, ...(after !== undefined && { after }) });
    ok(
      page.runs.length <= query.limit,
      `a page of ${page.runs.length} runs, ${query.limit} were asked for`,
    );
    listed.push(...page.runs);
    after = page.next;
    if (after === undefined) return listed;
  }
}

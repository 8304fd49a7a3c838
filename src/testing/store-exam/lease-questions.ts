import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Taken } from '../../runs/store.ts';
import { itemsOf, pause, type Questions, same } from './question.ts';
import { askFor, at, call, egress, ending, hold, shortMs, takeOver } from './sample-entries.ts';

/** Who holds a run, and how it ends. */
export const leaseQuestions: Questions = {
  'holds a run that is new, and lists it with its holder': async ({ store, other }) => {
    const held = await hold(store, 'r', { isNew: true, at: at(7), secret: 'sealed' });
    equal(held.state, 'new');
    equal(held.run, 'r');
    equal(held.secret, 'sealed');
    ok(held.token >= 1, `the token is ${held.token}, below 1`);
    // The row of a run that nobody else can know of may come a moment later.
    await store.flush();
    const shown = await other.show('r');
    equal(shown?.state, 'running');
    equal(shown?.holder, 'a');
    equal(shown?.begunAt, at(7));
    equal(shown?.endedAt, null);
  },

  'refuses a run that is held, and says by whom and until when': async ({ store, other }) => {
    const held = await hold(store, 'r', { leaseMs: 60_000 });
    const answer = (await askFor(other, 'r', { holder: 'b' })) as Taken;
    equal(answer.state, 'taken');
    equal(answer.holder, 'a');
    equal(answer.token, held.token);
    const leftMs = answer.untilMs - Date.now();
    ok(leftMs > 0 && leftMs <= 60_000 + 1000, `the lease is said to end in ${leftMs} ms`);
    equal((await askFor(store, 'r')).state, 'taken', 'the same holder got the run twice');
  },

  'gives a run to one of many that ask at once': async ({ store, other }) => {
    const asked = Array.from({ length: 20 }, (_, n) =>
      askFor(n % 2 ? store : other, 'r', { holder: `h${n}` }),
    );
    const answers = await Promise.all(asked);
    const held = answers.filter(({ state }) => state !== 'taken');
    equal(held.length, 1);
    equal(new Set(answers.map(({ token }) => token)).size, 1);
  },

  'gives a run whose lease has run out to the next, with a higher token': async ({
    store,
    other,
  }) => {
    const first = await hold(store, 'r', { leaseMs: shortMs });
    const second = await takeOver(other, 'r');
    equal(second.state, 'resumed');
    ok(second.token > first.token, `the second token is ${second.token}, the first ${first.token}`);
    equal((await store.show('r'))?.holder, 'b');
  },

  'names no holder of a run whose lease has run out': async ({ store, other }) => {
    await hold(store, 'r', { leaseMs: shortMs });
    await pause(shortMs + 20);
    const [row] = (await other.runs({ limit: 10 })).runs;
    equal(row?.state, 'running');
    equal(row?.holder, null);
  },

  'renews leases, those that ran out untaken among them': async ({ store, other }) => {
    const held = [
      await hold(store, 'r', { leaseMs: shortMs }),
      await hold(store, 's', { leaseMs: 1 }),
    ];
    await pause(5);
    deepEqual([...(await store.renew(held, 60_000))], []);
    await pause(shortMs + 20);
    for (const run of ['r', 's']) equal((await askFor(other, run, { holder: 'b' })).state, 'taken');
  },

  'tells with the renewal which runs are lost, and why, and renews the others': async ({
    store,
    other,
  }) => {
    const held = [];
    for (const run of ['kept', 'taken', 'cancelled'])
      held.push(await hold(store, run, { leaseMs: shortMs }));
    await takeOver(other, 'taken');
    await other.cancel('cancelled');
    const lost = await store.renew(held, 60_000);
    same(
      lost.toSorted((a, b) => a.run.localeCompare(b.run)),
      [
        { run: 'cancelled', why: 'cancelled' },
        { run: 'taken', why: 'taken' },
      ],
    );
    equal((await askFor(other, 'kept', { holder: 'b' })).state, 'taken');
  },

  'takes a run at once from the holder that is known to be dead, and from no other': async ({
    store,
    other,
  }) => {
    const first = await hold(store, 'r');
    equal((await askFor(other, 'r', { holder: 'b', instead: first.token + 1 })).state, 'taken');
    const second = await hold(other, 'r', { holder: 'b', instead: first.token });
    ok(second.token > first.token);
    equal((await askFor(store, 'r', { holder: 'c', instead: first.token })).state, 'taken');
  },

  'resumes a run that has ended, with all that was known of it': async ({ store, other }) => {
    const first = await hold(store, 'r', { secret: 'first', facts: { owner: 'o' } });
    await store.append(first, [call(1)]);
    equal(
      await store.release(
        first,
        ending(9, { state: 'failed', error: 'model_failed', facts: { title: 't' } }),
      ),
      true,
    );
    const failed = await other.show('r');
    same(
      [failed?.state, failed?.error, failed?.endedAt, failed?.holder],
      ['failed', 'model_failed', at(9), null],
    );
    const second = await hold(other, 'r', { at: at(20), secret: 'second', facts: { model: 'x' } });
    equal(second.state, 'resumed');
    equal(second.secret, 'first');
    ok(second.token > first.token);
    const shown = await store.show('r');
    same([shown?.state, shown?.error, shown?.endedAt], ['running', null, null]);
    same(
      [shown?.begunAt, shown?.owner, shown?.title, shown?.model, shown?.calls],
      [at(0), 'o', 't', 'x', 1],
    );
    equal((await itemsOf(store.calls('r'))).length, 1);
  },

  'gives a secret to a run that has none, and keeps it': async ({ store, other }) => {
    const first = await hold(store, 'r');
    equal(first.secret ?? undefined, undefined);
    await store.release(first, ending(1));
    const second = await hold(other, 'r', { secret: 'sealed' });
    equal(second.secret, 'sealed');
    await other.release(second, ending(2));
    equal((await hold(store, 'r', { secret: 'another' })).secret, 'sealed');
    equal((await hold(store, 's')).secret ?? undefined, undefined);
  },

  'lets nobody end a run but its holder, once': async ({ store, other }) => {
    const first = await hold(store, 'r', { leaseMs: shortMs });
    const second = await takeOver(other, 'r');
    equal(
      await store.release(first, ending(1, { state: 'failed', facts: { title: 'stale' } })),
      false,
    );
    const running = await store.show('r');
    same([running?.state, running?.title, running?.endedAt], ['running', null, null]);
    equal(await other.release(second, ending(2)), true);
    equal(await other.release(second, ending(3, { state: 'failed' })), false);
    const done = await store.show('r');
    same([done?.state, done?.endedAt], ['done', at(2)]);
  },

  'ends a run with what was noted of it last, and takes neither from who has lost it': async ({
    store,
    other,
  }) => {
    const held = await hold(store, 'r');
    await store.append(held, [call(1), egress(1)], 'noted');
    const error = 'told';
    equal(
      await store.release(held, ending(2, { state: 'failed', error, facts: { title: 't' } })),
      true,
    );
    const shown = await other.show('r');
    same(
      [shown?.state, shown?.error, shown?.endedAt, shown?.title, shown?.holder, shown?.calls],
      ['failed', 'told', at(2), 't', null, 1],
    );
    equal((await itemsOf(other.calls('r'))).length, 1);
    const first = await hold(store, 's', { leaseMs: shortMs });
    const second = await takeOver(other, 's');
    await store.append(first, [call(1)], 'noted').catch(() => {});
    equal(await store.release(first, ending(1, { state: 'failed' })), false);
    same([(await other.show('s'))?.state, (await other.show('s'))?.calls], ['running', 0]);
    equal(await other.release(second, ending(2)), true);
  },

  'cancels a run that is running, and says in which state it was': async ({ store, other }) => {
    equal((await other.cancel('r')) ?? undefined, undefined);
    const held = await hold(store, 'r');
    equal(await other.cancel('r'), 'running');
    equal((await store.show('r'))?.state, 'cancelled');
    equal(await other.cancel('r'), 'cancelled');
    // Its holder ends it when it has learned of that.
    equal(await store.release(held, ending(1, { state: 'aborted' })), true);
    equal(await other.cancel('r'), 'aborted');
    equal((await store.show('r'))?.state, 'aborted');
  },

  'gives a run that was cancelled to whoever asks for it': async ({ store, other }) => {
    const first = await hold(store, 'r');
    await other.cancel('r');
    const second = await hold(other, 'r', { holder: 'b' });
    equal(second.state, 'resumed');
    same(await store.renew([first], 60_000), [{ run: 'r', why: 'taken' }]);
    equal((await store.show('r'))?.state, 'running');
  },

  'makes a run that is described, which anybody may hold': async ({ store, other }) => {
    await store.describe(
      'r',
      { program: 'sealed', owner: 'o', savedUsd: 0.5, degraded: true },
      at(3),
    );
    await store.describe('r', { title: 't', savedUsd: null, summary: 's' }, at(4));
    const described = await other.show('r');
    same([described?.begunAt, described?.state, described?.holder], [at(3), 'running', null]);
    same(
      [described?.program, described?.summary, described?.owner, described?.title],
      ['sealed', 's', 'o', 't'],
    );
    same([described?.savedUsd, described?.degraded, described?.baseline], [null, true, null]);
    const held = await hold(other, 'r', { at: at(5), facts: { coverage: '{}' } });
    ok(held.token >= 1);
    const shown = await store.show('r');
    same([shown?.begunAt, shown?.title, shown?.coverage, shown?.holder], [at(3), 't', '{}', 'a']);
  },
};

import { equal, ok } from 'node:assert/strict';
import type { Exhausted, SharedAccount, SharedHold } from '../../model/run/accounts.ts';
import type { RunStore } from '../../runs/store.ts';
import { eventually, near, pause, type Questions, same } from './question.ts';
import { call, hold } from './sample-entries.ts';

const cent = { usd: 0.01, tokens: 0 };
const longMs = 60_000;

/** What may be spent together. */
export const accountQuestions: Questions = {
  'sets aside what a call can cost until it is settled, then books what it has': async ({
    store,
    other,
  }) => {
    same(await store.balance('key:a'), {
      spent: { usd: 0, tokens: 0 },
      reserved: { usd: 0, tokens: 0 },
    });
    const account = { id: 'key:a', limit: { usd: 1, tokens: 1000 } };
    const held = await setAside(store, [account], { usd: 0.5, tokens: 400 });
    same([held.accounts, held.most], [[account], { usd: 0.5, tokens: 400 }]);
    same(await other.balance('key:a'), {
      spent: { usd: 0, tokens: 0 },
      reserved: { usd: 0.5, tokens: 400 },
    });
    await other.settle(held, { usd: 0.25, tokens: 300 });
    same(await store.balance('key:a'), {
      spent: { usd: 0.25, tokens: 300 },
      reserved: { usd: 0, tokens: 0 },
    });
    same(await store.balance('key:b'), {
      spent: { usd: 0, tokens: 0 },
      reserved: { usd: 0, tokens: 0 },
    });
  },

  'lets those who reserve at once set aside no more than the limit': async ({ store, other }) => {
    const account = { id: 'key:a', limit: { usd: 0.5 } };
    const asked = Array.from({ length: 200 }, (_, n) =>
      (n % 2 ? store : other).reserve([account], cent, longMs),
    );
    const answers = await Promise.all(asked);
    const held = answers.filter(answer => 'id' in answer);
    equal(held.length, 50);
    const { exhausted, spent, reserved } = answers.find(
      answer => 'exhausted' in answer,
    ) as Exhausted;
    same([exhausted, spent.usd], [account, 0]);
    near(reserved.usd, 0.5);
    await Promise.all(held.map((each, n) => (n % 2 ? other : store).settle(each, cent)));
    near((await store.balance('key:a')).spent.usd, 0.5);
    ok('exhausted' in (await store.reserve([account], cent, longMs)));
  },

  'sets aside on all accounts or on none': async ({ store, other }) => {
    const wide = { id: 'wide', limit: { usd: 10 } };
    const tight = { id: 'tight', limit: { usd: 0.015 } };
    await setAside(store, [wide, tight], cent);
    const refusal = (await other.reserve([wide, tight], cent, longMs)) as Exhausted;
    same(refusal.exhausted, tight);
    near((await store.balance('wide')).reserved.usd, 0.01);
    await setAside(store, [wide], cent);
    near((await store.balance('wide')).reserved.usd, 0.02);
  },

  'compares dollars and tokens each with its own limit, or with none': async ({ store }) => {
    const most = { usd: 5, tokens: 5000 };
    const byTokens = { id: 'tokens', limit: { tokens: 5000 } };
    await setAside(
      store,
      [{ id: 'free', limit: {} }, { id: 'usd', limit: { usd: 5 } }, byTokens],
      most,
    );
    ok('exhausted' in (await store.reserve([byTokens], { usd: 0, tokens: 1 }, longMs)));
    await setAside(store, [byTokens], { usd: 100, tokens: 0 });
    ok('exhausted' in (await store.reserve([{ id: 'none', limit: { usd: 0 } }], cent, longMs)));
  },

  'counts a hold that ran out as spent, until it is settled after all': async ({
    store,
    other,
  }) => {
    const account = { id: 'key:a', limit: { usd: 1 } };
    await store.settle(await setAside(store, [account], cent), { usd: 0.3, tokens: 300 });
    const late = await setAside(store, [account], { usd: 0.6, tokens: 600 }, 30);
    await eventually(async () =>
      (await other.balance('key:a')).reserved.tokens === 0 ? true : undefined,
    );
    const swept = await other.balance('key:a');
    near(swept.spent.usd, 0.9);
    near(swept.reserved.usd, 0);
    ok('exhausted' in (await store.reserve([account], { usd: 0.5, tokens: 0 }, longMs)));
    await store.settle(late, { usd: 0.1, tokens: 100 });
    const settled = await other.balance('key:a');
    near(settled.spent.usd, 0.4);
    same([settled.spent.tokens, settled.reserved.tokens], [400, 0]);
    await setAside(store, [account], { usd: 0.5, tokens: 0 });
  },

  // Whoever has not heard that a settlement was written tells of it again.
  'books a hold once that is settled twice, in time or late': async ({ store, other }) => {
    const account = { id: 'key:a', limit: {} };
    await store.settle(await setAside(store, [account], cent), { usd: 2, tokens: 2000 });
    for (const holdMs of [longMs, 1]) {
      const held = await setAside(store, [account], { usd: 0.5, tokens: 500 }, holdMs);
      await pause(20);
      const before = await store.balance('key:a');
      const swept = holdMs === 1 ? held.most : { usd: 0, tokens: 0 };
      for (const handle of [store, other]) await handle.settle(held, { usd: 0.1, tokens: 100 });
      const { spent, reserved } = await store.balance('key:a');
      near(spent.usd, before.spent.usd - swept.usd + 0.1);
      near(reserved.usd, 0);
      equal(spent.tokens, before.spent.tokens - swept.tokens + 100);
    }
  },

  'sweeps before it reserves': async ({ store, other }) => {
    const account = { id: 'key:a', limit: { usd: 1 } };
    await setAside(store, [account], { usd: 0.6, tokens: 0 }, 1);
    await pause(20);
    const refusal = (await other.reserve([account], { usd: 0.5, tokens: 0 }, longMs)) as Exhausted;
    near(refusal.spent.usd, 0.6);
    near(refusal.reserved.usd, 0);
  },

  'only frees what was set aside where calls are booked as they are recorded': async ({
    store,
    other,
  }) => {
    const recorded = { id: 'journal', limit: { usd: 1 }, isRecorded: true };
    const run = await hold(store, 'r');
    const inTime = await setAside(store, [recorded, { id: 'key:a', limit: {} }], {
      usd: 0.5,
      tokens: 0,
    });
    await store.append(run, [call(1)]);
    await store.settle(inTime, cent);
    const journal = await other.balance('journal');
    near(journal.spent.usd, 0.01);
    near(journal.reserved.usd, 0);
    near((await other.balance('key:a')).spent.usd, 0.01);
    const late = await setAside(store, [recorded], { usd: 0.5, tokens: 0 }, 1);
    await pause(20);
    near((await other.balance('journal')).spent.usd, 0.51);
    await store.settle(late, cent);
    near((await other.balance('journal')).spent.usd, 0.01);
  },

  'books the calls of all runs to clouds on the account of the journal': async ({
    store,
    other,
  }) => {
    const [r, s] = [await hold(store, 'r'), await hold(other, 's')];
    await store.append(r, [call(1), call(2, { place: 'device', costUsd: 9 })]);
    // A call of unknown price counts by its tokens, one that was cut off like any other.
    await other.append(s, [
      call(3, { costUsd: null }),
      call(4, { isFinished: false, outputTokens: null }),
    ]);
    const { spent } = await store.balance('journal');
    near(spent.usd, 0.02);
    equal(spent.tokens, 30 + 30 + 20);
  },
};

async function setAside(
  store: RunStore,
  accounts: readonly SharedAccount[],
  most: SharedHold['most'],
  holdMs = longMs,
): Promise<SharedHold> {
  const answer = await store.reserve(accounts, most, holdMs);
  ok('id' in answer, 'there is no room where there should be');
  return answer;
}

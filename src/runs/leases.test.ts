import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { textOf, userCall } from '../model/answer.ts';
import { TandemError } from '../model/errors.ts';
import { direct } from '../model/pattern/direct.ts';
import { run } from '../model/run/scope-life.ts';
import { collectStream, doubleOf } from '../testing/double.ts';
import { type FileJournal, openJournal } from './journal.ts';
import { openLeases } from './leases.ts';
import { openLedger } from './ledger.ts';
import { openMemoryStore } from './memory/memory-store.ts';
import { runOwner } from './run-owner.ts';
import type { RunStore } from './store.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-leases-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  vi.restoreAllMocks();
});
let files = 0;
const fresh = () => join(folder, `${files++}.db`);
const leaseMs = 400;
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
const thrown = (promise: PromiseLike<unknown>) =>
  Promise.resolve(promise).then(
    () => undefined,
    (error: unknown) => error,
  );

/** A pattern over a model that answers when it is let, and counts what it is paid. */
const gated = () => {
  const gate = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  let paid = 0;
  const model = doubleOf({ modelId: 'gated' }, async () => {
    paid++;
    asked.resolve();
    await gate.promise;
    return { text: `answer ${paid}` };
  });
  return { pattern: direct(model), open: gate.resolve, asked: asked.promise, paid: () => paid };
};
type Gated = ReturnType<typeof gated>;
const ask = (journal: FileJournal, { pattern }: Gated, whenTaken: 'refuse' | 'wait' = 'refuse') =>
  run({ journal, runId: 'r', whenTaken }, async () => pattern.doGenerate(userCall('x')));

/** Takes a run by the name of some process. */
const holdAs = ({ store }: FileJournal, holder: string, ms = leaseMs) =>
  store.hold('r', { holder, leaseMs: ms, at: new Date().toISOString() });
const elsewhere = '4242 on another-host | another machine | x';

describe('a run that another journal is at work on', () => {
  it('is refused, plain and streamed, by the name of its owner, and nothing is paid', async () => {
    const path = fresh();
    using one = openJournal({ path });
    using two = openJournal({ path });
    const [first, second] = [gated(), gated()];
    const answer = ask(one, first);
    await first.asked;
    const plain = await thrown(ask(two, second));
    expect(plain).toMatchObject({
      code: 'run_taken',
      data: { runId: 'r', owner: expect.stringMatching(/^the process \d+ on/) },
    });
    expect((plain as TandemError).message).toContain(`the process ${process.pid} on`);
    const stream = async () => collectStream((await second.pattern.doStream(userCall('x'))).stream);
    expect(await thrown(run({ journal: two, runId: 'r' }, stream))).toMatchObject({
      code: 'run_taken',
    });
    first.open();
    expect(textOf(await answer)).toBe('answer 1');
    expect(second.paid()).toBe(0);
    expect(await two.show('r')).toMatchObject({ state: 'done', calls: 1, holder: null });
  });

  it('is refused to a second call by the same journal, too', async () => {
    using journal = openJournal({ path: fresh() });
    const first = gated();
    const answer = ask(journal, first);
    await first.asked;
    expect(await thrown(ask(journal, gated()))).toMatchObject({ code: 'run_taken' });
    first.open();
    expect(textOf(await answer)).toBe('answer 1');
  });

  it('is waited for, and then replayed without a payment', async () => {
    const path = fresh();
    using one = openJournal({ path, leaseMs });
    using two = openJournal({ path, leaseMs });
    const [first, second] = [gated(), gated()];
    second.open();
    const answer = ask(one, first);
    await first.asked;
    const waits = ask(two, second, 'wait');
    await pause(leaseMs * 1.5);
    expect(second.paid()).toBe(0);
    first.open();
    expect([textOf(await answer), textOf(await waits)]).toEqual(['answer 1', 'answer 1']);
    expect(second.paid()).toBe(0);
  });

  it('is taken over once its lease has run out', async () => {
    using journal = openJournal({ path: fresh(), leaseMs });
    await holdAs(journal, elsewhere);
    const asked = gated();
    asked.open();
    expect(await thrown(ask(journal, asked))).toMatchObject({
      data: { owner: 'the process 4242 on another-host' },
    });
    const begun = performance.now();
    expect(textOf(await ask(journal, asked, 'wait'))).toBe('answer 1');
    expect(performance.now() - begun).toBeLessThan(leaseMs + 500);
  });

  it('is taken over at once from a process of this machine that has died', async () => {
    using journal = openJournal({ path: fresh() });
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    await holdAs(journal, runOwner().text.replace(/^\d+/, String(pid)), 60_000);
    const asked = gated();
    asked.open();
    expect(textOf(await ask(journal, asked))).toBe('answer 1');
  });

  it('is not taken over from a process of the same number on another machine', async () => {
    using journal = openJournal({ path: fresh() });
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    await holdAs(
      journal,
      runOwner().text.replace(/^\d+/, String(pid)).replace(' | ', ' | elsewhere'),
      60_000,
    );
    expect(await thrown(ask(journal, gated()))).toMatchObject({ code: 'run_taken' });
  });
});

describe('a run that is waited for', () => {
  it.each(['deadline', 'doGenerate', 'doStream'] as const)(
    'is waited for no longer when its caller has left (%s)',
    async how => {
      using journal = openJournal({ path: fresh() });
      await holdAs(journal, elsewhere, 60_000);
      const { pattern, paid } = gated();
      const caller = new AbortController();
      const call = userCall('x', { abortSignal: caller.signal });
      const begun = performance.now();
      const limits = how === 'deadline' ? { deadlineMs: 50 } : {};
      const waits = run({ journal, runId: 'r', whenTaken: 'wait', ...limits }, async () =>
        how === 'doStream'
          ? collectStream((await pattern.doStream(call)).stream)
          : pattern.doGenerate(call),
      );
      if (how !== 'deadline') setTimeout(() => caller.abort(), 50);
      const expected = how === 'deadline' ? { code: 'deadline_exceeded' } : { name: 'AbortError' };
      expect(await thrown(waits)).toMatchObject(expected);
      expect(performance.now() - begun).toBeLessThan(700);
      expect(paid()).toBe(0);
      expect(await journal.show('r')).toMatchObject({
        state: 'running',
        holder: expect.stringContaining('4242'),
      });
    },
  );
});

describe('a run that is lost', () => {
  it('ends with run_taken before its next call is paid; its answer is not recorded', async () => {
    using journal = openJournal({ path: fresh() });
    const asked = gated();
    const answer = thrown(ask(journal, asked));
    await asked.asked;
    await journal.store.hold('r', {
      holder: elsewhere,
      leaseMs,
      at: new Date().toISOString(),
      instead: 1,
    });
    asked.open();
    expect(await answer).toMatchObject({ code: 'run_taken' });
    expect(await journal.answers('r')).toEqual([]);
    expect(await journal.show('r')).toMatchObject({ state: 'running', calls: 0 });
  });

  it('is told by the renewal while a call is under way', async () => {
    using journal = openJournal({ path: fresh(), leaseMs });
    const asked = gated();
    const answer = thrown(ask(journal, asked));
    await asked.asked;
    await journal.store.hold('r', {
      holder: elsewhere,
      leaseMs,
      at: new Date().toISOString(),
      instead: 1,
    });
    expect(await answer).toMatchObject({ code: 'run_taken' });
  });

  it('is cancelled from another journal', async () => {
    const path = fresh();
    using one = openJournal({ path, leaseMs });
    using two = openJournal({ path, leaseMs });
    const asked = gated();
    const answer = thrown(ask(one, asked));
    await asked.asked;
    expect(await two.cancel('r')).toBe(true);
    expect(await answer).toMatchObject({ name: 'AbortError' });
    expect(await two.show('r')).toMatchObject({ state: 'aborted', holder: null });
  });
});

/** A run of a store in memory whose renewals are counted, and may fail. */
const watched = async (
  renewal: (renew: () => ReturnType<RunStore['renew']>) => ReturnType<RunStore['renew']>,
) => {
  const store = openMemoryStore();
  let renewals = 0;
  const watchedStore: RunStore = {
    ...store,
    renew(held, ms) {
      renewals++;
      return renewal(() => store.renew(held, ms));
    },
  };
  // So long that no renewal comes by itself.
  const leases = openLeases(watchedStore, 60_000);
  const begin = { runId: 'r', cancel: () => {}, isNew: false, whenTaken: 'refuse' } as const;
  const lease = leases.take(begin);
  await lease.held;
  const end = async () => {
    leases.close();
    await lease.release(begin, { state: 'done', at: new Date().toISOString() });
  };
  return { store, lease, renewals: () => renewals, end };
};

describe('a holder that is not sure any more', () => {
  it.each([
    {
      clock: 'the machine slept',
      change: () => vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 50_000),
    },
    {
      clock: 'the clock was set forward',
      change: () => vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000),
    },
    {
      clock: 'the clock was set back',
      change: () => vi.spyOn(Date, 'now').mockReturnValue(Date.now() - 3_600_000),
    },
  ])('renews before it pays ($clock)', async ({ change }) => {
    const { lease, renewals, end } = await watched(renew => renew());
    expect(lease.confirm()).toBeUndefined();
    expect(renewals()).toBe(0);
    change();
    await lease.confirm();
    expect(renewals()).toBe(1);
    // From then on it is sure again.
    expect(lease.confirm()).toBeUndefined();
    await end();
  });

  it('pays nothing where the run was cancelled meanwhile, and says so', async () => {
    const { store, lease, end } = await watched(renew => renew());
    await store.cancel('r');
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 50_000);
    expect(await thrown(Promise.resolve(lease.confirm()))).toMatchObject({ name: 'AbortError' });
    await end();
  });

  it('pays nothing where the store cannot be written', async () => {
    const busy = new TandemError('store_busy', 'The store is held.');
    const { lease, end } = await watched(() => Promise.reject(busy));
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 50_000);
    expect(await thrown(Promise.resolve(lease.confirm()))).toBe(busy);
    await end();
  });

  it('pays nothing where the renewal takes too long to tell', async () => {
    const { lease, end } = await watched(async renew => {
      vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 50_000);
      return renew();
    });
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 50_000);
    expect(await thrown(Promise.resolve(lease.confirm()))).toMatchObject({ code: 'store_busy' });
    await end();
  });
});

describe('a ledger and the journal of its run', () => {
  it('hold the run together, and the last of them lets it go', async () => {
    const path = fresh();
    using journal = openJournal({ path });
    const asked = gated();
    {
      using ledger = await openLedger({ path, runId: 'r' });
      ledger.add({ action: [1], votes: 1, costUsd: 0 });
      asked.open();
      expect(textOf(await ask(journal, asked))).toBe('answer 1');
      expect(await journal.show('r')).toMatchObject({ state: 'running' });
      expect(await thrown(openLedger({ path: fresh(), runId: 'r' }))).toBeUndefined();
      ledger.end('done');
    }
    await expect.poll(async () => (await journal.show('r')).state).toBe('done');
    using again = await openLedger({ path, runId: 'r' });
    expect(again.length).toBe(1);
  });

  it('hold it together too where the first of them had waited for it', async () => {
    const leases = openLeases(openMemoryStore(), leaseMs);
    const begin = { runId: 'waited', cancel: () => {}, isNew: false, whenTaken: 'refuse' } as const;
    const before = { ...begin };
    const first = leases.take(before);
    await first.held;
    const waiting = leases.take({ ...begin, whenTaken: 'wait' });
    await first.release(before, { state: 'done', at: new Date().toISOString() });
    await waiting.held;
    expect(leases.take({ ...begin, isLedger: true })).toBe(waiting);
    leases.close();
  });

  it('are refused together to another process', async () => {
    using journal = openJournal({ path: fresh() });
    await holdAs(journal, elsewhere, 60_000);
    expect(await thrown(openLedger({ path: journal.store.id, runId: 'r' }))).toMatchObject({
      code: 'run_taken',
    });
  });
});

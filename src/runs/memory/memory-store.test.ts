import { afterEach, describe, expect, it, vi } from 'vitest';
import { storeContract } from '../../testing/store-contract.ts';
import { openMemoryStore } from './memory-store.ts';

describe('a store in memory', () => {
  for (const { name, run } of storeContract({ open: openMemoryStore })) it(name, run);

  afterEach(() => {
    vi.useRealTimers();
  });

  it('books what was set aside before midnight on the day before', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2024-05-01T23:59:59.000Z') });
    using store = openMemoryStore();
    const account = { id: 'key:a', limit: { usd: 1 } };
    const late = await store.reserve([account], { usd: 1, tokens: 10 }, 3_600_000);
    const lost = await store.reserve([{ ...account, limit: {} }], { usd: 1, tokens: 10 }, 2000);
    vi.setSystemTime(Date.parse('2024-05-02T00:00:02.000Z'));
    expect(await store.balance('key:a')).toEqual({
      spent: { usd: 0, tokens: 0 },
      reserved: { usd: 0, tokens: 0 },
    });
    const today = await store.reserve([account], { usd: 1, tokens: 10 }, 60_000);
    if (!('id' in late && 'id' in lost && 'id' in today))
      expect.fail('a day has no room of its own');
    expect([late.day, today.day]).toEqual(['2024-05-01', '2024-05-02']);
    await store.settle(late, { usd: 0.5, tokens: 5 });
    expect(await store.balance('key:a')).toMatchObject({ spent: { usd: 0 }, reserved: { usd: 1 } });
    vi.setSystemTime(Date.parse('2024-05-01T23:59:59.500Z'));
    expect((await store.balance('key:a')).spent).toEqual({ usd: 1.5, tokens: 15 });
  });

  it('forgets the accounts of days long gone', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2024-05-01T12:00:00.000Z') });
    using store = openMemoryStore();
    const hold = await store.reserve([{ id: 'key:a', limit: {} }], { usd: 1, tokens: 10 }, 1000);
    if (!('id' in hold)) expect.fail('an account without a limit has no room');
    vi.setSystemTime(Date.parse('2024-05-05T12:00:00.000Z'));
    await store.balance('key:a');
    await store.settle(hold, { usd: 0.5, tokens: 5 });
    vi.setSystemTime(Date.parse('2024-05-01T12:00:00.000Z'));
    expect((await store.balance('key:a')).spent).toEqual({ usd: 0, tokens: 0 });
  });
});

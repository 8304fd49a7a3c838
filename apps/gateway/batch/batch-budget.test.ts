import { describe, expect, it } from 'vitest';
import { openBatchBudget } from './batch-budget.ts';
import { namedUuid } from './named-uuid.ts';
import { workThrough } from './work-through.ts';

const usd = (amount: number) => ({ usd: amount, tokens: 0 });

describe('the budget of a batch', () => {
  it('is never passed, and used to its end by calls that cost less than they might', async () => {
    const { accounts, account, isSpent } = openBatchBudget(1, 0.1);
    let paid = 0;
    const call = async () => {
      const hold = await accounts.reserve([account], usd(0.3), 1000);
      if ('exhausted' in hold) return false;
      await new Promise(resolve => setTimeout(resolve, 2));
      await accounts.settle(hold, usd(0.1));
      return ++paid > 0;
    };
    await Promise.all(Array.from({ length: 20 }, call));
    // Until less than the most of a call is left: .1 and seven times .1, and no more of .3.
    expect([paid, isSpent()]).toEqual([7, true]);
    expect((await accounts.balance('batch')).spent.usd).toBeCloseTo(0.8);
  });
});

describe('work in lanes', () => {
  it('takes no more at a time than there are lanes, and no sooner than its rate', async () => {
    async function* items() {
      for (let n = 0; n < 12; n++) yield n;
    }
    let [out, most] = [0, 0];
    const begun = performance.now();
    const pace = { lanes: 3, perMinute: 2400, signal: new AbortController().signal };
    await workThrough(items(), pace, async () => {
      most = Math.max(most, ++out);
      await new Promise(resolve => setTimeout(resolve, 90));
      out--;
    });
    expect(most).toBe(3);
    expect(performance.now() - begun).toBeGreaterThan(11 * 25);
  });

  it('ends with the first failure', async () => {
    async function* items() {
      for (let n = 0; n < 100; n++) yield n;
    }
    const seen: number[] = [];
    const pace = { lanes: 2, signal: new AbortController().signal };
    const work = workThrough(items(), pace, async n => {
      seen.push(n);
      if (n === 5) throw new Error('no more');
    });
    await expect(work).rejects.toThrow('no more');
    expect(seen.length).toBeLessThan(10);
  });
});

describe('the id of a line', () => {
  it('is a UUID of version 5, the same for the same and other for another', () => {
    const id = namedUuid('batch', 'line');
    expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect([namedUuid('batch', 'line'), namedUuid('batc', 'hline')]).toEqual([
      id,
      expect.not.stringContaining(id),
    ]);
  });
});

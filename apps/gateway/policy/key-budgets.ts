import type { SharedBudget } from '../../../src/entries/backends.ts';
import type { SharedAccounts } from '../../../src/entries/runs.ts';
import { later } from '../wire/problem.ts';
import type { Caller } from './keys.ts';

/** What keys may spend in a day (UTC), of all servers on one store together. */
export interface KeyBudgets {
  /** The budget of the caller's key, for a run; `undefined` where it has none. */
  of(caller: Caller): SharedBudget | undefined;
  /** Refuses a caller who has nothing left, before any work. @throws Problem 429 */
  requireRoom(caller: Caller): Promise<void>;
}

const dayMs = 86_400_000;

/** Opens the budgets of a server. */
export function openKeyBudgets(accounts: SharedAccounts, now: () => number): KeyBudgets {
  return {
    of({ name, key }) {
      const usd = key?.budgetUsdPerDay;
      if (usd === undefined) return undefined;
      const account = { id: `key:${name}`, limit: { usd } };
      return { name: `the day's budget of the key "${name}"`, account, accounts };
    },
    async requireRoom({ name, key }) {
      const usd = key?.budgetUsdPerDay;
      if (usd === undefined || (await accounts.balance(`key:${name}`)).spent.usd < usd) return;
      const seconds = (dayMs - (now() % dayMs)) / 1000;
      const message =
        `The key "${name}" has no more of its $${usd} of today to spend. Wait ` +
        'until midnight UTC, or raise its budget.';
      throw later({ status: 429, code: 'insufficient_quota', seconds }, message);
    },
  };
}

import type { SharedBudget } from '../../../src/entries/backends.ts';
import type { SharedAccounts } from '../../../src/entries/runs.ts';

type Spent = Parameters<SharedAccounts['settle']>[1];

/** What all lines of a batch may spend together, on however many days. */
export interface BatchBudget extends SharedBudget {
  /** Whether a call was refused for it. */
  readonly isSpent: () => boolean;
}

/**
 * Opens the budget of a batch, of which something may be spent already. A call for which others
 * have set aside the rest waits until they are paid: what they leave may do for it.
 */
export function openBatchBudget(usd: number, spentUsd: number): BatchBudget {
  const state = { spent: spentUsd, reserved: 0, isSpent: false, holds: 0 };
  let changed = Promise.withResolvers<void>();
  const held = new Map<string, number>();
  const told = (): Spent => ({ usd: state.spent, tokens: 0 });
  const accounts: SharedAccounts = {
    async reserve(all, most) {
      while (state.reserved > 0 && state.spent + state.reserved + most.usd > usd)
        await changed.promise;
      if (state.spent + most.usd > usd) {
        state.isSpent = true;
        return { exhausted: all[0]!, spent: told(), reserved: { usd: state.reserved, tokens: 0 } };
      }
      const id = String(++state.holds);
      held.set(id, most.usd);
      state.reserved += most.usd;
      return { id, day: '', accounts: all, most };
    },
    async settle({ id }, spent) {
      const reserved = held.get(id);
      if (reserved === undefined) return;
      held.delete(id);
      state.reserved = held.size === 0 ? 0 : state.reserved - reserved;
      state.spent += spent.usd;
      changed.resolve();
      changed = Promise.withResolvers<void>();
    },
    balance: async () => ({ spent: told(), reserved: { usd: state.reserved, tokens: 0 } }),
  };
  return {
    name: 'the budget of the batch',
    account: { id: 'batch', limit: { usd } },
    accounts,
    isSpent: () => state.isSpent,
  };
}

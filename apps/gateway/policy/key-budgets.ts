import type { SharedBudget } from '../../../src/index.ts';
import type { StateStore } from '../state-store.ts';
import { later } from '../wire/problem.ts';
import type { Caller } from './keys.ts';

/** What keys may spend in a day (UTC). What requests at work may still cost is set aside, so that it holds for all. */
export interface KeyBudgets {
  /** The budget of the caller's key, for a run; `undefined` where it has none. @throws Problem 429 where nothing is left */
  of(caller: Caller): SharedBudget | undefined;
}

const dayMs = 86_400_000;

/** Opens the budgets of a server; what was spent today is read from its state. */
export function openKeyBudgets(state: Pick<StateStore, 'spent' | 'spend'>, now: () => number): KeyBudgets {
  const reservedByKey = new Map<string, SharedBudget['reserved']>();
  const budgetOf = ({ name, key }: Caller): SharedBudget | undefined => {
    const usd = key?.budgetUsdPerDay;
    if (usd === undefined) return undefined;
    const reserved = reservedByKey.get(name) ?? { usd: 0, tokens: 0 };
    reservedByKey.set(name, reserved);
    return {
      name: `the day's budget of the key "${name}"`,
      limit: { usd },
      spent: () => ({ usd: state.spent(dayOf(now()), name), tokens: 0 }),
      reserved,
      book: spent => {
        if (spent.usd > 0) state.spend(dayOf(now()), name, spent.usd);
      },
    };
  };
  const exhausted = (caller: Caller, usd: number) => {
    const seconds = (dayMs - (now() % dayMs)) / 1000;
    const message = `The key "${caller.name}" has no more of its $${usd} of today to spend. Wait until midnight UTC, or raise its budget.`;
    return later({ status: 429, code: 'insufficient_quota', seconds }, message);
  };
  return {
    of(caller) {
      const budget = budgetOf(caller);
      const usd = budget?.limit.usd ?? 0;
      if (budget && budget.spent().usd >= usd) throw exhausted(caller, usd);
      return budget;
    },
  };
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

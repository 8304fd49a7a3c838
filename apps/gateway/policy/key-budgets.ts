import type { StateStore } from '../state-store.ts';
import { later } from '../wire/problem.ts';
import type { Caller } from './keys.ts';

/** What keys may spend in a day (UTC). Requests at work at the same time may together exceed it by what they cost. */
export interface KeyBudgets {
  /** US dollars left today; `undefined` where the key has no budget. @throws Problem 429 where nothing is left */
  left(caller: Caller): number | undefined;
  spend(caller: Caller, costUsd: number): void;
}

const dayMs = 86_400_000;

/** Opens the budgets of a server; what was spent today is read from its state. */
export function openKeyBudgets(state: Pick<StateStore, 'spent' | 'spend'>, now: () => number): KeyBudgets {
  return {
    left({ name, key }) {
      const limit = key?.budgetUsdPerDay;
      if (limit === undefined) return undefined;
      const left = limit - state.spent(dayOf(now()), name);
      if (left > 0) return left;
      const seconds = (dayMs - (now() % dayMs)) / 1000;
      const message = `The key "${name}" has spent its $${limit} of today. Wait until midnight UTC, or raise its budget.`;
      throw later({ status: 429, code: 'insufficient_quota', seconds }, message);
    },
    spend({ name, key }, costUsd) {
      if (key?.budgetUsdPerDay !== undefined && costUsd > 0) state.spend(dayOf(now()), name, costUsd);
    },
  };
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

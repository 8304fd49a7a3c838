import type { KeysOf } from '../errors.ts';
import type { BreakerPolicy, BudgetLimits, RetryPolicy } from './limits.ts';
import type { RunOptions } from './scope.ts';

const run: KeysOf<RunOptions> = {
  runId: true,
  isNew: true,
  whenTaken: true,
  owner: true,
  parent: true,
  mode: true,
  networkHosts: true,
  budgetUsd: true,
  budget: true,
  sharedBudgets: true,
  deadlineMs: true,
  prices: true,
  localPrice: true,
  retry: true,
  breaker: true,
  firstTokenMs: true,
  idleMs: true,
  sink: true,
  journal: true,
  guard: true,
  masker: true,
  preview: true,
  confirm: true,
  approve: true,
  clock: true,
  documents: true,
  onEvent: true,
};
const budget: KeysOf<BudgetLimits> = {
  usd: true,
  tokens: true,
  perCall: true,
  perDay: true,
  perModel: true,
};
const retry: KeysOf<RetryPolicy> = { tries: true, baseMs: true, maxWaitMs: true };
const breaker: KeysOf<BreakerPolicy> = { failures: true, coolDownMs: true };

/** The keys of a run's options, and of those options that are objects of limits. */
export const runKeys = [
  ['run', run],
  ['budget', budget],
  ['retry', retry],
  ['breaker', breaker],
] as const;

import type { Allowance, BudgetLimits } from '../model/run/limits.ts';
import type { Masker } from '../model/run/ports.ts';
import type { RunOptions } from '../model/run/scope.ts';
import type { AnyConfig } from './config.ts';
import type { PrivacyConfig } from './schema.ts';

/**
 * What a configuration says of every run: prices, limits, time-outs, and what may leave.
 * @example
 * ```ts
 * const options = runOptionsOf(config, ({ words = [] }) => personalDataMasker({ words }));
 * await run(options, async () => support.doGenerate(call));
 * ```
 */
export function runOptionsOf(
  config: AnyConfig,
  maskerOf: (privacy: PrivacyConfig) => Masker,
): RunOptions {
  const {
    privacy = {},
    prices = {},
    localPrice,
    budgetUsd,
    budget,
    retry,
    breaker,
    timeouts = {},
  } = config;
  const { firstTokenMs, idleMs, runMs: deadlineMs } = timeouts;
  const limits = stricterBudget(budget ?? {}, budgetUsd === undefined ? {} : { usd: budgetUsd });
  return {
    prices,
    mode: privacy.mode ?? 'cloud-allowed',
    ...(Object.keys(limits).length > 0 && { budget: limits }),
    ...(privacy.networkHosts && { networkHosts: privacy.networkHosts }),
    ...(privacy.mask && { masker: maskerOf(privacy) }),
    ...defined({ localPrice, retry, breaker, firstTokenMs, idleMs, deadlineMs }),
  };
}

/**
 * Joins two budgets: of every limit the smaller holds.
 * @example
 * ```ts
 * const budget = stricterBudget({ usd: 1 }, { usd: 0.2, tokens: 10_000 }); // usd: 0.2
 * ```
 */
export function stricterBudget(a: BudgetLimits, b: BudgetLimits): BudgetLimits {
  const models = new Set([...Object.keys(a.perModel ?? {}), ...Object.keys(b.perModel ?? {})]);
  const perModel = Object.fromEntries(
    [...models].map(id => [id, stricter(a.perModel?.[id], b.perModel?.[id])]),
  );
  return {
    ...stricter(a, b),
    ...((a.perCall || b.perCall) && { perCall: stricter(a.perCall, b.perCall) }),
    ...((a.perDay || b.perDay) && { perDay: stricter(a.perDay, b.perDay) }),
    ...(models.size > 0 && { perModel }),
  };
}

function stricter(a: Allowance = {}, b: Allowance = {}): Allowance {
  const least = (unit: keyof Allowance) => {
    const given = [a[unit], b[unit]].filter(value => value !== undefined);
    return given.length > 0 ? Math.min(...given) : undefined;
  };
  return defined({ usd: least('usd'), tokens: least('tokens') });
}

function defined<T extends object>(given: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as never;
}

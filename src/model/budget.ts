import { costOf, type PriceByModel, priceOf } from '../trace/prices.ts';
import type { Usd } from '../trace/span.ts';
import { TandemError } from './errors.ts';

/** The money of one run: what it may spend, has spent, and has promised to calls in flight. */
export interface Budget {
  readonly limitUsd: number | undefined;
  spentUsd: number;
  reservedUsd: number;
}

/** Opens a budget; without a limit it only counts. @throws TandemError `invalid_argument` */
export function openBudget(limitUsd: number | undefined): Budget {
  if (limitUsd !== undefined && !(limitUsd >= 0)) {
    throw new TandemError(
      'invalid_argument',
      `\`budgetUsd\` must be 0 or more, got ${limitUsd}. Leave it out for no limit.`,
    );
  }
  return { limitUsd, spentUsd: 0, reservedUsd: 0 };
}

/**
 * Sets aside what a cloud call will cost at least (its input), so that calls in flight cannot overspend together.
 * Returns the function that settles it with the true cost. @throws TandemError `budget_exceeded`
 */
export function reserve(
  budget: Budget,
  request: { modelId: string; inputTokens: number; prices: PriceByModel },
): (actual: Usd) => void {
  if (budget.limitUsd === undefined) return actual => spend(budget, actual, 0);
  const tokens = { input: request.inputTokens, cachedInput: 0, output: 0 };
  const estimate = costOf(tokens, priceOf(request.modelId, request.prices));
  if (estimate === 'unknown') throw unpriced(request.modelId, budget.limitUsd);
  const committed = budget.spentUsd + budget.reservedUsd;
  if (committed + estimate > budget.limitUsd) throw exhausted({ ...request, budget, estimate });
  budget.reservedUsd += estimate;
  return actual => {
    budget.reservedUsd -= estimate;
    spend(budget, actual, estimate);
  };
}

function spend(budget: Budget, actual: Usd, estimate: number): void {
  budget.spentUsd += actual === 'unknown' ? estimate : actual;
}

function unpriced(modelId: string, limitUsd: number): TandemError {
  return new TandemError(
    'budget_exceeded',
    `The budget of $${limitUsd} cannot be kept: the price of "${modelId}" is unknown. Give it under \`prices\`.`,
    { data: { modelId, limitUsd } },
  );
}

function exhausted(facts: { modelId: string; budget: Budget; estimate: number }): TandemError {
  const { budget, modelId, estimate } = facts;
  return new TandemError(
    'budget_exceeded',
    `The call to "${modelId}" would cost at least $${estimate.toFixed(6)}, with $${budget.spentUsd.toFixed(6)} of ` +
      `$${budget.limitUsd} spent. Raise \`budgetUsd\` or ask for less.`,
    { data: { modelId, limitUsd: budget.limitUsd, spentUsd: budget.spentUsd } },
  );
}

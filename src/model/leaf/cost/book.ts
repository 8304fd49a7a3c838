import type { Answer } from '../../types.ts';
import { durationOf, type LeafStep, noteWarnings } from '../step.ts';
import { costOf, localCostOf, priceOf } from './prices.ts';
import { addUsage } from './usage.ts';

/**
 * Books the answer of a step: its time, tokens, money, usage and warnings. A replayed one costs
 * nothing again.
 */
export function book(step: LeafStep, answer: Answer): void {
  const { scope, span, model } = step;
  const { run } = scope;
  // Known before the step is recorded: advice learns from it how fast a model is.
  span.durationMs = durationOf(step);
  const { inputTokens, outputTokens } = answer.usage;
  span.tokens = {
    input: inputTokens.total,
    cachedInput: inputTokens.cacheRead,
    output: outputTokens.total,
  };
  if (span.replayed) span.costUsd = 0;
  else if (span.place === 'cloud') span.costUsd = costOf(span.tokens, priceOf(model, run.prices));
  else span.costUsd = run.localPrice ? localCostOf(span.durationMs, run.localPrice) : 0;
  scope.usage = addUsage(scope.usage, answer.usage);
  if (span.tokens.input === undefined || span.tokens.output === undefined)
    scope.isUsageComplete = false;
  if (answer.warnings.length > 0) noteWarnings(scope, answer.warnings);
}

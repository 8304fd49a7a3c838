import { costOf, localCostOf, priceOf } from '../../trace/prices.ts';
import type { Usd } from '../../trace/span.ts';
import type { Answer } from '../types.ts';
import { addUsage, isComplete, tokensOf } from '../usage.ts';
import { durationOf, type LeafStep, noteWarnings } from './step.ts';

/** Books the answer of a step: its time, tokens, money, usage and warnings. A replayed one costs nothing again. */
export function book(step: LeafStep, answer: Answer): void {
  const { scope, span } = step;
  // Known before the step is recorded: advice learns from it how fast a model is.
  span.durationMs = durationOf(step);
  span.tokens = tokensOf(answer.usage);
  span.costUsd = span.replayed ? 0 : costOfStep(step);
  scope.usage = addUsage(scope.usage, answer.usage);
  if (!isComplete(answer.usage)) scope.isUsageComplete = false;
  noteWarnings(scope, answer.warnings);
}

function costOfStep({ scope: { run }, span, model }: LeafStep): Usd {
  if (span.place === 'cloud') return costOf(span.tokens ?? noTokens, priceOf(model.modelId, run.prices));
  return run.localPrice ? localCostOf(span.durationMs ?? 0, run.localPrice) : 0;
}

const noTokens = { input: undefined, cachedInput: undefined, output: undefined };

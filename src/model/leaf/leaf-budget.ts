import { priceOf } from '../../trace/prices.ts';
import type { Span } from '../../trace/span.ts';
import { isAbsent } from '../place.ts';
import type { Call, FinishReason } from '../types.ts';
import { isUnlimited, type Reservation, reserve } from './budget.ts';
import { estimateTokens, mostTokens } from './leaf-call.ts';
import { deadlineError, type LeafStep, noteWarnings } from './leaf-step.ts';

/**
 * Checks the deadline and sets aside what the call may cost at most.
 * @throws TandemError `deadline_exceeded`, `budget_exceeded`
 */
export function prepare({ scope, model, span, call }: LeafStep): Reservation {
  const { run } = scope;
  if (run.deadlineMs !== undefined && run.clock.now() - run.startedMs >= run.deadlineMs) {
    throw deadlineError(run.deadlineMs);
  }
  if (isAbsent(model)) return { maxOutputTokens: undefined, settle: () => {} };
  const isCloud = span.place === 'cloud';
  const request = { modelId: model.modelId, isCloud, maxOutputTokens: call.maxOutputTokens };
  const price = isCloud ? priceOf(model.modelId, run.prices) : undefined;
  // Only a budget needs the upper estimate, which costs a walk over the prompt.
  const inputTokens = isUnlimited(run.budget) ? estimateTokens(span.characters) : mostTokens(call);
  const reservation = reserve(run.budget, { ...request, price, inputTokens });
  const most = reservation.maxOutputTokens;
  if (most !== undefined && call.maxOutputTokens !== undefined && most < call.maxOutputTokens) {
    noteWarnings(scope, [
      { type: 'other', message: `The budget lowers maxOutputTokens of ${model.modelId} to ${most}.` },
    ]);
  }
  return reservation;
}

/** Warns of an answer that ended at a limit which the budget has set, not the call. */
export function noteCut({ scope, call, model }: LeafStep, sent: Call, { unified }: FinishReason): void {
  const most = sent.maxOutputTokens;
  if (unified !== 'length' || most === call.maxOutputTokens) return;
  const message = `The budget cut the answer of ${model.modelId} at ${most} tokens. Raise it, or set maxOutputTokens.`;
  noteWarnings(scope, [{ type: 'other', message }]);
}

/** Settles what was set aside for a call with what it has used. */
export function settleStep({ span }: LeafStep, reservation: Reservation): void {
  const { input, output } = span.tokens ?? {};
  const tokens = input === undefined || output === undefined ? undefined : input + output;
  // A call that never reached its model has used nothing.
  if (span.attempts === 0) reservation.settle({ usd: 0, tokens: 0 });
  else
    reservation.settle({
      usd: span.costUsd,
      tokens: span.error === undefined || span.tokens ? tokens : failedTokens(span),
    });
}

// A failed call is booked at what is known of it: nothing, unless it was cut off under way.
function failedTokens(span: Span): number | undefined {
  return span.costUsd === 'unknown' ? undefined : 0;
}

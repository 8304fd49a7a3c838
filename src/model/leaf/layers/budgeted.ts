import type { Span } from '../../../trace/span.ts';
import { requireTime } from '../../run/scope-life.ts';
import type { Answer, Call } from '../../types.ts';
import { type Reservation, reserve } from '../cost/budget.ts';
import { priceOf } from '../cost/prices.ts';
import type { Layer } from '../layer.ts';
import { mostTokens } from '../leaf-call.ts';
import { type LeafStep, noteWarnings } from '../step.ts';

/** Keeps the deadline and the budget. @throws TandemError `deadline_exceeded`, `budget_exceeded` */
export const budgeted: Layer = {
  when: 'isLimited',
  around: next => async (step, call, show) => {
    requireTime(step.scope.run);
    const set = setAside(step);
    const reservation = set instanceof Promise ? await set : set;
    if (reservation.maxOutputTokens !== undefined) noteLess(step, reservation);
    let answer: Answer | undefined;
    try {
      answer = await next(step, within(reservation, call), show);
      if (answer.finishReason.unified === 'length') noteCut(step, reservation);
      return answer;
    } finally {
      reservation.settle(answer || wasCut(step) ? usedBy(step.span) : failedBy(step.span));
    }
  },
};

const nothing: Reservation = { maxOutputTokens: undefined, settle: () => {} };

// What the call may cost at most.
function setAside({
  scope,
  model,
  traits,
  span,
  call,
}: LeafStep): Reservation | Promise<Reservation> {
  const { run } = scope;
  if (!run.budget || traits.isAbsent) return nothing;
  const { modelId } = model;
  const { maxOutputTokens } = call;
  const isCloud = span.place === 'cloud';
  const price = isCloud ? priceOf(model, run.prices) : undefined;
  const inputTokens = mostTokens(call);
  return reserve(run.budget, {
    modelId,
    isCloud,
    maxOutputTokens,
    price: price?.long && inputTokens > price.long.above ? price.long : price,
    inputTokens,
  });
}

function noteLess({ scope, model, call }: LeafStep, { maxOutputTokens: most }: Reservation): void {
  const { maxOutputTokens } = call;
  if (most === undefined || maxOutputTokens === undefined || most >= maxOutputTokens) return;
  const message = `The budget lowers maxOutputTokens of ${model.modelId} to ${most}.`;
  noteWarnings(scope, [{ type: 'other', message }]);
}

function within({ maxOutputTokens }: Reservation, call: Call): Call {
  return maxOutputTokens === undefined ? call : { ...call, maxOutputTokens };
}

// An answer that ended at a limit which the budget has set, not the call.
function noteCut({ scope, call, model }: LeafStep, { maxOutputTokens: most }: Reservation) {
  if (most === undefined || most === call.maxOutputTokens) return;
  const message =
    `The budget cut the answer of ${model.modelId} at ${most} tokens. Raise it, or ` +
    'set maxOutputTokens.';
  noteWarnings(scope, [{ type: 'other', message }]);
}

function wasCut({ scope, span }: LeafStep): boolean {
  return span.costUsd === 'unknown' || scope.controller.signal.aborted;
}

// Of a call that failed nothing is known to have been used.
function failedBy({ tokens, costUsd }: Span): Parameters<Reservation['settle']>[0] {
  return { usd: costUsd, tokens: (tokens?.input ?? 0) + (tokens?.output ?? 0) };
}

function usedBy({ attempts, tokens, costUsd }: Span): Parameters<Reservation['settle']>[0] {
  // A call that never reached its model has used nothing.
  if (attempts === 0) return { usd: 0, tokens: 0 };
  const { input, output } = tokens ?? {};
  return {
    usd: costUsd,
    tokens: input === undefined || output === undefined ? undefined : input + output,
  };
}

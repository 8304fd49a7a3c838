import { describeError } from '../../errors.ts';
import { callEvent, tellEvent } from '../../run/run-events.ts';
import type { Layer } from '../layer.ts';
import { durationOf, type LeafStep, markUncounted } from '../step.ts';

/** Closes the span of a call, however it ends. */
export const traced: Layer = {
  around: next => async (step, call, show) => {
    const { scope, span } = step;
    const { onEvent } = scope.run;
    if (onEvent) tellEvent(onEvent, scope, callEvent('asked', span));
    try {
      return await next(step, call, show);
    } catch (error) {
      noteFailure(step, error);
      throw error;
    } finally {
      if (span.place === 'device') scope.run.hasAskedDevice = true;
      span.durationMs = durationOf(step);
      if (onEvent) tellEvent(onEvent, scope, callEvent('answered', span));
    }
  },
};

function noteFailure(step: LeafStep, error: unknown): void {
  const { scope, span, traits } = step;
  span.error = describeError(error);
  // A model that does not exist was not called, and nothing has left.
  if (traits.isAbsent) span.attempts = 0;
  // A call that was cut off under way has used tokens that nobody counted.
  if (span.attempts > 0 && !span.tokens && scope.controller.signal.aborted) markUncounted(step);
}

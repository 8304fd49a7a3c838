import { circuitOf, closeCircuit, noteFailure, requireClosed } from '../breaker.ts';
import type { Layer } from '../layer.ts';
import { wasLeft } from '../step.ts';

/**
 * Refuses at once what would go to a model that keeps failing. @throws TandemError `model_failed`
 */
export const circuit: Layer = {
  around: next => (step, call, show) => {
    const { model, scope, span } = step;
    const { breaker } = scope.run;
    const found = circuitOf(model);
    if (found.openUntilMs > 0)
      requireClosed(found, { modelId: model.modelId, coolDownMs: breaker.coolDownMs });
    const answer = next(step, call, show);
    // It only looks on: nobody waits longer for the answer.
    answer.then(
      () => {
        if (found.failures > 0) closeCircuit(found);
      },
      error => {
        // Only a call that reached its model, and was not given up, says something of it.
        if (span.attempts > 0 && !wasLeft(step, error)) noteFailure(found, breaker, error);
      },
    );
    return answer;
  },
};

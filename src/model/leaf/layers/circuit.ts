import type { Answer } from '../../types.ts';
import { circuitOf, closeCircuit, lookAgain, noteFailure, requireClosed } from '../breaker.ts';
import type { Layer } from '../layer.ts';
import { wasLeft } from '../step.ts';

/**
 * Refuses at once what would go to a model that keeps failing. @throws TandemError `model_failed`
 */
export const circuit: Layer = {
  around: next => (step, call, show) => {
    const { model, scope, span, told } = step;
    const { breaker } = scope.run;
    const found = circuitOf(model);
    let answer: Promise<Answer>;
    if (found.openUntilMs > 0) {
      const { coolDownMs } = breaker;
      const of = { modelId: model.modelId, coolDownMs };
      if (told && span.place === 'device') {
        answer = lookAgain(found, { ask: told.ask, coolDownMs }).then(() => {
          requireClosed(found, of);
          return next(step, call, show);
        });
      } else {
        requireClosed(found, of);
        answer = next(step, call, show);
      }
    } else answer = next(step, call, show);
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

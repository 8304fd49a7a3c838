import { closeCircuit, enterCircuit, noteFailure } from '../breaker.ts';
import type { Layer } from '../layer.ts';
import { wasLeft } from '../step.ts';

/** Refuses at once what would go to a model that keeps failing. @throws TandemError `model_failed` */
export const circuit: Layer = next => (step, call, show) => {
  const { model, scope, span } = step;
  enterCircuit(model, scope.run.breaker);
  const answer = next(step, call, show);
  // It only looks on: nobody waits longer for the answer.
  answer.then(
    () => closeCircuit(model),
    error => {
      // Only a call that reached its model, and was not given up, says something of it.
      if (span.attempts > 0 && !wasLeft(step, error)) noteFailure(model, scope.run.breaker, error);
    },
  );
  return answer;
};

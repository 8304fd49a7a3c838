import { trailOf } from '../../run/scope.ts';
import type { Answer } from '../../types.ts';
import { book } from '../cost/book.ts';
import type { Layer } from '../layer.ts';
import { learnFrom } from '../model/capabilities.ts';
import { type LeafStep, markUncounted } from '../step.ts';

/**
 * Books a finished call, then keeps it in the journal; of one that was cut off under way it keeps
 * the cost.
 */
export const recorded: Layer = {
  around: next => async (step, call, show) => {
    let answer: Answer;
    try {
      answer = await next(step, call, show);
    } catch (error) {
      if (step.hasShown) {
        markUncounted(step);
        await record(step);
      }
      throw error;
    }
    if (step.call.providerOptions)
      learnFrom(step.model, step.call, { answer, isStreamed: show !== undefined });
    book(step, answer);
    // Before the budget settles: what was set aside is then seen in the journal by all who share
    // the day's budget.
    if (step.address) await record(step, answer);
    return answer;
  },
};

// Without an answer it counts as cost alone, and is not replayed.
function record({ scope, address, span }: LeafStep, answer?: Answer): Promise<void> | undefined {
  if (!address) return undefined;
  return scope.run.journal?.record({
    ...address,
    trail: [...trailOf(scope), span.name],
    span,
    ...(answer && { answer }),
  });
}

import { TandemError } from '../../errors.ts';
import { leftEvent, tellEvent } from '../../run/run-events.ts';
import type { Call } from '../../types.ts';
import { crosses, egressEventOf } from '../egress-event.ts';
import type { Layer } from '../layer.ts';
import type { LeafStep } from '../step.ts';

/**
 * Puts an egress event on record before a byte leaves; a dry run shows it and denies it. @throws
 * TandemError `egress_denied`
 */
export const intended: Layer = {
  around: next => (step, call, show) => {
    const { journal, preview, onEvent } = step.scope.run;
    if (preview && crosses(step)) return shownAlone(step, call);
    if ((!journal && !onEvent) || !crosses(step)) return next(step, call, show);
    const event = egressEventOf(step, call);
    if (onEvent) tellEvent(onEvent, step.scope, leftEvent(event));
    return journal
      ? journal.intend(event).then(() => next(step, call, show))
      : next(step, call, show);
  },
};

async function shownAlone(step: LeafStep, call: Call): Promise<never> {
  const { modelId } = step.model;
  step.scope.run.preview?.(egressEventOf(step, call), call);
  const message = `This is a dry run: the call to "${modelId}" was shown, not made.`;
  throw new TandemError('egress_denied', message, { data: { modelId } });
}

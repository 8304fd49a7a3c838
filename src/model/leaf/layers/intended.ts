import { TandemError } from '../../errors.ts';
import type { EgressEvent } from '../../run/ports.ts';
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
    const { journal, preview, confirm, onEvent } = step.scope.run;
    if (preview && crosses(step)) return shownAlone(step, call);
    if ((!journal && !onEvent && !confirm) || !crosses(step)) return next(step, call, show);
    const event = egressEventOf(step, call);
    if (confirm) return confirmed(step, call, event).then(() => next(step, call, show));
    if (onEvent) tellEvent(onEvent, step.scope, leftEvent(event));
    return journal
      ? journal.intend(event, call.prompt).then(() => next(step, call, show))
      : next(step, call, show);
  },
};

async function confirmed(step: LeafStep, call: Call, event: EgressEvent): Promise<void> {
  const { model, span, scope } = step;
  const { confirm, onEvent, journal } = scope.run;
  if (await confirm?.(event, call)) {
    if (onEvent) tellEvent(onEvent, scope, leftEvent(event));
    return journal?.intend(event, call.prompt);
  }
  const { modelId } = model;
  span.characters = 0;
  const message = `The call to "${modelId}" was not confirmed, so nothing was sent. Ask again.`;
  throw new TandemError('egress_denied', message, { data: { modelId } });
}

async function shownAlone(step: LeafStep, call: Call): Promise<never> {
  const { modelId } = step.model;
  step.scope.run.preview?.(egressEventOf(step, call), call);
  const message = `This is a dry run: the call to "${modelId}" was shown, not made.`;
  throw new TandemError('egress_denied', message, { data: { modelId } });
}

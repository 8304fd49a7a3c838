import { TandemError } from '../../errors.ts';
import { crossingOf } from '../crossing.ts';
import type { Layer } from '../layer.ts';
import type { LeafStep } from '../step.ts';

/** Decides whether a call may be made from here. @throws TandemError `egress_denied` */
export const egress: Layer = next => (step, call, show) => {
  // A device leaf is admitted without a wait: one more on each call would be felt.
  if (step.span.place === 'device') return next(step, call, show);
  return admit(step).then(() => next(step, call, show));
};

async function admit(step: LeafStep): Promise<void> {
  const { scope, as } = step;
  const { modelId } = step.model;
  if (scope.mode === 'local-preferred' && !scope.run.hasAskedDevice) {
    const what = `The mode "local-preferred" asks a model on this device before "${modelId}".`;
    throw denied(`${what} Use a pattern that does, or allow the cloud.`, { modelId });
  }
  if (scope.mode === 'local-only') {
    const what = `The mode "local-only" keeps this call from "${modelId}".`;
    throw denied(`${what} Use a model on this device, or allow the cloud.`, { modelId });
  }
  if (scope.label === 'local-only' || (scope.label === 'extracts' && as.release !== true)) {
    const what = `Something labelled "${scope.label}" would go to "${modelId}".`;
    const advice = 'Use a model on this device, or a pattern that sends extracts alone (minions, chain)';
    throw denied(`${what} ${advice}, or label it otherwise.`, { modelId, label: scope.label });
  }
  await askGuard(step);
}

async function askGuard(step: LeafStep): Promise<void> {
  const { guard } = step.scope.run;
  if (!guard) return;
  try {
    await guard.admit(crossingOf(step, step.call));
  } catch (error) {
    if (TandemError.isInstance(error)) throw error;
    throw new TandemError('egress_denied', 'The guard failed, so nothing leaves. Mend it, or use a local model.', {
      cause: error,
    });
  }
}

function denied(message: string, data: Record<string, unknown>): TandemError {
  return new TandemError('egress_denied', message, { data });
}

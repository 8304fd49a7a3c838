import { TandemError } from '../errors.ts';
import { defineFact, wrappedTraits } from '../model-record.ts';
import { hostOf } from '../place.ts';
import type { LanguageModel } from '../types.ts';
import { crossingOf } from './crossing.ts';
import { type LeafStep, noteWarnings } from './step.ts';

/** Decides whether a call may leave for a cloud. @throws TandemError `egress_denied` */
export async function admit(step: LeafStep): Promise<void> {
  const { scope, as } = step;
  const { modelId } = step.model;
  const named = nameOf(step);
  const lost = lostPlaceOf(step.model);
  if (scope.mode === 'local-preferred' && !scope.run.hasAskedDevice) {
    const what = `The mode "local-preferred" asks a model on this device before ${named}.`;
    throw denied(`${what} ${lost ?? 'Use a pattern that does, or allow the cloud.'}`, { modelId });
  }
  if (scope.mode === 'local-only') {
    const what = `The mode "local-only" keeps this call from ${named}.`;
    throw denied(`${what} ${lost ?? 'Use a model on this device, or allow the cloud.'}`, { modelId });
  }
  if (scope.label === 'local-only' || (scope.label === 'extracts' && as.release !== true)) {
    const what = `Something labelled "${scope.label}" would go to ${named}.`;
    const advice = 'Use a model on this device, or a pattern that sends extracts alone (minions, chain)';
    throw denied(`${what} ${lost ?? `${advice}, or label it otherwise.`}`, { modelId, label: scope.label });
  }
  if (lost) warnOnce(step, lost);
  await askGuard(step);
}

// Where a model runs is never taken from a name: a name is easily borne by another.
function lostPlaceOf(model: LanguageModel): string | undefined {
  const traits = wrappedTraits(model);
  if (!traits?.isComposite && traits?.place !== 'device') return undefined;
  const what = traits.isComposite ? 'a pattern' : 'a model on this device';
  const how = traits.isComposite ? 'Wrap with `wrap()`.' : 'Wrap with `wrap()`, or declare it with `onDevice()`.';
  return `"${model.modelId}" bears the name of ${what}, but nobody has declared it: it counts as a cloud model. ${how}`;
}

const warned = defineFact<true>('warned of its lost place');

function warnOnce({ scope, model }: LeafStep, message: string): void {
  if (warned.of(model)) return;
  warned.note(model, true);
  noteWarnings(scope, [{ type: 'other', message }]);
}

// A model of a server on this machine may run elsewhere, which nobody sees by its name.
function nameOf({ model }: LeafStep): string {
  const host = hostOf(model);
  return `"${model.modelId}"${host === undefined ? '' : `, which runs at ${host}`}`;
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

import { TandemError } from '../errors.ts';
import type { Guard } from '../run/ports.ts';
import type { LanguageModel } from '../types.ts';
import { egressEventOf } from './egress-event.ts';
import { defineFact, wrappedTraits } from './model/model-record.ts';
import { hostOf, isAllowedHost } from './model/place.ts';
import { type LeafStep, noteWarnings } from './step.ts';

/**
 * Decides whether a call may leave this device; only a guard is waited for. @throws TandemError
 * `egress_denied`, `place_not_allowed`
 */
export function admit(step: LeafStep): Promise<void> | undefined {
  const { model, traits, as, scope } = step;
  const { mode, label, run } = scope;
  const lost = traits.isDeclared ? undefined : lostPlaceOf(model);
  if (step.span.place === 'network' && isNetworkAllowed(step))
    return run.guard && askGuard(step, run.guard);
  if (mode === 'local-preferred' && !run.hasAskedDevice) {
    const what = `The mode "local-preferred" asks a model on this device before ${nameOf(model)}.`;
    throw denied(`${what} ${lost ?? 'Use a pattern that does, or allow the cloud.'}`, {
      modelId: model.modelId,
    });
  }
  if (mode === 'local-only') {
    const what = `The mode "local-only" keeps this call from ${nameOf(model)}.`;
    throw denied(`${what} ${lost ?? 'Use a model on this device, or allow the cloud.'}`, {
      modelId: model.modelId,
    });
  }
  if (label === 'local-only' || (label === 'extracts' && !as.release)) {
    const what = `Something labelled "${label}" would go to ${nameOf(model)}.`;
    const advice =
      'Use a model on this device, or a pattern that sends extracts alone (minions, chain)';
    throw denied(`${what} ${lost ?? `${advice}, or label it otherwise.`}`, {
      modelId: model.modelId,
      label,
    });
  }
  if (lost) warnOnce(step, lost);
  return run.guard && askGuard(step, run.guard);
}

// Whoever allows a host allows it what this device is allowed.
function isNetworkAllowed({ model, scope, as }: LeafStep): boolean {
  const { mode, label, run } = scope;
  if (isAllowedHost(model, run.networkHosts)) return true;
  const isLabelled = label === 'local-only' || (label === 'extracts' && as.release !== true);
  if (mode !== 'local-only' && !isLabelled) return false;
  const host = hostOf(model);
  const what = mode === 'local-only' ? 'The mode "local-only"' : `Something labelled "${label}"`;
  throw new TandemError(
    'place_not_allowed',
    `${what} is for this device alone, and "${model.modelId}" runs at ${host}, in the network. ` +
      `Allow the host: privacy: { networkHosts: ['${host}'] }`,
    { data: { modelId: model.modelId, host } },
  );
}

// Where a model runs is never taken from a name: a name is easily borne by another.
function lostPlaceOf(model: LanguageModel): string | undefined {
  const traits = wrappedTraits(model);
  if (!traits?.isComposite && traits?.place !== 'device') return undefined;
  const what = traits.isComposite ? 'a pattern' : 'a model on this device';
  const how = traits.isComposite
    ? 'Wrap with `wrap()`.'
    : 'Wrap with `wrap()`, or declare it with `onDevice()`.';
  return (
    `"${model.modelId}" bears the name of ${what}, but nobody has declared it: it counts as ` +
    `a cloud model. ${how}`
  );
}

const warned = defineFact<true>('warned of its lost place');

function warnOnce({ scope, model }: LeafStep, message: string): void {
  if (warned.of(model)) return;
  warned.note(model, true);
  noteWarnings(scope, [{ type: 'other', message }]);
}

// A model of a server on this machine may run elsewhere, which nobody sees by its name.
function nameOf(model: LanguageModel): string {
  const host = hostOf(model);
  return `"${model.modelId}"${host === undefined ? '' : `, which runs at ${host}`}`;
}

async function askGuard(step: LeafStep, guard: Guard): Promise<void> {
  try {
    await guard.admit(egressEventOf(step, step.call));
  } catch (error) {
    if (TandemError.isInstance(error)) throw error;
    throw new TandemError(
      'egress_denied',
      'The guard failed, so nothing leaves. Fix it, or use a local model.',
      {
        cause: error,
      },
    );
  }
}

function denied(message: string, data: Record<string, unknown>): TandemError {
  return new TandemError('egress_denied', message, { data });
}

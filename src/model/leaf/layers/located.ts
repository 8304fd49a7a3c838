import type { Layer } from '../layer.ts';
import { isAllowedHost, isPlaceOpen, learnPlace, placeOf } from '../model/place.ts';
import { orAbort } from '../retry.ts';
import type { LeafStep } from '../step.ts';

/** Learns where a model runs before anything is decided, if its server alone can say. */
export const located: Layer = {
  when: 'told',
  around: next => (step, call, show) =>
    isPlaceOpen(step.model) && !isRefusedUnasked(step)
      ? learn(step).then(() => next(step, call, show))
      : next(step, call, show),
};

// A host of the network is judged by its address alone: no packet goes to one that is refused.
function isRefusedUnasked({ model, scope, span }: LeafStep): boolean {
  return (
    span.place === 'network' &&
    (scope.mode === 'local-only' || scope.label === 'local-only') &&
    !isAllowedHost(model, scope.run.networkHosts)
  );
}

// What cannot be learned now is asked again before the call, where it may be tried again.
async function learn(step: LeafStep): Promise<void> {
  const { model, scope, span } = step;
  const { signal } = scope.controller;
  try {
    await orAbort(learnPlace(model), signal);
  } catch (error) {
    if (signal.aborted) throw error;
    step.placeFailure = error;
  }
  span.place = placeOf(model);
}

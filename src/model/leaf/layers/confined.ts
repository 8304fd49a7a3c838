import { TandemError } from '../../errors.ts';
import type { Call } from '../../types.ts';
import { admit } from '../admit.ts';
import { egressEventOf } from '../egress-event.ts';
import type { Layer } from '../layer.ts';
import { hostOf, isPlaceOpen, learnPlace, placeOf } from '../model/place.ts';
import { orAbort } from '../retry.ts';
import { type LeafStep, noteWarnings } from '../step.ts';

/**
 * Lets a call that was admitted as one on this device go to no other place. An answer that says it
 * came from elsewhere is booked as an egress event. @throws TandemError `egress_denied`; the
 * failure to learn where the model runs
 */
export const confined: Layer = {
  when: 'told',
  around: next => (step, call, show) => {
    if (step.span.place === 'cloud') return next(step, call, show);
    const watched: typeof show =
      show &&
      (part => (hasMoved(step) ? bookMoved(step, call).then(() => show(part)) : show(part)));
    const asked = isSure(step)
      ? next(step, call, watched)
      : requireHere(step).then(() => next(step, call, watched));
    return asked.then(answer =>
      hasMoved(step) ? bookMoved(step, call).then(() => answer) : answer,
    );
  },
};

function isSure({ model, span, placeFailure }: LeafStep): boolean {
  return placeFailure === undefined && !isPlaceOpen(model) && placeOf(model) === span.place;
}

async function requireHere(step: LeafStep): Promise<void> {
  const { model, scope, span, placeFailure } = step;
  step.placeFailure = undefined;
  if (placeFailure !== undefined) throw placeFailure;
  if (isPlaceOpen(model)) await orAbort(learnPlace(model), scope.controller.signal);
  if (placeOf(model) === span.place) return;
  const { modelId } = model;
  const message =
    `"${modelId}" turned out to run at ${hostOf(model)} while it was being asked. ` +
    'Nothing was sent: ask again.';
  throw new TandemError('egress_denied', message, { data: { modelId } });
}

function hasMoved({ model, span }: LeafStep): boolean {
  return span.place !== 'cloud' && placeOf(model) === 'cloud';
}

// Where it would not have been allowed to leave, that is an error, even though it comes late.
async function bookMoved(step: LeafStep, call: Call): Promise<void> {
  const { model, scope, span } = step;
  span.place = 'cloud';
  const message =
    `"${model.modelId}" runs at ${hostOf(model)}, as its answer says and its ` +
    'server had not: the prompt has left this machine. From now on it counts as a cloud model.';
  noteWarnings(scope, [{ type: 'other', message }]);
  await scope.run.journal?.intend(egressEventOf(step, call), call.prompt);
  try {
    await admit(step);
  } catch (cause) {
    const data = { modelId: model.modelId };
    throw new TandemError('egress_denied', `${message} Use a model on this device.`, {
      cause,
      data,
    });
  }
}

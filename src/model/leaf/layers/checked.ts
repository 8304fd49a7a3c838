import { currentCrossing } from '../../border/crossing.ts';
import { narrowCall, placesText } from '../../border/narrow-call.ts';
import type { Call } from '../../types.ts';
import { crosses } from '../egress-event.ts';
import type { Layer } from '../layer.ts';
import { charactersOf, formCharacters } from '../leaf-call.ts';
import { type LeafStep, noteWarnings } from '../step.ts';

/**
 * Looks at every string of a call that crosses to a cloud for text of documents that stay here. Of
 * the history what holds any is left out, and that is said; elsewhere it is an error. @throws
 * TandemError `egress_denied`
 */
export const checked: Layer = {
  when: 'border',
  around: next => async (step, call, show) => {
    const { border, model, as } = step;
    if (!border || !crosses(step)) return next(step, call, show);
    if (Array.isArray(as.release)) border.release(as.release);
    await border.ready();
    const { call: narrowed, leftOut } = narrowCall(call, border, model.modelId);
    if (leftOut.length > 0) noteLeftOut(step, narrowed, leftOut);
    const { modelId } = model;
    return currentCrossing.run({ border, modelId }, () => next(step, narrowed, show));
  },
};

function noteLeftOut(step: LeafStep, call: Call, places: readonly string[]): void {
  const { span, scope, model } = step;
  span.leftOut = places.length;
  span.characters = charactersOf(call.prompt) + formCharacters(call);
  const message =
    `Of the conversation ${placesText(places)} did not go to "${model.modelId}", for text of a ` +
    'document that stays on this device. Ask about the document itself.';
  noteWarnings(scope, [{ type: 'other', message }]);
}

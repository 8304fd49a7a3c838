import { narrowCall } from '../../border/narrow-call.ts';
import { crosses } from '../egress-event.ts';
import type { Layer } from '../layer.ts';
import { charactersOf, formCharacters } from '../leaf-call.ts';
import { noteLeftOut } from '../left-out.ts';
import { sentUnderWatch } from '../under-watch.ts';

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
    const { call: narrowed, leftOut } = await narrowCall(call, border.breachesIn, model.modelId);
    if (leftOut.length > 0) {
      noteLeftOut(step, leftOut, 'text of a document that stays on this device');
      step.span.characters = charactersOf(narrowed.prompt) + formCharacters(narrowed);
    }
    return sentUnderWatch(step, border.breachesIn, () => next(step, narrowed, show));
  },
};

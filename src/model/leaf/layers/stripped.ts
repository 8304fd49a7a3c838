import type { Layer } from '../layer.ts';
import { leafCall } from '../leaf-call.ts';

/**
 * Makes the copy of a call that a leaf gets: nothing of ours in it, and no option that the model is
 * known not to honour.
 */
export const stripped: Layer = {
  around: next => (step, call, show) => next(step, leafCall(step, call), show),
};

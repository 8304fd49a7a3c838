import { admit } from '../admit.ts';
import type { Layer } from '../layer.ts';

/** Decides whether a call may be made from here. @throws TandemError `egress_denied` */
export const egress: Layer = next => (step, call, show) => {
  // A device leaf is admitted without a wait: one more on each call would be felt.
  if (step.span.place === 'device') return next(step, call, show);
  return admit(step).then(() => next(step, call, show));
};

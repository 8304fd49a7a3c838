import { admit } from '../admit.ts';
import type { Layer } from '../layer.ts';

/** Decides whether a call may be made from here. @throws TandemError `egress_denied` */
export const egress: Layer = {
  around: next => (step, call, show) => {
    // Only a guard is waited for: a wait on each call would be felt.
    const asked = step.span.place === 'device' ? undefined : admit(step);
    return asked ? asked.then(() => next(step, call, show)) : next(step, call, show);
  },
};

import { admit } from '../admit.ts';
import type { Layer, Leaf } from '../layer.ts';

/** Decides whether a call may be made from here. @throws TandemError `egress_denied` */
export const egress: Layer = next => (step, call, show) =>
  // A device leaf is admitted without a wait: one more on each call would be felt.
  step.span.place === 'device' ? next(step, call, show) : admitted(next, step, call, show);

const admitted = async (next: Leaf, ...[step, call, show]: Parameters<Leaf>) => {
  await admit(step);
  return next(step, call, show);
};

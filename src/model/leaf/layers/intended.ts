import { TandemError } from '../../errors.ts';
import { crosses, crossingOf } from '../crossing.ts';
import type { Layer, Leaf } from '../layer.ts';

/** Puts a crossing on record before a byte leaves; a dry run shows it and denies it. @throws TandemError `egress_denied` */
export const intended: Layer = next => (step, call, show) => {
  const { journal, preview } = step.scope.run;
  return (journal || preview) && crosses(step) ? recordedFirst(next, step, call, show) : next(step, call, show);
};

const recordedFirst = async (next: Leaf, ...[step, call, show]: Parameters<Leaf>) => {
  const { journal, preview } = step.scope.run;
  const { modelId } = step.model;
  if (preview) {
    preview(crossingOf(step, call), call);
    const message = `This is a dry run: the call to "${modelId}" was shown, not made.`;
    throw new TandemError('egress_denied', message, { data: { modelId } });
  }
  await journal?.intend(crossingOf(step, call));
  return next(step, call, show);
};

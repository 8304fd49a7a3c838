import { TandemError } from '../../errors.ts';
import type { Call } from '../../types.ts';
import { crosses, crossingOf } from '../crossing.ts';
import type { Layer } from '../layer.ts';
import type { LeafStep } from '../step.ts';

/** Puts a crossing on record before a byte leaves; a dry run shows it and denies it. @throws TandemError `egress_denied` */
export const intended: Layer = next => (step, call, show) => {
  const { journal, preview } = step.scope.run;
  if (!(journal || preview) || !crosses(step)) return next(step, call, show);
  return intend(step, call).then(() => next(step, call, show));
};

async function intend(step: LeafStep, call: Call): Promise<void> {
  const { journal, preview } = step.scope.run;
  const { modelId } = step.model;
  if (preview) {
    preview(crossingOf(step, call), call);
    const message = `This is a dry run: the call to "${modelId}" was shown, not made.`;
    throw new TandemError('egress_denied', message, { data: { modelId } });
  }
  await journal?.intend(crossingOf(step, call));
}

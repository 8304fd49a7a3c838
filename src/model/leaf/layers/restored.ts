import type { Layer } from '../layer.ts';
import { type Restorer, restorerOf } from '../masking/restore.ts';
import type { Show } from '../shown-parts.ts';

/** Puts masked values back into the answer, each try for itself. */
export const restored: Layer = {
  when: 'masker',
  around: next => (step, call, show) => {
    const { placeholders } = step.scope.run;
    if (!placeholders || !step.placeholders) return next(step, call, show);
    const restorer = restorerOf(placeholders, step.placeholders);
    return next(step, call, show && restoring(restorer, show)).then(answer =>
      restorer.answer(answer),
    );
  },
};

function restoring(restorer: Restorer, show: Show): Show {
  return async part => {
    for (const shown of restorer.part(part)) await show(shown);
  };
}

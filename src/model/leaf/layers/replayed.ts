import type { Run } from '../../run/scope.ts';
import type { Answer } from '../../types.ts';
import { book } from '../cost/book.ts';
import type { Layer } from '../layer.ts';
import { orAbort } from '../retry.ts';
import { type LeafStep, noteWarnings } from '../step.ts';

/**
 * Answers a call that was finished before from the journal. @throws TandemError `resume_mismatch`
 */
export const replayed: Layer = {
  when: 'address',
  around: next => (step, call, show) => {
    const { run, controller } = step.scope;
    const { journal } = run;
    const found = step.address && journal?.find(step.address);
    if (found instanceof Promise) {
      // Another process may be at work on the run, and waited for; a caller that has left waits no
      // longer.
      return orAbort(found, controller.signal).then(answer => {
        if (answer) return replay(step, answer);
        if (journal?.unkept) warnOfUnkept(step, journal.unkept);
        return next(step, call, show);
      });
    }
    if (found) return replay(step, found);
    if (journal?.unkept) warnOfUnkept(step, journal.unkept);
    return next(step, call, show);
  },
};

async function replay(step: LeafStep, answer: Answer): Promise<Answer> {
  step.span.replayed = true;
  book(step, answer);
  return answer;
}

const warned = new WeakSet<Run>();

// Whoever asks for a run again expects to pay nothing twice; where answers are not kept, that
// cannot be.
function warnOfUnkept({ scope }: LeafStep, unkept: number): void {
  const { run } = scope;
  if (warned.has(run)) return;
  warned.add(run);
  const calls = unkept === 1 ? '1 finished call is' : `${unkept} finished calls are`;
  const message =
    `The journal has kept no answers of the run ${run.id}, but hashes: ${calls} ` +
    "paid again. Keep answers (content: 'full') in order to resume runs.";
  noteWarnings(scope, [{ type: 'other', message }]);
}

import { book } from '../book.ts';
import type { Layer, Leaf } from '../layer.ts';

/** Answers a call that was finished before from the journal. @throws TandemError `resume_mismatch` */
export const replayed: Layer = next => (step, call, show) =>
  step.address ? foundOrAsked(next, step, call, show) : next(step, call, show);

const foundOrAsked = async (next: Leaf, ...[step, call, show]: Parameters<Leaf>) => {
  const answer = step.address && (await step.scope.run.journal?.find(step.address));
  if (!answer) return next(step, call, show);
  step.span.replayed = true;
  book(step, answer);
  return answer;
};

import type { Answer } from '../../types.ts';
import { book } from '../book.ts';
import type { Layer } from '../layer.ts';
import type { LeafStep } from '../step.ts';

/** Answers a call that was finished before from the journal. @throws TandemError `resume_mismatch` */
export const replayed: Layer = next => (step, call, show) =>
  step.address ? find(step).then(found => found ?? next(step, call, show)) : next(step, call, show);

async function find(step: LeafStep): Promise<Answer | undefined> {
  const answer = step.address && (await step.scope.run.journal?.find(step.address));
  if (!answer) return undefined;
  step.span.replayed = true;
  book(step, answer);
  return answer;
}

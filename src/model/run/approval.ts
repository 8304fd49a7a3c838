import type { Place } from '../../trace/span.ts';
import { TandemError } from '../errors.ts';
import type { Scope } from './scope.ts';

/** What a run is about to do, for whoever may say no. It quotes the request. */
export type Approval =
  /** Carries out a plan: its steps, in words. */
  | { readonly type: 'plan'; readonly pattern: string; readonly steps: readonly string[] }
  /** Lets another model answer: in a cascade an escalation, if `place` is a cloud. */
  | {
      readonly type: 'delegation';
      readonly pattern: string;
      readonly model: string;
      readonly place: Place;
      readonly reason: string;
    };

/** Asks whether a step may be taken, where somebody decides. @throws TandemError `not_approved` */
export async function approved({ run }: Scope, step: Approval): Promise<void> {
  if (!run.approve || (await run.approve(step))) return;
  const { type, pattern } = step;
  const what = type === 'plan' ? type : `${type} to "${step.model}"`;
  const message = `The ${what} of ${pattern} was not approved, so it was left. Ask again.`;
  throw new TandemError('not_approved', message, { data: { pattern, step: type } });
}

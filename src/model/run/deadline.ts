import { TandemError } from '../errors.ts';
import type { Run, Scope } from './scope.ts';

/** Checks that a run still has time. @throws TandemError `deadline_exceeded` */
export function requireTime({ deadlineMs, clock, startedMs }: Run): void {
  if (deadlineMs !== undefined && clock.now() - startedMs >= deadlineMs) throw deadlineError(deadlineMs);
}

/** Aborts a scope when the time of its run is over. */
export function armDeadline(scope: Scope): void {
  const { startedMs, deadlineMs, clock } = scope.run;
  if (deadlineMs === undefined) return;
  const left = startedMs + deadlineMs - clock.now();
  const timer = setTimeout(() => scope.controller.abort(deadlineError(deadlineMs)), Math.max(0, left));
  scope.endings.push(() => clearTimeout(timer));
}

function deadlineError(deadlineMs: number): TandemError {
  return new TandemError('deadline_exceeded', `The run took longer than ${deadlineMs} ms. Raise \`deadlineMs\`.`, {
    data: { deadlineMs },
  });
}

import { TandemError } from '../model/errors.ts';

/** The error of whoever adds to a run that somebody else holds by now. */
export function runTaken(run: string): TandemError {
  return new TandemError(
    'run_taken',
    `The run ${run} was taken over by another process. It goes on there; wait for it, or use ` +
      'another run id.',
    { data: { runId: run } },
  );
}

import { leaveCircuit } from './breaker.ts';
import type { LeafStep } from './leaf-step.ts';
import { leafFailure, pauseBefore, sleep } from './retry.ts';

/** Waits before a failed call is made again, or ends it. @throws TandemError `model_failed`, or the reason of an abort */
export async function pauseOrThrow({ scope, span, model }: LeafStep, error: unknown, mayRetry: boolean): Promise<void> {
  const { run, controller } = scope;
  const isAborted = controller.signal.aborted;
  const pause = mayRetry && !isAborted ? pauseBefore(span.attempts, error, run) : undefined;
  if (pause !== undefined) return sleep(pause, controller.signal);
  leaveCircuit(model, run.breaker, { error, isAborted });
  throw isAborted ? error : leafFailure(model.modelId, error, span.attempts);
}

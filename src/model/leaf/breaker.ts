import { TandemError } from '../errors.ts';
import { defineFact } from '../model-record.ts';
import type { LanguageModel } from '../types.ts';
import { failureKinds, failureOf } from './failure.ts';

/** When a model that fails again and again is left alone for a while. */
export interface BreakerPolicy {
  /** Calls in a row that failed because the place was closed, each after its retries. Default: 5. */
  readonly failures: number;
  /** Milliseconds until one call may try again. Default: 30,000. */
  readonly coolDownMs: number;
}

interface Circuit {
  failures: number;
  /** Until when calls are refused; 0 for not at all. */
  openUntilMs: number;
}

// In this process; a model that has not failed has none.
const circuits = defineFact<Circuit>('circuit');

/** Lets a call through to a model, or refuses it at once. @throws TandemError `model_failed` of kind `unavailable` */
export function enterCircuit(model: LanguageModel, { coolDownMs }: BreakerPolicy): void {
  const circuit = circuits.of(model);
  if (!circuit || circuit.openUntilMs === 0) return;
  const now = performance.now();
  const leftMs = circuit.openUntilMs - now;
  if (leftMs <= 0) {
    // This call tries; the others wait for what it finds.
    circuit.openUntilMs = now + coolDownMs;
    return;
  }
  throw new TandemError(
    'model_failed',
    `"${model.modelId}" has failed ${circuit.failures} times in a row and is left alone for ` +
      `${Math.ceil(leftMs / 1000)} s. Wait, or use another model.`,
    { data: { modelId: model.modelId, attempts: 0, failure: 'unavailable', isUnreachable: true } },
  );
}

/** Notes that a model has answered. */
export function closeCircuit(model: LanguageModel): void {
  circuits.forget(model);
}

/** Notes that a call failed after all its tries. */
export function noteFailure(model: LanguageModel, policy: BreakerPolicy, error: unknown): void {
  if (!failureKinds[failureOf(error)].closes) {
    // An error of the request shows that the server is there.
    closeCircuit(model);
    return;
  }
  const circuit = circuits.of(model) ?? { failures: 0, openUntilMs: 0 };
  circuits.note(model, circuit);
  circuit.failures++;
  if (circuit.failures >= policy.failures) circuit.openUntilMs = performance.now() + policy.coolDownMs;
}

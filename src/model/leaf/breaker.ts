import { TandemError } from '../errors.ts';
import type { BreakerPolicy } from '../run/limits.ts';
import type { LanguageModel } from '../types.ts';
import { type FailureKind, failureKinds, failureOf } from './failure.ts';
import { defineFact } from './model/model-record.ts';

/** What the last calls of a model say of it; in this process. */
export interface Circuit {
  /** In a row. */
  failures: number;
  /** Until when calls are refused; 0 for not at all. */
  openUntilMs: number;
  /** What the last of them failed with. */
  kind?: FailureKind;
  /** Until when a server on this device is not looked at again; absent before the first look. */
  unseenUntilMs?: number;
}

const circuits = defineFact<Circuit>('circuit');

/** The circuit of a model, which is closed until the model fails. */
export function circuitOf(model: LanguageModel): Circuit {
  const known = circuits.of(model);
  if (known) return known;
  const circuit = { failures: 0, openUntilMs: 0 };
  circuits.note(model, circuit);
  return circuit;
}

/**
 * Lets a call through an open circuit if it has cooled down. @throws TandemError `model_failed` of
 * the kind that opened it
 */
export function requireClosed(
  circuit: Circuit,
  of: { readonly modelId: string; readonly coolDownMs: number },
): void {
  const now = performance.now();
  const leftMs = circuit.openUntilMs - now;
  if (leftMs <= 0) {
    // This call tries; the others wait for what it finds.
    circuit.openUntilMs = now + of.coolDownMs;
    return;
  }
  throw new TandemError(
    'model_failed',
    `"${of.modelId}" has failed ${circuit.failures} times in a row and is left alone for ` +
      `${Math.ceil(leftMs / 1000)} s. Wait, or use another model.`,
    {
      data: {
        modelId: of.modelId,
        attempts: 0,
        failure: circuit.kind ?? 'unavailable',
        isUnreachable: true,
        retryAfterMs: Math.ceil(leftMs),
      },
    },
  );
}

/** How a server is looked at whose models are left alone. */
const look = { limitMs: 1000, againAfterMs: 1000 };

/**
 * Looks whether a server on this device is up again, which costs next to nothing: then the next
 * call tries before the circuit has cooled down. Where that fails again, the whole of it counts.
 */
export async function lookAgain(
  circuit: Circuit,
  of: { readonly ask: () => Promise<unknown>; readonly coolDownMs: number },
): Promise<void> {
  const now = performance.now();
  if (circuit.openUntilMs <= now || (circuit.unseenUntilMs ?? 0) > now) return;
  circuit.unseenUntilMs = now + look.againAfterMs;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>(resolve => {
    timer = setTimeout(resolve, look.limitMs, undefined);
  });
  const said = await Promise.race([of.ask().catch(() => undefined), late]);
  clearTimeout(timer);
  if (said === undefined) return;
  circuit.openUntilMs = Math.min(circuit.openUntilMs, performance.now());
  circuit.unseenUntilMs = performance.now() + of.coolDownMs;
}

/** Notes that a model has answered. */
export function closeCircuit(circuit: Circuit): void {
  circuit.failures = 0;
  circuit.openUntilMs = 0;
  delete circuit.unseenUntilMs;
}

/** Notes that a call failed after all its tries. */
export function noteFailure(circuit: Circuit, policy: BreakerPolicy, error: unknown): void {
  const kind = failureOf(error);
  // A port where nobody listens costs nothing to ask, and whoever starts the server is served.
  if (TandemError.isInstance(error) && error.data.isRefusedHere === true) return;
  if (!failureKinds[kind].closes) {
    // An error of the request shows that the server is there.
    closeCircuit(circuit);
    return;
  }
  circuit.failures++;
  circuit.kind = kind;
  if (circuit.failures >= policy.failures)
    circuit.openUntilMs = performance.now() + policy.coolDownMs;
}

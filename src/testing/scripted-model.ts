import { TandemError } from '../model/errors.ts';
import type { Call, LanguageModel } from '../model/types.ts';
import { type DoubleIdentity, doubleOf, type Reply } from './double.ts';

/**
 * One answer of a script: a text, a reply, an error to throw, or a function of the call that gives
 * one of these.
 */
export type ScriptStep = string | Reply | Error | ((call: Call) => string | Reply | Error);

/** A model that plays a script. */
export interface ScriptedModel extends LanguageModel {
  /** Every call so far, in order. */
  readonly calls: readonly Call[];
  /**
   * Fails if a call came too many or a step was left unused. @throws TandemError `script_violated`
   */
  verify(): void;
}

/**
 * Makes a model that answers call by call from a script. A call beyond the script throws and is
 * remembered, so that `verify` fails even where a pattern caught it.
 */
export function scriptedModel(
  steps: readonly ScriptStep[],
  identity: Partial<DoubleIdentity> = {},
): ScriptedModel {
  const calls: Call[] = [];
  const modelId = identity.modelId ?? 'scripted';
  const model = doubleOf({ ...identity, modelId }, call => {
    const step = steps[calls.length];
    calls.push(call);
    if (step === undefined) throw tooMany(modelId, steps.length, calls.length);
    return replyOf(step, call);
  });
  return Object.assign(model, {
    calls,
    verify() {
      if (calls.length > steps.length) throw tooMany(modelId, steps.length, calls.length);
      if (calls.length < steps.length) throw unused(modelId, steps.length, calls.length);
    },
  });
}

function replyOf(step: ScriptStep, call: Call): Reply {
  const given = typeof step === 'function' ? step(call) : step;
  if (given instanceof Error) throw given;
  return typeof given === 'string' ? { text: given } : given;
}

function tooMany(modelId: string, steps: number, calls: number): TandemError {
  return new TandemError(
    'script_violated',
    `"${modelId}" was called ${calls} times, its script has ${steps} steps. Add a step, or find ` +
      'the extra call.',
    { data: { modelId, steps, calls } },
  );
}

function unused(modelId: string, steps: number, calls: number): TandemError {
  return new TandemError(
    'script_violated',
    `"${modelId}" was called ${calls} times, its script has ${steps} steps. Remove a step, or ` +
      'find the missing call.',
    { data: { modelId, steps, calls } },
  );
}

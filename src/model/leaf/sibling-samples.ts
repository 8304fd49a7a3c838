import type { Call, LanguageModel } from '../types.ts';
import { capabilitiesOf } from './model/capabilities.ts';

/**
 * Marks a call as one of several samples of the same prompt that are asked for at the same time (a
 * copy): a server that gives several answers to one request then reads the prompt once. Each is
 * still a call of its own to the journal.
 */
export function asSample(call: Call): Call {
  const own = call.providerOptions?.tandem ?? {};
  return {
    ...call,
    providerOptions: { ...call.providerOptions, tandem: { ...own, isSample: true } },
  };
}

/** Hands the mark on to a leaf whose server is known to give several answers to one request. */
export function markForLeaf(model: LanguageModel, call: Call): { leaf?: { isSample: true } } {
  if (call.providerOptions?.tandem?.isSample !== true || capabilitiesOf(model).n !== true)
    return none;
  return { leaf: { ...call.providerOptions.leaf, isSample: true } };
}

const none = {};

/** Tells a leaf whether its call is one of several samples. */
export function isSample(call: Call): boolean {
  return call.providerOptions?.leaf?.isSample === true;
}

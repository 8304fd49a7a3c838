import { capabilitiesOf } from '../model/capabilities.ts';
import { TandemError } from '../model/errors.ts';
import { charactersOf, estimateTokens } from '../model/leaf-call.ts';
import type { Answer, Call, LanguageModel, Warning } from '../model/types.ts';

/** Estimates the tokens of a call's prompt. */
export function promptTokens(call: Call): number {
  return estimateTokens(charactersOf(call.prompt));
}

/**
 * Refuses a prompt that cannot fit the context of its model, where that is known: a server might cut it in silence.
 * @throws TandemError `model_failed` of kind `context_overflow`
 */
export function requireFit(model: LanguageModel, call: Call): void {
  const { contextTokens } = capabilitiesOf(model);
  if (contextTokens === undefined) return;
  const tokens = promptTokens(call);
  if (tokens > contextTokens) throw contextOverflow(model.modelId, { tokens, contextTokens });
}

/** The error of a prompt that does not fit, or was cut. */
export function contextOverflow(modelId: string, facts: { tokens: number; contextTokens: number }): TandemError {
  const { tokens, contextTokens } = facts;
  return new TandemError(
    'model_failed',
    `A prompt of about ${tokens} tokens does not fit "${modelId}", which reads ${contextTokens}. Shorten it, give the ` +
      'model a larger context, or read it in parts (minions, chain).',
    { data: { modelId, failure: 'context_overflow', tokens, contextTokens } },
  );
}

// A short prompt is cut by nobody, and its estimate is rough.
const leastTokens = 200;

/** Tells whether a server read far less of a prompt than there is. */
export function wasCut(call: Call, readTokens: number | undefined): boolean {
  const expected = promptTokens(call);
  return readTokens !== undefined && expected >= leastTokens && readTokens <= expected / 2;
}

/** Warns of a prompt that was cut, or was not counted in full because its beginning was known. */
export function cutWarning(modelId: string, call: Call, usage: Answer['usage']): Warning[] {
  const read = usage.inputTokens.total;
  if (!wasCut(call, read)) return [];
  const message =
    `"${modelId}" counts ${read} tokens of a prompt of about ${promptTokens(call)}: it was probably cut. Give the model a ` +
    'larger context, or read the text in parts.';
  return [{ type: 'other', message }];
}

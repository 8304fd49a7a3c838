import { TandemError } from '../model/errors.ts';
import {
  charactersOf,
  estimateTokens,
  fewestTokens,
  readableCharacters,
} from '../model/leaf/leaf-call.ts';
import { capabilitiesOf, noteCapabilities } from '../model/leaf/model/capabilities.ts';
import { placeOf } from '../model/leaf/model/place.ts';
import type { Answer, Call, LanguageModel, Warning } from '../model/types.ts';

/**
 * Estimates the tokens of a call's prompt; pictures and other media apart, whose tokens nobody can
 * tell beforehand.
 */
export function promptTokens(call: Call): number {
  return estimateTokens(readableCharacters(call.prompt));
}

/**
 * Refuses a prompt that cannot fit the context of its model, where that is known: a server might
 * cut it in silence.
 * @throws TandemError `model_failed` of kind `context_overflow`
 */
export function requireFit(model: LanguageModel, call: Call): void {
  const { contextTokens, isContextListed } = capabilitiesOf(model);
  if (contextTokens === undefined || mostTokensOf(call) <= contextTokens) return;
  const tokens = isContextListed
    ? fewestTokens(readableCharacters(call.prompt))
    : promptTokens(call);
  if (tokens > contextTokens) throw contextOverflow(model.modelId, { tokens, contextTokens });
}

/** The error of a prompt that does not fit, or was cut. */
export function contextOverflow(
  modelId: string,
  facts: { tokens: number; contextTokens: number },
): TandemError {
  const { tokens, contextTokens } = facts;
  return new TandemError(
    'model_failed',
    // Clients such as LiteLLM know it by these words.
    `A prompt of about ${tokens} tokens exceeds the available context size of "${modelId}" ` +
      `(${contextTokens} tokens). Shorten it, give the model a larger context, or read it in ` +
      'parts (minions, chain).',
    { data: { modelId, failure: 'context_overflow', tokens, contextTokens } },
  );
}

// All characters, which are counted at once; what of them is text is looked at only where it
// matters.
function mostTokensOf({ prompt }: Call): number {
  return estimateTokens(charactersOf(prompt));
}

// A short prompt is cut by nobody, and its estimate is rough.
const leastTokens = 200;

/** Tells whether a server read far less of a prompt than there is; a count of 0 is none. */
export function wasCut(call: Call, readTokens: number | undefined): boolean {
  const most = mostTokensOf(call);
  if (!readTokens || most < leastTokens || readTokens > most / 2) return false;
  const expected = promptTokens(call);
  return expected >= leastTokens && readTokens <= expected / 2;
}

/** Finds out with which context a model runs now; `undefined` where its server does not say. */
export type ContextNow = () => Promise<number | undefined>;

interface ReadingFacts {
  readonly usage: Answer['usage'];
  readonly contextNow: ContextNow;
  /** Whether some versions of the server count only what they did not know already. */
  readonly mayCountNewAlone?: boolean;
}

/**
 * Looks at how many tokens of a prompt a server says it has read; `undefined` where they are as
 * many as there should be. Far fewer than there are mean that it was cut in silence, unless the
 * context is wide enough. Where that is unknown, and some count what is new alone or as they please
 * (as proxies of a cloud do), a count is only worth a warning.
 * @throws TandemError `model_failed` of kind `context_overflow`
 */
export function requireWholePrompt(
  model: LanguageModel,
  call: Call,
  facts: ReadingFacts,
): Promise<Warning[]> | undefined {
  return wasCut(call, facts.usage.inputTokens.total) ? lookAtCut(model, call, facts) : undefined;
}

async function lookAtCut(
  model: LanguageModel,
  call: Call,
  { usage, contextNow, mayCountNewAlone = false }: ReadingFacts,
): Promise<Warning[]> {
  const read = usage.inputTokens.total;
  const tokens = promptTokens(call);
  const contextTokens = await contextNow();
  if (contextTokens !== undefined && contextTokens >= tokens) return [];
  const isDoubtful = mayCountNewAlone || placeOf(model) === 'cloud';
  if (contextTokens === undefined && isDoubtful)
    return [cutWarning(model.modelId, { read: read!, tokens })];
  // From now on such a prompt is refused before it is sent.
  if (contextTokens !== undefined)
    noteCapabilities(model, { contextTokens, isContextListed: false });
  throw contextOverflow(model.modelId, { tokens, contextTokens: contextTokens ?? read! });
}

function cutWarning(modelId: string, { read, tokens }: { read: number; tokens: number }): Warning {
  const message =
    `"${modelId}" counts ${read} tokens of a prompt of about ${tokens}: it was probably cut. ` +
    'Give the model a ' +
    'larger context, or read the text in parts.';
  return { type: 'other', message };
}

import {
  charactersOf,
  estimateTokens,
  fewestTokens,
  measure,
  readableCharacters,
} from '../leaf/leaf-call.ts';
import { learnAbilities, mayCallTools } from '../leaf/model/abilities.ts';
import { capabilitiesOf } from '../leaf/model/capabilities.ts';
import type { Call, LanguageModel } from '../types.ts';

/**
 * Says what a call needs that a model does not do, in a few words; `undefined` if nothing is known
 * to be missing. A pattern then asks another model at once, where it may. The model's server is
 * asked only where a call holds pictures or tools.
 */
export async function unmetNeed(model: LanguageModel, call: Call): Promise<string | undefined> {
  const { holdsImages } = measure(call.prompt);
  if (holdsImages || call.tools?.length) await learnAbilities(model);
  const { tools, images, contextTokens, isContextListed } = capabilitiesOf(model);
  const name = model.modelId;
  if (tools === false && mayCallTools(call)) return `${name} calls no tools`;
  if (images === false && holdsImages) return `${name} reads no images`;
  if (contextTokens === undefined || estimateTokens(charactersOf(call.prompt)) <= contextTokens)
    return undefined;
  const characters = readableCharacters(call.prompt);
  const tokens = isContextListed ? fewestTokens(characters) : estimateTokens(characters);
  return tokens > contextTokens
    ? `about ${tokens} tokens do not fit ${name}, which reads ${contextTokens}`
    : undefined;
}

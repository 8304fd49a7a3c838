import { charactersOf, estimateTokens, readableCharacters } from '../leaf/leaf-call.ts';
import { capabilitiesOf } from '../leaf/model/capabilities.ts';
import type { Call, LanguageModel } from '../types.ts';

/**
 * Says what a call needs that a model is known not to do, in a few words; `undefined` if nothing is
 * known to be missing. A pattern then asks another model at once, where it may.
 */
export function unmetNeed(model: LanguageModel, call: Call): string | undefined {
  const { tools, images, contextTokens } = capabilitiesOf(model);
  const name = model.modelId;
  if (tools === false && mayCallTools(call)) return `${name} calls no tools`;
  if (images === false && holdsImages(call)) return `${name} reads no images`;
  if (contextTokens === undefined || estimateTokens(charactersOf(call.prompt)) <= contextTokens)
    return undefined;
  const tokens = estimateTokens(readableCharacters(call.prompt));
  return tokens > contextTokens
    ? `about ${tokens} tokens do not fit ${name}, which reads ${contextTokens}`
    : undefined;
}

function mayCallTools({ tools, toolChoice }: Call): boolean {
  return (tools?.length ?? 0) > 0 && toolChoice?.type !== 'none';
}

function holdsImages({ prompt }: Call): boolean {
  return prompt.some(
    ({ role, content }) =>
      role === 'user' &&
      content.some(part => part.type === 'file' && part.mediaType.startsWith('image/')),
  );
}

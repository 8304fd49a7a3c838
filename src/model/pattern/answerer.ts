import type { Call, LanguageModel } from '../types.ts';

/**
 * Tells who began the tool loop that a call goes on with: the model id stamped on the last
 * assistant message's tool calls, if the call ends with tool results.
 */
export function answererOf(call: Call): string | undefined {
  return stampOf(call)?.by;
}

/**
 * Tells whether a tool loop that a call goes on with was begun by a model, or inside it where it is
 * a pattern.
 */
export function wasBegunBy(call: Call, model: LanguageModel): boolean {
  const { by, via = [] } = stampOf(call) ?? {};
  return by === model.modelId || via.includes(model.modelId);
}

function stampOf(call: Call): { by: string; via?: readonly string[] } | undefined {
  if (call.prompt.at(-1)?.role !== 'tool') return undefined;
  const message = call.prompt.findLast(candidate => candidate.role === 'assistant');
  if (message?.role !== 'assistant') return undefined;
  for (const part of message.content) {
    const stamp = part.type === 'tool-call' ? part.providerOptions?.tandem : undefined;
    if (typeof stamp?.by !== 'string') continue;
    return { by: stamp.by, ...(Array.isArray(stamp.via) && { via: stamp.via as string[] }) };
  }
  return undefined;
}

import type { Call } from './types.ts';

/**
 * Tells who began the tool loop that a call goes on with: the model id stamped on the last assistant message's tool
 * calls, if the call ends with tool results.
 */
export function answererOf(call: Call): string | undefined {
  if (call.prompt.at(-1)?.role !== 'tool') return undefined;
  const message = call.prompt.findLast(candidate => candidate.role === 'assistant');
  if (message?.role !== 'assistant') return undefined;
  for (const part of message.content) {
    const by = part.type === 'tool-call' ? part.providerOptions?.tandem?.by : undefined;
    if (typeof by === 'string') return by;
  }
  return undefined;
}

import type { StreamPart } from '../../../src/index.ts';
import { speakerOf, toolCallOf } from './chat-answer.ts';
import type { ToolIds } from './tool-ids.ts';

/**
 * Writes a part of a tool call as a delta of chat completions; `undefined` for parts that say
 * nothing new.
 */
export type CallDeltas = (part: StreamPart) => object | undefined;

/**
 * Makes the deltas of one choice. The arguments of a call go on as they come; a call of which
 * nobody knows at its beginning who makes it is written whole, since its id says so.
 */
export function callDeltas(ids: ToolIds): CallDeltas {
  const indexById = new Map<string, number>();
  let count = 0;
  return part => {
    if (part.type === 'tool-input-start') {
      const { id, toolName, providerMetadata } = part;
      if (speakerOf(part) === undefined || indexById.has(id)) return undefined;
      indexById.set(id, count);
      const begun = { type: 'tool-call' as const, toolCallId: id, toolName, input: '' };
      return {
        index: count++,
        ...toolCallOf({ ...begun, ...(providerMetadata && { providerMetadata }) }, ids),
      };
    }
    if (part.type === 'tool-input-delta') {
      const index = indexById.get(part.id);
      return index === undefined ? undefined : { index, function: { arguments: part.delta } };
    }
    if (part.type !== 'tool-call' || indexById.has(part.toolCallId)) return undefined;
    return { index: count++, ...toolCallOf(part, ids) };
  };
}

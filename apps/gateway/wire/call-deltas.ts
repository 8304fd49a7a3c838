import type { StreamPart } from '../../../src/index.ts';
import { extraOf, speakerOf, toolCallOf } from './chat-answer.ts';
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
      if (speakerOf(part) === undefined || indexById.has(part.id)) return undefined;
      indexById.set(part.id, count);
      return { index: count++, ...toolCallOf(begunCall(part), ids) };
    }
    if (part.type === 'tool-input-delta') {
      const index = indexById.get(part.id);
      return index === undefined ? undefined : { index, function: { arguments: part.delta } };
    }
    if (part.type !== 'tool-call') return undefined;
    const begun = indexById.get(part.toolCallId);
    if (begun === undefined) return { index: count++, ...toolCallOf(part, ids) };
    return lateExtra(part, begun);
  };
}

// What its model must be told again is known at the end of a call.
function lateExtra(part: Parameters<typeof extraOf>[0], index: number): object | undefined {
  const extra = extraOf(part);
  return Object.keys(extra).length > 0 ? { index, ...extra } : undefined;
}

function begunCall({
  id,
  toolName,
  providerMetadata,
}: Extract<StreamPart, { type: 'tool-input-start' }>) {
  const metadata = providerMetadata && { providerMetadata };
  return { type: 'tool-call' as const, toolCallId: id, toolName, input: '', ...metadata };
}

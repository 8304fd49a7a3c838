import type { StreamPart } from '../../../src/index.ts';
import { extraOf, speakerOf, toolCallOf } from './chat-answer.ts';
import type { ToolIds } from './tool-ids.ts';

/**
 * Writes a part of a tool call as a delta of chat completions; `undefined` for parts that say
 * nothing new.
 */
export type CallDeltas = (part: StreamPart) => { readonly index: number } | undefined;

/**
 * Makes the deltas of one choice. The arguments of a call go on as they come; a call of which
 * nobody knows at its beginning who makes it is written whole, since its id says so.
 */
export function callDeltas(ids: ToolIds, custom?: ReadonlySet<string>): CallDeltas {
  const indexById = new Map<string, number>();
  let count = 0;
  const begin = (part: InputStart) => {
    // The text of a custom call is known when it is whole.
    const isLater = speakerOf(part) === undefined || custom?.has(part.toolName);
    if (isLater || indexById.has(part.id)) return undefined;
    indexById.set(part.id, count);
    return { index: count++, ...toolCallOf(begunCall(part), ids) };
  };
  return part => {
    if (part.type === 'tool-input-start') return begin(part);
    if (part.type === 'tool-input-delta') {
      const index = indexById.get(part.id);
      return index === undefined ? undefined : { index, function: { arguments: part.delta } };
    }
    if (part.type !== 'tool-call') return undefined;
    const begun = indexById.get(part.toolCallId);
    if (begun === undefined) return { index: count++, ...toolCallOf(part, ids, custom) };
    return lateExtra(part, begun);
  };
}

type InputStart = Extract<StreamPart, { type: 'tool-input-start' }>;

// What its model must be told again is known at the end of a call.
function lateExtra(part: Parameters<typeof extraOf>[0], index: number) {
  const extra = extraOf(part);
  return Object.keys(extra).length > 0 ? { index, ...extra } : undefined;
}

function begunCall({ id, toolName, providerMetadata }: InputStart) {
  const metadata = providerMetadata && { providerMetadata };
  return { type: 'tool-call' as const, toolCallId: id, toolName, input: '', ...metadata };
}

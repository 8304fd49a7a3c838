import { StreamingToolCallTracker } from '@ai-sdk/provider-utils';
import type { StreamPart } from '../../model/types.ts';
import { withInputs } from './call-input.ts';

/** A piece of a tool call, as it comes over the wire. */
export interface ToolCallDelta {
  readonly index?: number | null;
  readonly id?: string | null;
  readonly function: { readonly name?: string | null; arguments?: unknown };
  readonly extra_content?: Extra | null;
}

interface Extra {
  readonly google?: { readonly thought_signature?: string | null } | null;
}

interface TrackedDelta {
  index?: number | null;
  id?: string | null;
  function: { name?: string | null; arguments?: string | null };
  extra_content?: Extra | null;
}

interface Nameless {
  id: string | null;
  text: string;
  extra: Extra | null;
}

/** Puts tool calls together that come in pieces. */
export interface ToolCallPieces {
  /** @throws Error for a call that begins without a name */
  add(delta: ToolCallDelta): void;
  /** Ends the calls; they are whole now. */
  end(): void;
}

/**
 * Reads pieces of tool calls, and shows what they say as parts. Which piece belongs to which call
 * is where servers differ most: the SDK's tracker tells. Some send the name after the first piece,
 * which is then held back.
 */
export function toolCallPieces(put: (part: StreamPart) => void, key: string): ToolCallPieces {
  const enqueue = withInputs(put);
  const tracker = new StreamingToolCallTracker<TrackedDelta>(
    { enqueue },
    {
      extractMetadata(delta) {
        const thoughtSignature = delta.extra_content?.google?.thought_signature;
        return thoughtSignature ? { [key]: { thoughtSignature } } : undefined;
      },
      buildToolCallProviderMetadata: metadata => metadata,
    },
  );
  const nameless = new Map<number, Nameless>();
  const named = new Set<number>();
  const ownerById = new Map<string, number>();
  return {
    add(given) {
      const delta = tracked(given, ownerById);
      const { index } = delta;
      if (isNone(index) || named.has(index)) return tracker.processDelta(delta);
      const held = nameless.get(index) ?? { id: null, text: '', extra: null };
      nameless.set(index, held);
      held.id ??= delta.id ?? null;
      held.extra ??= delta.extra_content ?? null;
      held.text += delta.function.arguments ?? '';
      const { name } = delta.function;
      if (isNone(name)) return;
      nameless.delete(index);
      named.add(index);
      tracker.processDelta({
        index,
        id: held.id,
        function: { name, arguments: held.text },
        extra_content: held.extra,
      });
    },
    end() {
      // A call that never got its name is an error, of which the tracker says what it is.
      for (const [index, { id, text }] of nameless)
        tracker.processDelta({ index, id, function: { arguments: text } });
      tracker.flush();
    },
  };
}

// Some servers send an input as an object, and give several calls one id.
function tracked(delta: ToolCallDelta, ownerById: Map<string, number>): TrackedDelta {
  const { index, id } = delta;
  const { arguments: input } = delta.function;
  const text = typeof input === 'object' && input !== null ? JSON.stringify(input) : input;
  const called = { ...delta.function, arguments: text as string | null | undefined };
  if (!id || isNone(index)) return { ...delta, function: called };
  const owner = ownerById.get(id) ?? index;
  ownerById.set(id, owner);
  return { ...delta, function: called, ...(owner !== index && { id: null }) };
}

function isNone(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

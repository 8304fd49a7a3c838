import { StreamingToolCallTracker } from '@ai-sdk/provider-utils';
import type { StreamPart } from '../../model/types.ts';

/** A piece of a tool call, as it comes over the wire. */
export interface ToolCallDelta {
  readonly index?: number | null;
  readonly id?: string | null;
  readonly function: { readonly name?: string | null; readonly arguments?: string | null };
  readonly extra_content?: Extra | null;
}

interface Extra {
  readonly google?: { readonly thought_signature?: string | null } | null;
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
export function toolCallPieces(enqueue: (part: StreamPart) => void, key: string): ToolCallPieces {
  const tracker = new StreamingToolCallTracker<{
    -readonly [name in keyof ToolCallDelta]: ToolCallDelta[name];
  }>(
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
  return {
    add(delta) {
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

function isNone(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

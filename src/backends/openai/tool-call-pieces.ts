import { StreamingToolCallTracker } from '@ai-sdk/provider-utils';
import type { StreamPart } from '../../model/types.ts';
import { withInputs } from './call-input.ts';
import { isBegunName, nameByInput, type Offer, offeredName } from './repaired/call-names.ts';
import { isNone } from './wire-values.ts';

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
  name: string;
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
 * or in pieces, which are then held back; one that never comes is that of the tool that is meant.
 */
export function toolCallPieces(
  put: (part: StreamPart) => void,
  { key, offer }: { readonly key: string; readonly offer: Offer },
): ToolCallPieces {
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
      if (isNone(index)) return tracker.processDelta(namedAlone(delta, offer));
      if (named.has(index)) return tracker.processDelta(delta);
      const held = nameless.get(index) ?? { id: null, name: '', text: '', extra: null };
      nameless.set(index, held);
      holdPiece(held, delta);
      if (held.name.trim() === '' || (held.text === '' && isBegunName(held.name, offer))) return;
      nameless.delete(index);
      named.add(index);
      tracker.processDelta(pieceOf(index, { ...held, name: offeredName(held.name, offer) }));
    },
    end() {
      // A call that has no name even now is an error, of which the tracker says what it is.
      for (const [index, held] of nameless) {
        // A piece that says nothing at all begins no call.
        if (held.name === '' && held.text === '' && held.id === null) continue;
        const name = held.name || nameByInput(held.text, offer) || '';
        if (name !== '' || held.text.trim() !== '')
          tracker.processDelta(pieceOf(index, { ...held, name }));
      }
      tracker.flush();
    },
  };
}

function holdPiece(held: Nameless, { id, function: called, extra_content: extra }: TrackedDelta) {
  held.id ??= id ?? null;
  held.extra ??= extra ?? null;
  // Nothing may stand before the input that follows, and is what is read where none does.
  if (called.arguments !== '{}') held.text += called.arguments ?? '';
  if (called.name && called.name !== held.name) held.name += called.name;
}

function pieceOf(index: number, { id, name, text, extra }: Nameless): TrackedDelta {
  const called = { name: name === '' ? null : name, arguments: text };
  return { index, id, function: called, extra_content: extra };
}

// A call that comes in one piece, without a number.
function namedAlone(delta: TrackedDelta, offer: Offer): TrackedDelta {
  const { name, arguments: text } = delta.function;
  if (name?.trim() || !delta.id || !/^\s*\{/.test(text ?? '')) return delta;
  const found = nameByInput(text, offer);
  return found === undefined
    ? delta
    : { ...delta, function: { name: found, arguments: text ?? '' } };
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

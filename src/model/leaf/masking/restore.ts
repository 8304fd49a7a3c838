import type { Answer, Content, StreamPart, Warning } from '../../types.ts';
import { type JsonContext, jsonContext } from './json-context.ts';
import { asMade, type Placeholders, placeholderPattern, unfinished } from './placeholders.ts';

/**
 * Puts values back for the placeholders that were sent in one call. Unknown ones stay, and are
 * warned of.
 */
export interface Restorer {
  answer(answer: Answer): Answer;
  /**
   * Restores a part of a stream; text that may be the beginning of a placeholder waits for what
   * follows.
   */
  part(part: StreamPart): StreamPart[];
}

/** Makes the restorer of one call. */
export function restorerOf(placeholders: Placeholders, sent: ReadonlySet<string>): Restorer {
  let hasUnknown = false;
  const restore: Restore = (text, context) => {
    let restored = '';
    let at = 0;
    for (const { index, 0: written } of text.matchAll(placeholderPattern)) {
      const before = text.slice(at, index);
      context.feed(before);
      const placeholder = asMade(written);
      const value = sent.has(placeholder) ? placeholders.valueOf(placeholder) : undefined;
      if (value === undefined) hasUnknown = true;
      // Within the text of a JSON document the value must be a JSON string's inside.
      const inside = context.isInString ? JSON.stringify(value ?? '').slice(1, -1) : value;
      restored += before + (value === undefined ? written : inside);
      at = index + written.length;
    }
    context.feed(text.slice(at));
    return restored + text.slice(at);
  };
  const held = new Map<string, HeldBlock>();
  const content = (part: Content): Content => {
    if (part.type === 'text' || part.type === 'reasoning')
      return { ...part, text: restore(part.text, jsonContext()) };
    return part.type === 'tool-call' ? toolCall(part) : part;
  };
  const name = (toolName: string) => restore(toolName, jsonContext());
  const toolCall = <Part extends { toolName: string; input: string }>(part: Part): Part => ({
    ...part,
    toolName: name(part.toolName),
    input: restore(part.input, alwaysJson),
  });
  return {
    answer(answer) {
      const restored = answer.content.map(content);
      return {
        ...answer,
        content: restored,
        warnings: [...answer.warnings, ...(hasUnknown ? [unknownWarning] : [])],
      };
    },
    part(part) {
      if (isDelta(part))
        return [{ ...part, delta: advance(part, { held, restore }) }].filter(
          ({ delta }) => delta !== '',
        );
      if (isEnd(part)) return [...rest(part, { held, restore }), part];
      if (part.type === 'tool-input-start') return [{ ...part, toolName: name(part.toolName) }];
      return part.type === 'tool-call' ? [toolCall(part)] : [part];
    },
  };
}

type Restore = (text: string, context: JsonContext) => string;

// The arguments of a tool are a JSON document, and what was masked in it stands in its strings.
const alwaysJson: JsonContext = { feed() {}, isInString: true };

type DeltaPart = Extract<StreamPart, { delta: string }>;
type End = Extract<StreamPart, { type: 'text-end' | 'reasoning-end' | 'tool-input-end' }>;

interface Holding {
  readonly held: Map<string, HeldBlock>;
  readonly restore: Restore;
}

/** A block of a stream under way. */
interface HeldBlock {
  /** The end of its text, which may be the beginning of a placeholder. */
  readonly text: string;
  readonly context: JsonContext;
}

function advance(part: DeltaPart, { held, restore }: Holding): string {
  const before = held.get(part.id);
  const context =
    before?.context ?? (part.type === 'tool-input-delta' ? alwaysJson : jsonContext());
  const text = (before?.text ?? '') + part.delta;
  const waiting = unfinished(text);
  const shown = text.slice(0, text.length - waiting);
  held.set(part.id, { text: text.slice(shown.length), context });
  return restore(shown, context);
}

function rest(part: End, { held, restore }: Holding): StreamPart[] {
  const block = held.get(part.id);
  held.delete(part.id);
  if (!block || block.text === '') return [];
  const type = part.type.replace('-end', '-delta') as DeltaPart['type'];
  return [{ type, id: part.id, delta: restore(block.text, block.context) }];
}

function isDelta(part: StreamPart): part is DeltaPart {
  return (
    part.type === 'text-delta' ||
    part.type === 'reasoning-delta' ||
    part.type === 'tool-input-delta'
  );
}

function isEnd(part: StreamPart): part is End {
  return (
    part.type === 'text-end' || part.type === 'reasoning-end' || part.type === 'tool-input-end'
  );
}

// Never with the placeholder or a value: warnings are printed.
const unknownWarning: Warning = {
  type: 'other',
  message: 'The answer holds a placeholder that was not sent; it stands as it came.',
};

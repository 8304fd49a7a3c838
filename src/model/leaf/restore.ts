import type { Answer, Content, StreamPart, Warning } from '../types.ts';
import { type Placeholders, placeholderPattern, unfinished } from './placeholders.ts';

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
  const restore = (text: string, isJson: boolean): string =>
    text.replace(placeholderPattern, placeholder => {
      const value = sent.has(placeholder) ? placeholders.valueOf(placeholder) : undefined;
      if (value === undefined) {
        hasUnknown = true;
        return placeholder;
      }
      // Within the text of a JSON document the value must be a JSON string's inside.
      return isJson ? JSON.stringify(value).slice(1, -1) : value;
    });
  const held = new Map<string, HeldBlock>();
  const content = (part: Content): Content => {
    if (part.type === 'text' || part.type === 'reasoning')
      return { ...part, text: restore(part.text, isJsonText(part.text)) };
    return part.type === 'tool-call' ? { ...part, input: restore(part.input, true) } : part;
  };
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
      return part.type === 'tool-call' ? [{ ...part, input: restore(part.input, true) }] : [part];
    },
  };
}

type DeltaPart = Extract<StreamPart, { delta: string }>;
type End = Extract<StreamPart, { type: 'text-end' | 'reasoning-end' | 'tool-input-end' }>;

interface Holding {
  readonly held: Map<string, HeldBlock>;
  readonly restore: (text: string, isJson: boolean) => string;
}

/** A block of a stream under way. */
interface HeldBlock {
  /** The end of its text, which may be the beginning of a placeholder. */
  readonly text: string;
  /** Whether the block is a JSON document: then values go in as the inside of JSON strings. */
  readonly isJson: boolean;
}

function advance(part: DeltaPart, { held, restore }: Holding): string {
  const before = held.get(part.id) ?? { text: '', isJson: part.type === 'tool-input-delta' };
  const text = before.text + part.delta;
  // Known by how the block begins; until then there was nothing but white space.
  const isJson = before.isJson || (!held.has(part.id) && isJsonText(text));
  const waiting = unfinished(text);
  const shown = text.slice(0, text.length - waiting);
  if (held.has(part.id) || text.trim() !== '')
    held.set(part.id, { text: text.slice(shown.length), isJson });
  return restore(shown, isJson);
}

function rest(part: End, { held, restore }: Holding): StreamPart[] {
  const { text, isJson } = held.get(part.id) ?? { text: '', isJson: false };
  held.delete(part.id);
  if (text === '') return [];
  const type = part.type.replace('-end', '-delta') as DeltaPart['type'];
  return [{ type, id: part.id, delta: restore(text, isJson) }];
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

function isJsonText(text: string): boolean {
  return /^\s*[[{]/.test(text);
}

// Never with the placeholder or a value: warnings are printed.
const unknownWarning: Warning = {
  type: 'other',
  message: 'The answer holds a placeholder that was not sent; it stands as it came.',
};

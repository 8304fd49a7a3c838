/** The items of an input: those with a meaning here, and names for all others. */
import { fileTypes, isReadOfTool, textTypes } from '../prompt-parts.ts';
import { compacted } from './compaction.ts';
import type { InputItem, InputPart, ResponseRequest } from './response-request.ts';

/** Items with a meaning here; the others are named by `ignoredItems`. */
export type KnownItem =
  | { type: 'item_reference'; id: string }
  | {
      type: 'function_call';
      call_id: string;
      name: string;
      arguments: string;
      extra_content?: { google?: { thought_signature?: string | null } | null } | null;
    }
  | { type: 'custom_tool_call'; call_id: string; name: string; input: string; extra_content?: null }
  | {
      type: 'function_call_output' | 'custom_tool_call_output';
      call_id: string;
      output: string | readonly InputPart[];
    }
  | { type: 'reasoning'; content?: readonly SaidThought[] | null }
  | { type: 'compaction' | 'compaction_summary'; encrypted_content: unknown };

export interface SaidThought {
  readonly type: string;
  readonly text?: string | undefined;
}

/** Names the items and parts of an input that nothing here reads. */
export function ignoredItems({ input }: Pick<ResponseRequest, 'input'>): string[] {
  if (typeof input === 'string') return [];
  return input.flatMap((item, index) => {
    const at = `input[${index}]`;
    if (isMessage(item)) return ignoredParts((item as SaidMessage).content, `${at}.content`);
    const known = item as KnownItem;
    if ('output' in known && knownTypes.has(known.type))
      return ignoredParts(known.output, `${at}.output`);
    const isLost =
      'encrypted_content' in known &&
      known.type.startsWith('compaction') &&
      compacted(String(known.encrypted_content)) === undefined;
    return knownTypes.has(known.type) && !isLost ? [] : [`${at} (${known.type})`];
  });
}

export const knownTypes = new Set<string>([
  ...['item_reference', 'function_call', 'custom_tool_call', 'function_call_output'],
  ...['custom_tool_call_output', 'reasoning', 'compaction', 'compaction_summary'],
]);

function ignoredParts(content: string | readonly InputPart[], at: string): string[] {
  if (typeof content === 'string') return [];
  const isRead = at.endsWith('.output')
    ? isReadOfTool
    : ({ type }: InputPart) => [...textTypes, ...fileTypes].includes(type);
  return content.flatMap((part, index) => (isRead(part) ? [] : [`${at}[${index}] (${part.type})`]));
}

/** A message of an input. */
export interface SaidMessage {
  readonly role: 'system' | 'developer' | 'user' | 'assistant';
  readonly content: string | readonly InputPart[];
}

export function isMessage(item: InputItem): item is InputItem & SaidMessage {
  return 'role' in item && (item.type === undefined || item.type === 'message');
}

/** The input of an earlier tool call, as its model wrote it. */
import type { Message } from '../types.ts';

type ToolCallPart = Extract<
  Extract<Message, { role: 'assistant' }>['content'][number],
  { type: 'tool-call' }
>;

// Our backends read under this key, as they do for wishes.
const key = 'leaf';

/**
 * Reads what a model wrote as the input of a tool call. Where its value alone would be written
 * otherwise (spaces, long numbers, text that is no JSON), the text is kept beside it.
 */
export function callInput(written: string): Pick<ToolCallPart, 'input' | 'providerOptions'> {
  if (written.trim() === '') return { input: {} };
  const input = isDeep(written) ? undefined : parsed(written);
  if (input !== undefined && JSON.stringify(input) === written) return { input };
  return { input: input ?? written, providerOptions: { [key]: { written } } };
}

/** The input of a tool call as it was written; `undefined` where its value says all. */
export function inputAsWritten({
  providerOptions,
}: Pick<ToolCallPart, 'providerOptions'>): string | undefined {
  const written = providerOptions?.[key]?.written;
  return typeof written === 'string' ? written : undefined;
}

/** Replaces what is kept as written, or takes it away. */
export function withWritten(
  options: ToolCallPart['providerOptions'],
  written: string | undefined,
): NonNullable<ToolCallPart['providerOptions']> {
  const { written: _before, ...own } = options?.[key] ?? {};
  return { ...options, [key]: written === undefined ? own : { ...own, written } };
}

// Deeper values overflow the stack of whoever walks them; brackets in texts count too, which costs
// nothing but the value.
const deepest = 500;

function isDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at) | 0x20;
    if (code === 0x7b) depth++;
    else if (code === 0x7d) depth--;
    if (depth > deepest) return true;
  }
  return false;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

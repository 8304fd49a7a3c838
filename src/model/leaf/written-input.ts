/** The input of an earlier tool call, as its model wrote it. */
import { jsonOrNothing } from '../../algorithms/text/written/bounded-json.ts';
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
 * @example
 * ```ts
 * const part = callInput('{"count": 1.0}');
 * ```
 */
export function callInput(written: string): Pick<ToolCallPart, 'input' | 'providerOptions'> {
  if (written.trim() === '') return { input: {} };
  const input = jsonOrNothing(written);
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

import type { Call, Message } from '../../types.ts';
import { inputAsWritten, withWritten } from '../written-input.ts';

type MessagePart = Exclude<Message['content'], string>[number];
type WrittenCall = Extract<MessagePart, { type: 'tool-call' }>;

/**
 * Makes inputs of earlier tool calls that are no JSON readable for a detector: what is escaped in
 * them is written out.
 */
export function readableInputs(call: Call): Call {
  return mapCalls(call, part => {
    const text = inputAsWritten(part);
    if (text === undefined || part.input !== text || !text.includes('\\u')) return part;
    const input = unescaped(text);
    return { ...part, input, providerOptions: withWritten(part.providerOptions, input) };
  });
}

/**
 * Keeps the text of an earlier input where its value holds nothing that was masked; elsewhere the
 * masked value alone is sent, since an escape may hide in the text what was found in the value.
 */
export function writtenAsMasked(before: Call, masked: Call): Call {
  return mapCalls(masked, (part, message, at) => {
    const original = before.prompt[message]!.content[at] as WrittenCall;
    const text = inputAsWritten(original);
    if (text === undefined) return part;
    const { providerOptions } = part;
    if (original.input === text)
      return { ...part, providerOptions: withWritten(providerOptions, String(part.input)) };
    const isClean = JSON.stringify(part.input) === JSON.stringify(original.input);
    return { ...part, providerOptions: withWritten(providerOptions, isClean ? text : undefined) };
  });
}

function mapCalls(
  call: Call,
  change: (part: WrittenCall, message: number, at: number) => WrittenCall,
): Call {
  const isWritten = (part: MessagePart): part is WrittenCall =>
    part.type === 'tool-call' && part.providerOptions?.leaf !== undefined;
  const prompt = call.prompt.map((message, index) => {
    if (message.role !== 'assistant' || !message.content.some(isWritten)) return message;
    const content = message.content.map((part, at) =>
      isWritten(part) ? change(part, index, at) : part,
    );
    return { ...message, content };
  });
  return { ...call, prompt };
}

function unescaped(text: string): string {
  return text.replace(/\\u([\da-f]{4})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

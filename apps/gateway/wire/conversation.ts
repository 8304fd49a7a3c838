import { callInput } from '../../../src/entries/backends.ts';
import type { Answer, Call } from '../../../src/index.ts';
import { signatureOf } from './chat-answer.ts';

type Prompt = Call['prompt'];
type AssistantPart = Extract<Prompt[number], { role: 'assistant' }>['content'][number];

/** A conversation as it is kept between requests. */
export interface KeptConversation {
  readonly prompt: Prompt;
}

/** Adds an answer to a conversation; who made its tool calls stays noted on them. */
export function withAnswer(prompt: Prompt, answer: Pick<Answer, 'content'>): Prompt {
  const content = answer.content.flatMap((part): AssistantPart[] => {
    if (part.type === 'text') return part.text === '' ? [] : [{ type: 'text', text: part.text }];
    if (part.type === 'reasoning')
      return part.text === '' ? [] : [{ type: 'reasoning', text: part.text }];
    if (part.type !== 'tool-call') return [];
    const { toolCallId, toolName, providerMetadata } = part;
    const { input, providerOptions: kept } = callInput(part.input);
    const by = providerMetadata?.tandem?.by;
    const signature = signatureOf(part);
    const providerOptions = {
      ...kept,
      ...(typeof by === 'string' && { tandem: { by } }),
      ...(signature !== undefined && { google: { thoughtSignature: signature } }),
    };
    return [{ type: 'tool-call', toolCallId, toolName, input, providerOptions }];
  });
  return content.length === 0 ? prompt : [...prompt, { role: 'assistant', content }];
}

/** Writes a conversation as JSON; bytes become base64. */
export function conversationToJson(prompt: Prompt): string {
  return JSON.stringify(prompt, function (this: Record<string, unknown>, key, value: unknown) {
    // What JSON would make an object of numbers of.
    const raw = this[key];
    return raw instanceof Uint8Array ? Buffer.from(raw).toString('base64') : value;
  });
}

/** Reads a conversation again. */
export function conversationFromJson(json: string): Prompt {
  const prompt = JSON.parse(json) as Prompt;
  for (const message of prompt) {
    if (typeof message.content === 'string') continue;
    for (const part of message.content) {
      if (part.type === 'file' && part.data.type === 'url')
        part.data.url = new URL(String(part.data.url));
    }
  }
  return prompt;
}

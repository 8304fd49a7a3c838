import type { Answer, Call } from '../../../src/index.ts';

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
    if (part.type !== 'tool-call') return [];
    const { toolCallId, toolName, input, providerMetadata } = part;
    const by = providerMetadata?.tandem?.by;
    const stamped = typeof by === 'string' ? { providerOptions: { tandem: { by } } } : {};
    return [{ type: 'tool-call', toolCallId, toolName, input: parsed(input), ...stamped }];
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

function parsed(input: string): unknown {
  try {
    return JSON.parse(input === '' ? '{}' : input);
  } catch {
    return input;
  }
}

/** OpenAI's chat completions: the messages of a request, made of a prompt. */
import { inputAsWritten } from '../../model/leaf/written-input.ts';
import type { Message, Prompt, ProviderOptions, Warning } from '../../model/types.ts';
import { optionsUnder } from '../provider-options.ts';
import { filePart } from './chat-files.ts';
import type { Wire } from './wire-values.ts';

type UserPart = Extract<Message, { role: 'user' }>['content'][number];
type AssistantPart = Extract<Message, { role: 'assistant' }>['content'][number];
type ToolOutput = Extract<
  Extract<Message, { role: 'tool' }>['content'][number],
  { type: 'tool-result' }
>['output'];

/** What messages are written with. */
export interface MessageFacts {
  readonly model: string;
  /** The names under which options are read. */
  readonly names: readonly string[];
  /** Key under which answers of this client tell of themselves. */
  readonly optionsKey: string;
  readonly warnings: Warning[];
}

/** Writes the messages of a prompt, with the options of each message and each part. */
export function wireMessages(prompt: Prompt, facts: MessageFacts): Wire[] {
  return prompt.flatMap<Wire>(message => wireMessage(message, facts));
}

function wireMessage(message: Message, facts: MessageFacts): Wire | Wire[] {
  const own = fieldsOf(message.providerOptions, facts);
  switch (message.role) {
    case 'system':
      return { role: 'system', content: message.content, ...own };
    case 'user':
      return { role: 'user', ...userContent(message.content, facts), ...own };
    case 'assistant':
      return { ...assistantMessage(message.content, facts), ...own };
    case 'tool':
      return message.content.flatMap(part => {
        if (part.type !== 'tool-result') return [];
        const content = outputContent(part.output, facts);
        return [
          {
            role: 'tool',
            tool_call_id: part.toolCallId,
            content,
            ...fieldsOf(part.providerOptions, facts),
          },
        ];
      });
  }
}

// What the SDK's providers of OpenAI note in answers, and read again of a prompt, is of another
// interface.
const cloudNames = ['openai', 'azure'];

/** The fields that options of a message or a part add to it. */
function fieldsOf(options: ProviderOptions | undefined, facts: MessageFacts): Wire {
  if (!options) return {};
  for (const name of cloudNames) {
    const lost = Object.keys(options[name] ?? {}).filter(
      key => key !== 'imageDetail' || !facts.names.includes(name),
    );
    if (lost.length > 0) warnOnce(facts, `providerOptions.${name} of messages: ${lost.join(', ')}`);
  }
  return optionsUnder(namesForFields(facts), options);
}

function namesForFields({ names, optionsKey }: MessageFacts): readonly string[] {
  return names.filter(name => name !== optionsKey && !cloudNames.includes(name));
}

function userContent(parts: readonly UserPart[], facts: MessageFacts): Wire {
  const [first] = parts;
  if (parts.length === 1 && first?.type === 'text') {
    return { content: first.text, ...fieldsOf(first.providerOptions, facts) };
  }
  return { content: parts.map(part => userPart(part, facts)) };
}

function userPart(part: UserPart, facts: MessageFacts): Wire {
  const own = fieldsOf(part.providerOptions, facts);
  if (part.type === 'text') return { type: 'text', text: part.text, ...own };
  const detail = optionsUnder(facts.names, part.providerOptions).imageDetail;
  const { imageDetail: _said, ...others } = own;
  return { ...filePart(part, { ...facts, ...(detail !== undefined && { detail }) }), ...others };
}

function assistantMessage(parts: readonly AssistantPart[], facts: MessageFacts): Wire {
  let [text, reasoning] = ['', ''];
  const calls: Wire[] = [];
  for (const part of parts) {
    if (part.type === 'text') text += part.text;
    else if (part.type === 'reasoning') reasoning += part.text;
    else if (part.type === 'tool-call') calls.push(toolCall(part, facts));
    else warnOnce(facts, `parts of type ${part.type} in what the assistant said`);
  }
  return {
    role: 'assistant',
    content: calls.length > 0 ? text || null : text,
    ...(reasoning !== '' && { reasoning_content: reasoning }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}

function toolCall(part: Extract<AssistantPart, { type: 'tool-call' }>, facts: MessageFacts): Wire {
  const { toolCallId: id, toolName: name, input, providerOptions } = part;
  const signature =
    providerOptions?.[facts.optionsKey]?.thoughtSignature ??
    providerOptions?.google?.thoughtSignature;
  return {
    id,
    type: 'function',
    function: { name, arguments: inputAsWritten(part) ?? argumentsOf(input) },
    ...fieldsOf(providerOptions, facts),
    ...(signature !== undefined && {
      extra_content: { google: { thought_signature: String(signature) } },
    }),
  };
}

// Arguments are JSON in a string; a string that is JSON already stays as it is.
function argumentsOf(input: unknown): string {
  if (typeof input !== 'string') return JSON.stringify(input);
  try {
    JSON.parse(input);
    return input;
  } catch {
    return JSON.stringify(input);
  }
}

// A tool that gave pictures gave them to be seen; what is text alone is told as one.
function outputContent(output: ToolOutput, facts: MessageFacts): string | Wire[] {
  if (output.type !== 'content' || !output.value.some(({ type }) => type === 'file'))
    return outputText(output);
  return output.value.flatMap(part =>
    part.type === 'text' || part.type === 'file' ? [userPart(part, facts)] : [],
  );
}

function outputText(output: ToolOutput): string {
  if (output.type === 'execution-denied') return output.reason ?? 'Tool call execution denied.';
  return typeof output.value === 'string' && output.type.endsWith('text')
    ? output.value
    : JSON.stringify(output.value);
}

function warnOnce({ warnings }: MessageFacts, feature: string): void {
  if (warnings.some(warning => warning.type === 'unsupported' && warning.feature === feature))
    return;
  warnings.push({
    type: 'unsupported',
    feature,
    details: 'Chat completions have no place for them.',
  });
}

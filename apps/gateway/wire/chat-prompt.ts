import { callInput } from '../../../src/entries/backends.ts';
import type { Call } from '../../../src/index.ts';
import type { ChatMessage } from './chat-request.ts';
import { customInput } from './custom-tools.ts';
import type { FileSource } from './file-part.ts';
import { invalid } from './problem.ts';
import { textOf, toolOutput, userContent } from './prompt-parts.ts';
import type { ToolIds } from './tool-ids.ts';

type Prompt = Call['prompt'];
type Message = Prompt[number];
type ToolPart = Extract<Message, { role: 'tool' }>['content'][number];
type ToolResult = Extract<ToolPart, { type: 'tool-result' }>;
type AssistantPart = Extract<Message, { role: 'assistant' }>['content'][number];

/** What messages are read with. */
export interface PromptReader {
  readonly ids: ToolIds;
  readonly files: FileSource;
}

/**
 * Turns chat messages into a prompt. Tool-call ids become the upstream's own again. @throws Problem
 */
export function promptOf(messages: readonly ChatMessage[], reader: PromptReader): Prompt {
  const prompt: Prompt = [];
  const nameById = new Map<string, string>();
  for (const [index, message] of messages.entries()) {
    const at = `messages[${index}]`;
    if (message.role === 'tool') addResult(prompt, message, { nameById, at, ...reader });
    else if (message.role === 'assistant')
      prompt.push(assistantMessage(message, { nameById, at, ...reader }));
    else if (message.role === 'user')
      prompt.push({
        role: 'user',
        content: userContent(message.content, `${at}.content`, reader.files),
      });
    else prompt.push({ role: 'system', content: textOf(message.content) });
  }
  return prompt;
}

interface Turn extends PromptReader {
  readonly nameById: Map<string, string>;
  readonly at: string;
}

function assistantMessage(
  message: Extract<ChatMessage, { role: 'assistant' }>,
  turn: Turn,
): Message {
  const { refusal } = message;
  const said = message.content ? textOf(message.content) : '';
  const text = said === '' && typeof refusal === 'string' ? refusal : said;
  const reasoned = message.reasoning_content || message.reasoning || thoughtIn(message.content);
  const content: AssistantPart[] = [
    ...(reasoned ? [{ type: 'reasoning' as const, text: reasoned }] : []),
    ...(text === '' ? [] : [{ type: 'text' as const, text }]),
  ];
  for (const call of message.tool_calls ?? []) {
    const said = saidCall(call);
    turn.nameById.set(call.id, said.name);
    content.push(toolCallPart({ id: call.id, ...said }, turn.ids));
  }
  if (message.audio && content.length === 0) {
    const param = `${turn.at}.audio`;
    throw invalid(`\`${param}\` is known to its server alone. Send its words as text.`, param);
  }
  return { role: 'assistant', content };
}

type WrittenCall = NonNullable<Extract<ChatMessage, { role: 'assistant' }>['tool_calls']>[number];

function saidCall(call: WrittenCall): Omit<SentCall, 'id'> {
  if (call.type === 'custom') {
    const { name, input } = (call as Extract<WrittenCall, { type: 'custom' }>).custom;
    return { name, given: customInput(input) };
  }
  const { function: called, extra_content: extra } = call as Extract<
    WrittenCall,
    { function: object }
  >;
  const signature = extra?.google?.thought_signature;
  return { name: called.name, given: called.arguments, signature };
}

type AssistantContent = Extract<ChatMessage, { role: 'assistant' }>['content'];

function thoughtIn(content: AssistantContent): string {
  if (!Array.isArray(content)) return '';
  const parts = content.filter(part => part.type === 'thinking' || part.type === 'reasoning');
  return parts
    .map(({ thinking, text }) => {
      if (typeof thinking === 'string') return thinking;
      const pieces = Array.isArray(thinking) ? (thinking as { text?: string | null }[]) : [];
      return text ?? pieces.map(piece => piece.text ?? '').join('');
    })
    .join('');
}

interface SentCall {
  readonly id: string;
  readonly name: string;
  /** Its arguments as they came: a model may have written what is no JSON. */
  readonly given: string;
  /** What its model must be told again of its thoughts. */
  readonly signature?: string | null | undefined;
}

/** Makes the part of a tool call that a client sends back. */
export function toolCallPart(
  { id, name, given, signature }: SentCall,
  ids: ToolIds,
): Extract<AssistantPart, { type: 'tool-call' }> {
  const { id: toolCallId, by } = ids.open(id);
  const { input, providerOptions: kept } = callInput(given);
  const providerOptions = {
    ...kept,
    ...(by !== undefined && { tandem: { by } }),
    ...(signature && { google: { thoughtSignature: signature } }),
  };
  const hasOptions = Object.keys(providerOptions).length > 0;
  return {
    type: 'tool-call',
    toolCallId,
    toolName: name,
    input,
    ...(hasOptions && { providerOptions }),
  };
}

function addResult(
  prompt: Prompt,
  message: Extract<ChatMessage, { role: 'tool' }>,
  turn: Turn,
): void {
  const toolName = turn.nameById.get(message.tool_call_id);
  if (toolName === undefined) {
    const param = `${turn.at}.tool_call_id`;
    throw invalid(
      `\`${param}\` answers no tool call before it. Send the assistant message that made the call.`,
      param,
    );
  }
  addToolResult(prompt, {
    id: turn.ids.open(message.tool_call_id).id,
    toolName,
    output: toolOutput(message.content ?? '', `${turn.at}.content`, turn.files),
  });
}

/** Adds the result of a tool call; results that follow each other share a message. */
export function addToolResult(
  prompt: Prompt,
  { id, ...result }: { readonly id: string } & Pick<ToolResult, 'toolName' | 'output'>,
): void {
  const part = { type: 'tool-result' as const, toolCallId: id, ...result };
  const last = prompt.at(-1);
  if (last?.role === 'tool') last.content.push(part);
  else prompt.push({ role: 'tool', content: [part] });
}

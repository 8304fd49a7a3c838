import { callInput } from '../../../src/entries/backends.ts';
import type { Call } from '../../../src/index.ts';
import type { ChatMessage, UserPart } from './chat-request.ts';
import { customInput } from './custom-tools.ts';
import { type FileSource, filePartOf } from './file-part.ts';
import { invalid } from './problem.ts';
import type { ToolIds } from './tool-ids.ts';

type Prompt = Call['prompt'];
type Message = Prompt[number];
type ToolMessage = Extract<Message, { role: 'tool' }>;
type Part<Role extends 'user' | 'assistant'> = Extract<Message, { role: Role }>['content'][number];

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
    if (message.role === 'tool') addResult(prompt, message, { nameById, at, ids: reader.ids });
    else if (message.role === 'function') addFunctionResult(prompt, message, at);
    else if (message.role === 'assistant')
      prompt.push(assistantMessage(message, { nameById, at, ids: reader.ids }));
    else if (message.role === 'user') prompt.push(userMessage(message.content, at, reader.files));
    else prompt.push({ role: 'system', content: joined(message.content) });
  }
  return prompt;
}

function userMessage(
  content: string | readonly UserPart[],
  at: string,
  files: FileSource,
): Message {
  if (typeof content === 'string')
    return { role: 'user', content: [{ type: 'text', text: content }] };
  if (content.length === 0)
    throw invalid(`\`${at}.content\` is empty. Say something.`, `${at}.content`);
  return {
    role: 'user',
    content: content.map((part, index) => userPart(part, `${at}.content[${index}]`, files)),
  };
}

function userPart(part: UserPart, at: string, files: FileSource): Part<'user'> {
  if (part.type === 'text' || part.type === 'input_text') return { type: 'text', text: part.text };
  if (part.type === 'image_url') {
    const { image_url: given } = part;
    const { url, detail } = typeof given === 'string' ? { url: given } : given;
    return filePartOf({ url, mediaType: 'image/*', detail, at: `${at}.image_url.url` }, files);
  }
  if (part.type === 'input_audio') {
    const { data, format } = part.input_audio;
    const mediaType = format === 'wav' ? 'audio/wav' : 'audio/mpeg';
    return filePartOf({ base64: data, mediaType, at: `${at}.input_audio.data` }, files);
  }
  const { file_id: id, file_data: data, filename } = (part as FileUserPart).file;
  return filePartOf({ id, data, filename, at: `${at}.file` }, files);
}

type FileUserPart = Extract<UserPart, { file: object }>;

interface Turn {
  readonly nameById: Map<string, string>;
  readonly at: string;
  readonly ids: ToolIds;
}

function assistantMessage(
  message: Extract<ChatMessage, { role: 'assistant' }>,
  turn: Turn,
): Message {
  const text = message.content ? joined(message.content) : '';
  const reasoned = message.reasoning_content || message.reasoning || thoughtIn(message.content);
  const content: Part<'assistant'>[] = [
    ...(reasoned ? [{ type: 'reasoning' as const, text: reasoned }] : []),
    ...(text === '' ? [] : [{ type: 'text' as const, text }]),
  ];
  for (const call of message.tool_calls ?? []) {
    const said = saidCall(call);
    turn.nameById.set(call.id, said.name);
    content.push(toolCallPart({ id: call.id, ...said }, turn.ids));
  }
  const { function_call: old } = message;
  if (old) {
    const toolCallId = `call_${turn.at}`;
    const part = { type: 'tool-call' as const, toolCallId, toolName: old.name };
    content.push({ ...part, ...callInput(old.arguments) });
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

// The older way to call, without ids: a result answers the last call of its name.
function addFunctionResult(
  prompt: Prompt,
  { name, content }: Extract<ChatMessage, { role: 'function' }>,
  at: string,
): void {
  const calls = prompt.flatMap(message =>
    message.role === 'assistant' ? message.content.filter(part => part.type === 'tool-call') : [],
  );
  const call = calls.findLast(({ toolName }) => toolName === name);
  if (!call) {
    const message = `\`${at}\` answers no function call before it. Send the call.`;
    throw invalid(message, at);
  }
  const text = joined(content ?? '');
  addToolResult(prompt, { id: call.toolCallId, toolName: name, text });
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
): Extract<Part<'assistant'>, { type: 'tool-call' }> {
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
    text: joined(message.content ?? ''),
  });
}

/** Adds the result of a tool call; results that follow each other share a message. */
export function addToolResult(
  prompt: Prompt,
  { id, toolName, text }: { readonly id: string; readonly toolName: string; readonly text: string },
): void {
  const output = { type: 'text' as const, value: text };
  const part: ToolMessage['content'][number] = {
    type: 'tool-result',
    toolCallId: id,
    toolName,
    output,
  };
  const last = prompt.at(-1);
  if (last?.role === 'tool') last.content.push(part);
  else prompt.push({ role: 'tool', content: [part] });
}

function joined(
  content:
    | string
    | readonly {
        readonly type: string;
        readonly text?: string | null | undefined;
        readonly refusal?: string;
      }[],
): string {
  if (typeof content === 'string') return content;
  return content
    .map(({ type, text, refusal }) =>
      /text$/.test(type) || refusal ? (text ?? refusal ?? '') : '',
    )
    .join('');
}

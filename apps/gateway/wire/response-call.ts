import { withLogprobs, withWishes } from '../../../src/entries/backends.ts';
import type { Call } from '../../../src/index.ts';
import { choiceOf, wishesOf, withoutEmpty } from './chat-call.ts';
import { addToolResult, toolCallPart } from './chat-prompt.ts';
import type { KeptConversation } from './conversation.ts';
import { type FileSource, filePartOf } from './file-part.ts';
import { invalid } from './problem.ts';
import type { InputItem, InputPart, ResponseRequest } from './response-request.ts';
import type { ToolIds } from './tool-ids.ts';

type Prompt = Call['prompt'];
type Message = Prompt[number];

/** What a response is read with. */
export interface ResponseReader {
  readonly ids: ToolIds;
  readonly files: FileSource;
  /** The conversation that the request goes on with. */
  readonly before: KeptConversation['prompt'];
  /** Finds an item of an earlier response. @throws Problem */
  item(id: string): unknown;
}

/**
 * Turns a request into a call, and tells the conversation without its instructions, which are not
 * carried on. @throws Problem
 */
export function responseCall(
  request: ResponseRequest,
  reader: ResponseReader,
): { call: Call; conversation: Prompt } {
  const { input, instructions, text, reasoning } = request;
  const conversation: Prompt = [...reader.before];
  const nameById = namesIn(conversation);
  const items = typeof input === 'string' ? [{ role: 'user' as const, content: input }] : input;
  for (const [index, item] of items.entries())
    addItem(conversation, item, { nameById, at: `input[${index}]`, reader });
  const system: Message[] = instructions ? [{ role: 'system', content: instructions }] : [];
  const call = {
    prompt: [...system, ...conversation],
    ...withoutEmpty({
      temperature: request.temperature,
      topP: request.top_p,
      maxOutputTokens: request.max_output_tokens,
      reasoning: reasoning?.effort,
    }),
    ...toolsOf(request),
    ...formatOf(text?.format),
  };
  const schema = text?.format?.type === 'json_schema' ? text.format : undefined;
  const wished = withWishes(call, wishesOf(schema, request));
  const asked = wantsLogprobs(request) ? withLogprobs(wished, request.top_logprobs ?? 0) : wished;
  return { call: asked, conversation };
}

/** Tells whether a request asks for log-probabilities. */
export function wantsLogprobs({ include }: ResponseRequest): boolean {
  return include?.includes('message.output_text.logprobs') === true;
}

interface Turn {
  readonly nameById: Map<string, string>;
  readonly at: string;
  readonly reader: ResponseReader;
}

function addItem(prompt: Prompt, item: InputItem, turn: Turn): void {
  const { ids } = turn.reader;
  if ('role' in item) {
    const message = messageOf(item as never, turn);
    if (message.role === 'assistant' && isThoughtAlone(prompt.at(-1)))
      addToTurn(prompt, message.content);
    else if (item.role === 'user' || item.role === 'assistant' || item.content !== '')
      prompt.push(message);
  } else if (item.type === 'item_reference')
    addItem(prompt, turn.reader.item(String(item.id)) as InputItem, turn);
  else if (item.type === 'function_call') {
    const {
      call_id: id,
      name,
      arguments: given,
      extra_content: extra,
    } = item as Extract<InputItem, { type: 'function_call' }>;
    const signature = extra?.google?.thought_signature;
    const part = toolCallPart({ id, name, given, signature }, ids);
    turn.nameById.set(part.toolCallId, name);
    addToTurn(prompt, [part]);
  } else if (item.type === 'reasoning') {
    const text = reasoningIn(item as Extract<InputItem, { type: 'reasoning' }>);
    if (text !== '') prompt.push({ role: 'assistant', content: [{ type: 'reasoning', text }] });
  } else if (item.type === 'function_call_output') {
    addResult(prompt, item as Extract<InputItem, { type: 'function_call_output' }>, turn);
  }
}

type AssistantParts = Extract<Message, { role: 'assistant' }>['content'];

function addToTurn(prompt: Prompt, parts: AssistantParts): void {
  const last = prompt.at(-1);
  if (last?.role === 'assistant') last.content.push(...parts);
  else prompt.push({ role: 'assistant', content: [...parts] });
}

function isThoughtAlone(message: Message | undefined): boolean {
  return message?.role === 'assistant' && message.content.every(({ type }) => type === 'reasoning');
}

// Some models must be told what they thought when they called a tool.
function reasoningIn({ content }: Extract<InputItem, { type: 'reasoning' }>): string {
  const texts = (content ?? []).filter(({ type }) => type === 'reasoning_text');
  return texts.map(({ text = '' }) => text).join('');
}

function addResult(
  prompt: Prompt,
  item: Extract<InputItem, { type: 'function_call_output' }>,
  turn: Turn,
): void {
  const { id } = turn.reader.ids.open(item.call_id);
  const toolName = turn.nameById.get(id);
  if (toolName === undefined) {
    const param = `${turn.at}.call_id`;
    throw invalid(
      `\`${param}\` answers no function call before it. Send the call, or its response’s id.`,
      param,
    );
  }
  const text =
    typeof item.output === 'string' ? item.output : item.output.map(part => part.text).join('');
  addToolResult(prompt, { id, toolName, text });
}

function messageOf(
  {
    role,
    content,
  }: {
    readonly role: Message['role'] | 'developer';
    readonly content: string | readonly InputPart[];
  },
  turn: Turn,
): Message {
  const parts =
    typeof content === 'string' ? [{ type: 'input_text' as const, text: content }] : content;
  if (role === 'user') {
    if (parts.length === 0)
      throw invalid(`\`${turn.at}.content\` is empty. Say something.`, `${turn.at}.content`);
    return {
      role,
      content: parts.map((part, index) => userPart(part, `${turn.at}.content[${index}]`, turn)),
    };
  }
  const text = parts
    .map(part => ('text' in part ? part.text : 'refusal' in part ? part.refusal : ''))
    .join('');
  if (role === 'assistant')
    return { role, content: text === '' ? [] : [{ type: 'text', text: text as string }] };
  return { role: 'system', content: text as string };
}

function userPart(
  part: InputPart,
  at: string,
  { reader }: Turn,
): Extract<Message, { role: 'user' }>['content'][number] {
  if (part.type === 'input_image') {
    const { image_url: url, file_id: id } = part;
    return filePartOf(
      { id: id ?? undefined, url: url ?? undefined, mediaType: 'image/*', at },
      reader.files,
    );
  }
  if (part.type === 'input_file') {
    const { file_id: id, file_data: data, file_url: url, filename } = part;
    const given = { id: id ?? undefined, data: data ?? undefined, filename: filename ?? undefined };
    return filePartOf({ ...given, url: data ? undefined : (url ?? undefined), at }, reader.files);
  }
  return { type: 'text', text: part.type === 'refusal' ? part.refusal : part.text };
}

function namesIn(prompt: Prompt): Map<string, string> {
  const names = new Map<string, string>();
  for (const message of prompt) {
    if (message.role !== 'assistant') continue;
    for (const part of message.content)
      if (part.type === 'tool-call') names.set(part.toolCallId, part.toolName);
  }
  return names;
}

function toolsOf({
  tools,
  tool_choice: choice,
}: ResponseRequest): Pick<Call, 'tools' | 'toolChoice'> {
  if (!tools || tools.length === 0) {
    if (!choice || choice === 'none' || choice === 'auto') return {};
    throw invalid(
      '`tool_choice` asks for a tool, and there are no `tools`. Give some, or leave it out.',
      'tool_choice',
    );
  }
  const given = tools.map(({ name, description, parameters, strict }) => ({
    type: 'function' as const,
    name,
    ...(description && { description }),
    inputSchema: parameters ?? { type: 'object' as const, properties: {} },
    ...(typeof strict === 'boolean' && { strict }),
  }));
  const named =
    choice && typeof choice !== 'string'
      ? { type: 'function' as const, function: { name: choice.name } }
      : choice;
  return { tools: given, ...choiceOf(named, new Set(given.map(({ name }) => name))) };
}

function formatOf(
  format: NonNullable<ResponseRequest['text']>['format'],
): Pick<Call, 'responseFormat'> {
  if (!format || format.type === 'text') return {};
  if (format.type === 'json_object') return { responseFormat: { type: 'json' } };
  const { name, description, schema } = format;
  return { responseFormat: { type: 'json', name, schema, ...(description && { description }) } };
}

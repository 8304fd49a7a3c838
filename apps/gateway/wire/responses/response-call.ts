import { withLogprobs, withWishes } from '../../../../src/entries/backends.ts';
import type { Call } from '../../../../src/index.ts';
import { wishesOf, withoutEmpty } from '../chat-call.ts';
import { addToolResult, toolCallPart } from '../chat-prompt.ts';
import type { KeptConversation } from '../conversation.ts';
import { customInput } from '../custom-tools.ts';
import type { FileSource } from '../file-part.ts';
import { invalid } from '../problem.ts';
import { textOf, toolOutput, userContent } from '../prompt-parts.ts';
import type { ToolIds } from '../tool-ids.ts';
import { compacted } from './compaction.ts';
import {
  isMessage,
  type KnownItem,
  knownTypes,
  type SaidMessage,
  type SaidThought,
} from './response-items.ts';
import type { InputItem, ResponseRequest } from './response-request.ts';
import { responseTools } from './response-tools.ts';

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
      frequencyPenalty: request.frequency_penalty,
      presencePenalty: request.presence_penalty,
      maxOutputTokens: request.max_output_tokens,
      reasoning: reasoning?.effort,
    }),
    ...responseTools(request),
    ...formatOf(text?.format),
  };
  const schema = text?.format?.type === 'json_schema' ? text.format : undefined;
  const wished = withWishes(call, wishesOf(schema, { ...request, verbosity: text?.verbosity }));
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
  const known = item as KnownItem;
  if (isMessage(item)) addMessage(prompt, item, turn);
  else if (known.type === 'item_reference')
    addItem(prompt, turn.reader.item(known.id) as InputItem, turn);
  else if (known.type === 'function_call')
    addCall(prompt, { ...known, id: known.call_id, given: known.arguments }, turn);
  else if (known.type === 'custom_tool_call')
    addCall(prompt, { ...known, id: known.call_id, given: customInput(known.input) }, turn);
  else if ('output' in known && knownTypes.has(known.type)) addResult(prompt, known, turn);
  else if (known.type === 'reasoning') addThought(prompt, reasoningIn(known));
  else if ('encrypted_content' in known) addSummary(prompt, compacted(known.encrypted_content));
}

function addThought(prompt: Prompt, text: string): void {
  if (text !== '') prompt.push({ role: 'assistant', content: [{ type: 'reasoning', text }] });
}

function addSummary(prompt: Prompt, summary: ReturnType<typeof compacted>): void {
  if (!summary) return;
  const { text, label } = summary;
  const labelled = label && { providerOptions: { tandem: { label } } };
  prompt.push({ role: 'system', content: text, ...labelled });
}

function addMessage(prompt: Prompt, item: SaidMessage, turn: Turn): void {
  const message = messageOf(item, turn);
  if (message.role === 'assistant' && isThoughtAlone(prompt.at(-1)))
    addToTurn(prompt, message.content);
  else if (item.role === 'user' || item.role === 'assistant' || item.content !== '')
    prompt.push(message);
}

interface SaidCall {
  readonly id: string;
  readonly name: string;
  readonly given: string;
  readonly extra_content?: { google?: { thought_signature?: string | null } | null } | null;
}

function addCall(prompt: Prompt, call: SaidCall, { nameById, reader }: Turn): void {
  const { id, name, given, extra_content: extra } = call;
  const signature = extra?.google?.thought_signature;
  const part = toolCallPart({ id, name, given, signature }, reader.ids);
  nameById.set(part.toolCallId, name);
  addToTurn(prompt, [part]);
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

interface Thoughts {
  readonly content?: readonly SaidThought[] | null | undefined;
  readonly summary?: readonly SaidThought[] | null | undefined;
}

// Some models must be told what they thought when they called a tool; some clients keep the summary
// alone.
function reasoningIn({ content, summary }: Thoughts): string {
  const textsOf = (given: Thoughts['content'], kind: string) =>
    (given ?? [])
      .filter(({ type }) => type === kind)
      .map(({ text = '' }) => text)
      .join('');
  return textsOf(content, 'reasoning_text') || textsOf(summary, 'summary_text');
}

function addResult(
  prompt: Prompt,
  item: Extract<KnownItem, { type: 'function_call_output' | 'custom_tool_call_output' }>,
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
  const output = toolOutput(item.output, `${turn.at}.output`, turn.reader.files);
  addToolResult(prompt, { id, toolName, output });
}

function messageOf({ role, content }: SaidMessage, turn: Turn): Message {
  if (role !== 'user') {
    const text = textOf(content);
    if (role !== 'assistant') return { role: 'system', content: text };
    return { role, content: text === '' ? [] : [{ type: 'text', text }] };
  }
  return { role, content: userContent(content, `${turn.at}.content`, turn.reader.files) };
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

function formatOf(
  format: NonNullable<ResponseRequest['text']>['format'],
): Pick<Call, 'responseFormat'> {
  if (!format || format.type === 'text') return {};
  if (format.type === 'json_object') return { responseFormat: { type: 'json' } };
  const { name, description, schema } = format;
  return { responseFormat: { type: 'json', name, schema, ...(description && { description }) } };
}

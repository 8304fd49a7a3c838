import { answerCollector, isRefusal } from '../../../../src/entries/backends.ts';
import type { Answer, StreamPart } from '../../../../src/index.ts';
import type { Choice } from '../../work/ask-model.ts';
import { weighedParts } from '../../work/weighed-parts.ts';
import { type UrlCitation, urlCitationOf } from '../annotations.ts';
import { type SaidLogprob, saidLogprobs, speakerOf } from '../chat-answer.ts';
import { customText } from '../custom-tools.ts';
import { problemOf } from '../problem.ts';
import type { ToolIds } from '../tool-ids.ts';
import {
  endOf,
  itemOf,
  messageItem,
  type OutputItem,
  type ResponseHead,
  reasoningItem,
  refusalContent,
  responseObject,
  textContent,
} from './response-answer.ts';
import { wantsLogprobs } from './response-call.ts';
import { type ToolNames, toolNames } from './response-tools.ts';

/** What a streamed response is written with. */
export interface ResponseWriter {
  readonly head: ResponseHead;
  readonly ids: ToolIds;
  /** Called at the end with the whole answer: returns the `tandem` object. */
  ended(answer: Answer, body: (tandem: object) => object): Promise<object>;
  /** Called where the answer fails. */
  failed(error: unknown): void;
}

type Send = (type: string, facts: object) => string;

/** Writes a response as server-sent events, each as soon as its part has come. */
export async function* responseEvents(
  parts: AsyncGenerator<Choice>,
  writer: ResponseWriter,
): AsyncGenerator<string> {
  const { head, ids } = writer;
  const { hex } = head;
  const names = toolNames(head.request);
  const texts = new Map<string, OpenText>();
  let number = 0;
  const send: Send = (type, facts) =>
    `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: number++, ...facts })}\n\n`;
  const collector = answerCollector();
  const output: OutputItem[] = [];
  const begun = { response: responseObject(head, { status: 'in_progress', output: [] }) };
  try {
    yield send('response.created', begun);
    yield send('response.in_progress', begun);
    const isWeighed = wantsLogprobs(head.request);
    const calls = new Map<string, number>();
    for await (const [, part] of isWeighed ? weighedParts(parts) : parts) {
      collector.add(part);
      yield* eventsOf(part, { send, output, texts, isWeighed, calls, hex, ids, names });
    }
    const answer = collector.answer();
    const { status, incomplete } = endOf(answer);
    const body = (tandem: object) =>
      responseObject(head, {
        status,
        output,
        usage: answer.usage,
        tandem,
        ...(incomplete && { incomplete }),
      });
    yield send(`response.${status}`, { response: await writer.ended(answer, body) });
  } catch (error) {
    writer.failed(error);
    const response = responseObject(head, {
      status: 'failed',
      output: output.map((item, index) => endedItem(item, index, texts)),
      error: saidError(error),
    });
    yield send('response.failed', { response });
  }
}

// OpenAI has few codes for a response that failed; what ours says stands in the message.
function saidError(error: unknown): { readonly code: string; readonly message: string } {
  const { status, code, message } = problemOf(error);
  if (status === 429) return { code: 'rate_limit_exceeded', message };
  return {
    code: status >= 500 ? 'server_error' : 'invalid_prompt',
    message: `${code}: ${message}`,
  };
}

// What was said before it failed was said.
function endedItem(
  item: OutputItem,
  index: number,
  texts: ReadonlyMap<string, OpenText>,
): OutputItem {
  if (item.type === 'function_call' && item.status === 'in_progress')
    return { ...item, status: 'incomplete' };
  const open = [...texts.values()].find(each => each.index === index);
  if (!open || (item.content as unknown[] | undefined)?.length !== 0) return item;
  if (item.type === 'reasoning') return reasoningItem(item.id, open.text);
  const part = open.isRefusal
    ? refusalContent(open.text)
    : textContent(open.text, open.logprobs, open.annotations);
  return { ...messageItem(item.id, part), status: 'incomplete' };
}

interface OpenText {
  readonly index: number;
  text: string;
  readonly isRefusal: boolean;
  readonly logprobs: SaidLogprob[];
  readonly annotations: UrlCitation[];
}

interface Writing {
  readonly send: Send;
  readonly output: OutputItem[];
  /** Texts and thoughts that have begun. */
  readonly texts: Map<string, OpenText>;
  /** Whether log-probabilities go along. */
  readonly isWeighed: boolean;
  /** Places of the calls that have begun. */
  readonly calls: Map<string, number>;
  readonly hex: string;
  readonly ids: ToolIds;
  /** The text of a custom call is known when it is whole. */
  readonly names: ToolNames;
}

function* eventsOf(part: StreamPart, writing: Writing): Generator<string> {
  if (part.type === 'text-start') yield* textBegins(part, writing);
  else if (part.type === 'text-delta') yield* textGoesOn(part, writing);
  else if (part.type === 'source') yield* cited(part, writing);
  else if (part.type === 'text-end') yield* textEnds(part.id, writing);
  else if (part.type === 'reasoning-start') yield* thoughtBegins(part.id, writing);
  else if (part.type === 'reasoning-delta') yield* thoughtGoesOn(part, writing);
  else if (part.type === 'reasoning-end') yield* thoughtEnds(part.id, writing);
  else if (part.type === 'tool-input-start' && isTold(part, writing))
    yield callBegins(callAt(part), writing);
  else if (part.type === 'tool-input-delta') yield* callGoesOn(part, writing);
  else if (part.type === 'tool-call') yield* callEnds(part, writing);
  else if (part.type === 'file') yield* pictureComes(part, writing);
}

function* pictureComes(
  part: Extract<StreamPart, { type: 'file' }>,
  { send, output, ...facts }: Writing,
): Generator<string> {
  const index = output.length;
  const item = itemOf(part, { index, ...facts });
  if (!item) return;
  output.push(item);
  const isSound = item.type === 'message';
  const none = isSound ? { content: [] } : { result: null };
  const begun = { ...item, status: 'in_progress', ...none };
  const at = { item_id: item.id, output_index: index };
  yield send('response.output_item.added', { output_index: index, item: begun });
  if (!isSound) yield send('response.image_generation_call.completed', at);
  yield send('response.output_item.done', { output_index: index, item });
}

function isTold(part: InputStart, { names }: Writing): boolean {
  return speakerOf(part) !== undefined && !names.isCustom(part.toolName);
}

type InputStart = Extract<StreamPart, { type: 'tool-input-start' }>;
type Begin = Extract<StreamPart, { type: 'text-start' }>;
type Delta = Extract<StreamPart, { type: 'text-delta' }>;

function* textBegins(part: Begin, { send, output, texts, hex }: Writing): Generator<string> {
  const index = output.length;
  const refused = isRefusal(part);
  texts.set(part.id, { index, text: '', isRefusal: refused, logprobs: [], annotations: [] });
  const content = refused ? refusalContent('') : textContent('');
  const item = {
    ...messageItem(`msg_${hex}_${index}`, content),
    status: 'in_progress',
    content: [],
  };
  output.push(item);
  yield send('response.output_item.added', { output_index: index, item });
  yield send('response.content_part.added', { ...place(item.id, index), part: content });
}

function* textGoesOn(part: Delta, { send, texts, output, isWeighed }: Writing): Generator<string> {
  const { id, delta } = part;
  const open = texts.get(id);
  if (!open) return;
  open.text += delta;
  const at = place(output[open.index]!.id, open.index);
  if (open.isRefusal) return yield send('response.refusal.delta', { ...at, delta });
  const logprobs = isWeighed ? saidLogprobs(part) : [];
  open.logprobs.push(...logprobs);
  yield send('response.output_text.delta', { ...at, delta, logprobs });
}

// A page is named beside the text that is being said.
function* cited(
  part: Extract<StreamPart, { type: 'source' }>,
  { send, texts, output }: Writing,
): Generator<string> {
  const annotation = urlCitationOf(part);
  const open = [...texts.values()].findLast(each => output[each.index]?.type === 'message');
  if (!annotation || !open || open.isRefusal) return;
  const annotation_index = open.annotations.push(annotation) - 1;
  const at = place(output[open.index]!.id, open.index);
  yield send('response.output_text.annotation.added', { ...at, annotation_index, annotation });
}

function* textEnds(id: string, { send, texts, output }: Writing): Generator<string> {
  const open = texts.get(id);
  if (!open) return;
  const { index, text, logprobs, annotations } = open;
  const part = open.isRefusal ? refusalContent(text) : textContent(text, logprobs, annotations);
  const item = messageItem(output[index]!.id, part);
  output[index] = item;
  const at = place(item.id, index);
  if (open.isRefusal) yield send('response.refusal.done', { ...at, refusal: text });
  else yield send('response.output_text.done', { ...at, text, logprobs });
  yield send('response.content_part.done', { ...at, part });
  yield send('response.output_item.done', { output_index: index, item });
}

// Thoughts have ids of their own, which may be those of texts.
const thoughtKey = (id: string) => `thought ${id}`;

function* thoughtBegins(id: string, { send, output, texts, hex }: Writing): Generator<string> {
  const index = output.length;
  texts.set(thoughtKey(id), { index, text: '', isRefusal: false, logprobs: [], annotations: [] });
  const item = { ...reasoningItem(`rs_${hex}_${index}`, ''), summary: [], content: [] };
  output.push(item);
  const part = { type: 'reasoning_text', text: '' };
  yield send('response.output_item.added', { output_index: index, item });
  yield send('response.reasoning_summary_part.added', {
    ...summaryPlace(item.id, index),
    part: { type: 'summary_text', text: '' },
  });
  yield send('response.content_part.added', { ...place(item.id, index), part });
}

// Clients of OpenAI's own models read the summary, those of open models the text of the thought.
function summaryPlace(id: string, index: number) {
  return { item_id: id, output_index: index, summary_index: 0 };
}

function* thoughtGoesOn(
  { id, delta }: { id: string; delta: string },
  { send, output, texts }: Writing,
): Generator<string> {
  const open = texts.get(thoughtKey(id));
  if (!open) return;
  open.text += delta;
  const { id: item } = output[open.index]!;
  yield send('response.reasoning_summary_text.delta', { ...summaryPlace(item, open.index), delta });
  yield send('response.reasoning_text.delta', { ...place(item, open.index), delta });
}

function* thoughtEnds(id: string, { send, output, texts }: Writing): Generator<string> {
  const open = texts.get(thoughtKey(id));
  if (!open) return;
  const { index, text } = open;
  const item = reasoningItem(output[index]!.id, text);
  output[index] = item;
  const at = place(item.id, index);
  const inSummary = summaryPlace(item.id, index);
  const part = { type: 'summary_text', text };
  yield send('response.reasoning_summary_text.done', { ...inSummary, text });
  yield send('response.reasoning_summary_part.done', { ...inSummary, part });
  yield send('response.reasoning_text.done', { ...at, text });
  yield send('response.content_part.done', { ...at, part: { type: 'reasoning_text', text } });
  yield send('response.output_item.done', { output_index: index, item });
}

type ToolCall = Extract<StreamPart, { type: 'tool-call' }>;

function callAt({ id, toolName, providerMetadata }: InputStart): ToolCall {
  const metadata = providerMetadata && { providerMetadata };
  return { type: 'tool-call', toolCallId: id, toolName, input: '', ...metadata };
}

function callBegins(part: ToolCall, writing: Writing): string {
  const { send, output, calls, hex, ids, names } = writing;
  const index = output.length;
  calls.set(part.toolCallId, index);
  const begun = itemOf({ ...part, input: '' }, { hex, index, ids, names })!;
  const item = { ...begun, status: 'in_progress' };
  output.push(item);
  return send('response.output_item.added', { output_index: index, item });
}

function* callGoesOn(
  { id, delta }: { id: string; delta: string },
  { send, output, calls }: Writing,
): Generator<string> {
  const index = calls.get(id);
  if (index === undefined) return;
  const item = output[index]!;
  const isCustom = item.type === 'custom_tool_call';
  const type = isCustom ? 'custom_tool_call_input' : 'function_call_arguments';
  yield send(`response.${type}.delta`, {
    item_id: item.id,
    output_index: index,
    delta: isCustom ? customText(delta) : delta,
  });
}

// A call of which nobody knew at its beginning who makes it begins here: its id says so.
function* callEnds(part: ToolCall, writing: Writing): Generator<string> {
  const { send, output, calls, hex, ids, names } = writing;
  const isWhole = !calls.has(part.toolCallId);
  if (isWhole) {
    yield callBegins(part, writing);
    yield* callGoesOn({ id: part.toolCallId, delta: part.input }, writing);
  }
  const index = calls.get(part.toolCallId)!;
  const item = itemOf(part, { hex, index, ids, names })!;
  output[index] = item;
  const { id, arguments: given, input, name } = item;
  const at = { item_id: id, output_index: index };
  if (item.type === 'custom_tool_call')
    yield send('response.custom_tool_call_input.done', { ...at, input });
  else yield send('response.function_call_arguments.done', { ...at, arguments: given, name });
  yield send('response.output_item.done', { output_index: index, item });
}

function place(item: string, index: number) {
  return { item_id: item, output_index: index, content_index: 0 };
}

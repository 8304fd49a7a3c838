import { isRefusal } from '../../../src/entries/backends.ts';
import type { Answer } from '../../../src/index.ts';
import { extraOf, type SaidLogprob, saidLogprobs } from './chat-answer.ts';
import { wantsLogprobs } from './response-call.ts';
import type { ResponseRequest } from './response-request.ts';
import type { ToolIds } from './tool-ids.ts';
import { responseUsage } from './usage.ts';

type Part = Answer['content'][number];

/** What the objects of one response share. */
export interface ResponseHead {
  /** The run's id in hexadecimal: items are named after it. */
  readonly hex: string;
  readonly createdAt: number;
  readonly request: ResponseRequest;
}

/** An item of a response's output. */
export type OutputItem = { readonly id: string; readonly type: string } & Record<string, unknown>;

/** How a response stands, with what there is of it. */
export interface ResponseState {
  readonly status: 'in_progress' | 'completed' | 'incomplete' | 'failed';
  readonly output: readonly OutputItem[];
  readonly usage?: Answer['usage'];
  readonly incomplete?: string;
  readonly error?: { readonly code: string; readonly message: string };
  readonly tandem?: object;
}

/** Writes a response object. */
export function responseObject(
  { hex, createdAt, request }: ResponseHead,
  state: ResponseState,
): object {
  const { status, output, usage, incomplete, error, tandem } = state;
  return {
    id: `resp_${hex}`,
    object: 'response',
    created_at: createdAt,
    status,
    background: false,
    error: error ?? null,
    incomplete_details: incomplete === undefined ? null : { reason: incomplete },
    model: request.model,
    output,
    ...echoOf(request),
    usage: usage ? responseUsage(usage) : null,
    ...(tandem && { tandem }),
  };
}

// What was asked, with the defaults that a client expects to read.
function echoOf(request: ResponseRequest): object {
  return {
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    previous_response_id: request.previous_response_id ?? null,
    reasoning: { effort: request.reasoning?.effort ?? null, summary: null },
    store: request.store ?? true,
    temperature: request.temperature ?? 1,
    text: { format: request.text?.format ?? { type: 'text' } },
    tool_choice: request.tool_choice ?? 'auto',
    tools: request.tools ?? [],
    top_p: request.top_p ?? 1,
    truncation: 'disabled',
    metadata: request.metadata ?? {},
  };
}

/** Writes the output items of a whole answer. */
export function outputOf(answer: Answer, head: ResponseHead, ids: ToolIds): OutputItem[] {
  const items: OutputItem[] = [];
  const { hex } = head;
  // They are those of all the text that there is.
  const logprobs = wantsLogprobs(head.request) ? saidLogprobs(answer) : [];
  for (const part of answer.content) {
    const item = itemOf(part, { hex, index: items.length, ids, logprobs });
    if (item) items.push(item);
  }
  return items;
}

interface ItemFacts {
  readonly hex: string;
  readonly index: number;
  readonly ids: ToolIds;
  /** Of a text, where they were asked for. */
  readonly logprobs?: readonly SaidLogprob[];
}

/** Writes the item of a part; parts that OpenAI has no item for are left out. */
export function itemOf(
  part: Part,
  { hex, index, ids, logprobs }: ItemFacts,
): OutputItem | undefined {
  if (part.type === 'text') {
    const content = isRefusal(part) ? refusalContent(part.text) : textContent(part.text, logprobs);
    return messageItem(`msg_${hex}_${index}`, content);
  }
  if (part.type === 'reasoning') return reasoningItem(`rs_${hex}_${index}`, part.text);
  if (part.type !== 'tool-call') return undefined;
  const by = part.providerMetadata?.tandem?.by;
  return {
    id: `fc_${hex}_${index}`,
    type: 'function_call',
    status: 'completed',
    call_id: ids.seal(part.toolCallId, typeof by === 'string' ? by : undefined),
    name: part.toolName,
    arguments: part.input,
    ...extraOf(part),
  };
}

/** The item of a thought. */
export function reasoningItem(id: string, text: string): OutputItem {
  const content = [{ type: 'reasoning_text', text }];
  return { id, type: 'reasoning', summary: [], content };
}

/** The item of a text or a refusal. */
export function messageItem(id: string, content: TextContent): OutputItem {
  return {
    id,
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [content],
  };
}

/** The content of a text's item. */
export type TextContent = ReturnType<typeof textContent> | ReturnType<typeof refusalContent>;

export function textContent(text: string, logprobs: readonly SaidLogprob[] = []) {
  return { type: 'output_text' as const, text, annotations: [], logprobs };
}

export function refusalContent(refusal: string) {
  return { type: 'refusal' as const, refusal };
}

/** Tells how an answer ended: whole, or cut and by what. */
export function endOf({
  finishReason,
}: Pick<Answer, 'finishReason'>): Pick<ResponseState, 'status' | 'incomplete'> {
  if (finishReason.unified === 'length')
    return { status: 'incomplete', incomplete: 'max_output_tokens' };
  if (finishReason.unified === 'content-filter' && finishReason.raw !== 'stop')
    return { status: 'incomplete', incomplete: 'content_filter' };
  return { status: 'completed' };
}

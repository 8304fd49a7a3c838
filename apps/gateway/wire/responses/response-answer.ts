import { isRefusal } from '../../../../src/entries/backends.ts';
import type { Answer } from '../../../../src/index.ts';
import { type UrlCitation, urlCitationOf } from '../annotations.ts';
import { extraOf, type SaidLogprob, saidLogprobs } from '../chat-answer.ts';
import { customText } from '../custom-tools.ts';
import { chatSound, pictureItem, pictureUrl } from '../pictures.ts';
import type { ToolIds } from '../tool-ids.ts';
import { responseUsage } from '../usage.ts';
import { wantsLogprobs } from './response-call.ts';
import type { ResponseRequest, ResponseTool } from './response-request.ts';
import { type ToolNames, toolNames } from './response-tools.ts';

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
  readonly status: 'queued' | 'in_progress' | 'completed' | 'incomplete' | 'failed' | 'cancelled';
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
  const hasEnded = status === 'completed';
  return {
    id: `resp_${hex}`,
    object: 'response',
    created_at: createdAt,
    completed_at: hasEnded ? Math.floor(Date.now() / 1000) : null,
    status,
    background: request.background ?? false,
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
  const { reasoning, text, conversation, tools } = request;
  const echo: Record<string, unknown> = {};
  for (const key in defaults)
    echo[key] = request[key as keyof typeof defaults] ?? defaults[key as keyof typeof defaults];
  return {
    ...echo,
    // No tier is another here.
    service_tier: 'default',
    conversation: conversation ? { id: conversationId(conversation) } : null,
    reasoning: { effort: reasoning?.effort ?? null, summary: reasoning?.summary ?? null },
    text: {
      format: formatOf(text?.format),
      ...(text?.verbosity && { verbosity: text.verbosity }),
    },
    tools: (tools ?? []).map(toolOf),
  };
}

const defaults = {
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  parallel_tool_calls: true,
  previous_response_id: null,
  store: true,
  temperature: 1,
  tool_choice: 'auto',
  top_p: 1,
  top_logprobs: 0,
  presence_penalty: 0,
  frequency_penalty: 0,
  truncation: 'disabled',
  safety_identifier: null,
  prompt_cache_key: null,
  metadata: {},
};

/** The id of a conversation, however a request names it. */
export function conversationId(named: NonNullable<ResponseRequest['conversation']>): string {
  return typeof named === 'string' ? named : named.id;
}

function toolOf(tool: ResponseTool): object {
  if (tool.type !== 'function') return tool;
  const { description, parameters, strict } = tool;
  return {
    ...tool,
    description: description ?? null,
    parameters: parameters ?? null,
    strict: strict ?? false,
  };
}

function formatOf(format: NonNullable<ResponseRequest['text']>['format']): object {
  if (format?.type !== 'json_schema') return format ?? { type: 'text' };
  const { description, strict } = format;
  return { ...format, description: description ?? null, strict: strict ?? false };
}

/** Writes the output items of a whole answer. */
export function outputOf(answer: Answer, head: ResponseHead, ids: ToolIds): OutputItem[] {
  const items: OutputItem[] = [];
  const { hex } = head;
  const names = toolNames(head.request);
  // They are those of all the text that there is.
  const logprobs = wantsLogprobs(head.request) ? saidLogprobs(answer) : [];
  const annotations = answer.content.flatMap(part => urlCitationOf(part) ?? []);
  for (const part of answer.content) {
    const item = itemOf(part, { hex, index: items.length, ids, names, logprobs, annotations });
    if (item) items.push(item);
  }
  return items;
}

interface ItemFacts {
  readonly hex: string;
  readonly index: number;
  readonly ids: ToolIds;
  readonly names: ToolNames;
  /** Of a text, where they were asked for. */
  readonly logprobs?: readonly SaidLogprob[];
  /** Of a text: what it rests on. */
  readonly annotations?: readonly UrlCitation[];
}

/** Writes the item of a part; parts that OpenAI has no item for are left out. */
export function itemOf(
  part: Part,
  { hex, index, ids, names, logprobs, annotations }: ItemFacts,
): OutputItem | undefined {
  if (part.type === 'text') {
    const content = isRefusal(part)
      ? refusalContent(part.text)
      : textContent(part.text, logprobs, annotations);
    return messageItem(`msg_${hex}_${index}`, content);
  }
  if (part.type === 'reasoning') return reasoningItem(`rs_${hex}_${index}`, part.text);
  const picture = pictureUrl(part);
  if (picture) return pictureItem(`ig_${hex}_${index}`, picture);
  const sound = chatSound(part);
  if (sound) return messageItem(`msg_${hex}_${index}`, soundContent(sound));
  if (part.type !== 'tool-call') return undefined;
  const by = part.providerMetadata?.tandem?.by;
  const callId = ids.seal(part.toolCallId, typeof by === 'string' ? by : undefined);
  const said = names.said(part.toolName);
  if (names.isCustom(part.toolName)) {
    const input = customText(part.input);
    const id = `ctc_${hex}_${index}`;
    return { id, type: 'custom_tool_call', call_id: callId, ...said, input };
  }
  return {
    id: `fc_${hex}_${index}`,
    type: 'function_call',
    status: 'completed',
    call_id: callId,
    ...said,
    arguments: part.input,
    ...extraOf(part),
  };
}

/** The item of a thought, as clients of OpenAI's own models and those of open ones read it. */
export function reasoningItem(id: string, text: string): OutputItem {
  const summary = [{ type: 'summary_text', text }];
  return { id, type: 'reasoning', summary, content: [{ type: 'reasoning_text', text }] };
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
export type TextContent =
  | ReturnType<typeof textContent>
  | ReturnType<typeof refusalContent>
  | ReturnType<typeof soundContent>;

export function textContent(
  text: string,
  logprobs: readonly SaidLogprob[] = [],
  annotations: readonly UrlCitation[] = [],
) {
  return { type: 'output_text' as const, text, annotations, logprobs };
}

export function refusalContent(refusal: string) {
  return { type: 'refusal' as const, refusal };
}

function soundContent({ data, transcript }: { data: string; transcript: string }) {
  return { type: 'output_audio' as const, data, transcript };
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

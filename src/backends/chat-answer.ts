/** OpenAI's chat completions: a whole answer, read from what the server sent. */
import { logprobMetadata } from '../model/logprobs.ts';
import type { Answer, Content, FinishReason, Usage } from '../model/types.ts';
import { chatLogprobs } from './chat-logprobs.ts';

type Text =
  | string
  | readonly { readonly type?: unknown; readonly text?: unknown; readonly thinking?: unknown }[]
  | null;

interface ChatChoice {
  readonly message: {
    readonly content?: Text;
    readonly refusal?: unknown;
    readonly reasoning_content?: string | null;
    readonly reasoning?: string | null;
    readonly tool_calls?: readonly WireToolCall[] | null;
  };
  readonly finish_reason?: string | null;
}

interface WireToolCall {
  readonly id?: string | null;
  readonly function: { readonly name: string; readonly arguments: string };
  readonly extra_content?: { readonly google?: { readonly thought_signature?: string | null } | null } | null;
}

/** An answer as it comes over the wire. */
interface ChatResponse {
  readonly id?: string | null;
  readonly created?: number | null;
  readonly model?: string | null;
  readonly choices: readonly [ChatChoice, ...ChatChoice[]];
  readonly usage?: WireUsage | null;
}

interface WireUsage {
  readonly prompt_tokens?: number | null;
  readonly completion_tokens?: number | null;
  readonly prompt_tokens_details?: { readonly cached_tokens?: number | null } | null;
  readonly completion_tokens_details?: Readonly<Record<string, number | null | undefined>> | null;
}

/** Tells whether a value is an answer: all of it that is read has the right type. */
export function isChatResponse(value: unknown): value is ChatResponse {
  const choice = (value as ChatResponse | null)?.choices?.[0];
  const message = choice?.message;
  if (typeof message !== 'object' || message === null) return false;
  const { content, tool_calls: calls, reasoning_content: reasoned, reasoning } = message;
  const isReadable =
    isTextOrNone(choice?.finish_reason) && isTextOrNone(reasoned) && isTextOrNone(reasoning) && isNamed(value);
  if (!isReadable || (!isTextOrNone(content) && !Array.isArray(content))) return false;
  return isNone(calls) || (Array.isArray(calls) && calls.every(isToolCall));
}

function isNamed(value: unknown): boolean {
  const { id, model, created, usage } = value as ChatResponse;
  return (
    isTextOrNone(id) &&
    isTextOrNone(model) &&
    (isNone(created) || typeof created === 'number') &&
    (isNone(usage) || (isCountOrNone(usage.prompt_tokens) && isCountOrNone(usage.completion_tokens)))
  );
}

function isToolCall(value: unknown): boolean {
  const { id, function: called } = (value ?? {}) as Partial<WireToolCall>;
  return isTextOrNone(id) && typeof called?.name === 'string' && typeof called.arguments === 'string';
}

const isNone = (value: unknown): value is null | undefined => value === null || value === undefined;
const isTextOrNone = (value: unknown) => isNone(value) || typeof value === 'string';
const isCountOrNone = (value: unknown) => isNone(value) || typeof value === 'number';

/** Reads an answer; log-probabilities come as the model's own metadata, all else under `key`. */
export function answerOf(body: ChatResponse, key: string): Omit<Answer, 'warnings'> {
  const { message, finish_reason: raw } = body.choices[0];
  const refusal = typeof message.refusal === 'string' ? message.refusal : '';
  const reasoning = message.reasoning_content ?? message.reasoning ?? '';
  const logprobs = chatLogprobs(body);
  return {
    content: [
      ...(reasoning === '' ? [] : [{ type: 'reasoning' as const, text: reasoning }]),
      ...textsOf(message.content),
      ...(refusal === '' ? [] : [{ type: 'text' as const, text: refusal }]),
      ...(message.tool_calls ?? []).map(called => toolCallOf(called, key)),
    ],
    finishReason: { unified: endOf(raw, refusal !== ''), raw: raw ?? undefined },
    usage: usageOf(body.usage),
    providerMetadata: { [key]: predictedTokens(body.usage), ...(logprobs.length > 0 && logprobMetadata(logprobs)) },
  };
}

function textsOf(content: Text | undefined): Content[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return (content ?? []).flatMap((part): Content[] => {
    if (part.type === 'text' && typeof part.text === 'string' && part.text !== '') {
      return [{ type: 'text', text: part.text }];
    }
    const thought =
      part.type === 'thinking' && Array.isArray(part.thinking) ? part.thinking.map(thoughtOf).join('') : '';
    return thought === '' ? [] : [{ type: 'reasoning', text: thought }];
  });
}

function thoughtOf(piece: { type?: unknown; text?: unknown } | null): string {
  return piece?.type === 'text' && typeof piece.text === 'string' ? piece.text : '';
}

function toolCallOf({ id, function: called, extra_content: extra }: WireToolCall, key: string): Content {
  const thoughtSignature = extra?.google?.thought_signature;
  return {
    type: 'tool-call',
    toolCallId: id || `call_${crypto.randomUUID()}`,
    toolName: called.name,
    input: called.arguments,
    ...(thoughtSignature && { providerMetadata: { [key]: { thoughtSignature } } }),
  };
}

function endOf(raw: string | null | undefined, isRefused: boolean): FinishReason['unified'] {
  if (raw === 'stop') return isRefused ? 'content-filter' : 'stop';
  if (raw === 'length') return 'length';
  if (raw === 'content_filter') return 'content-filter';
  return raw === 'tool_calls' || raw === 'function_call' ? 'tool-calls' : 'other';
}

function usageOf(usage: WireUsage | null | undefined): Usage {
  if (!usage) {
    return {
      inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
      outputTokens: { total: undefined, text: undefined, reasoning: undefined },
    };
  }
  const input = usage.prompt_tokens ?? 0;
  const output = usage.completion_tokens ?? 0;
  const cacheRead = usage.prompt_tokens_details?.cached_tokens ?? 0;
  const reasoning = usage.completion_tokens_details?.reasoning_tokens ?? 0;
  return {
    inputTokens: { total: input, noCache: input - cacheRead, cacheRead, cacheWrite: undefined },
    outputTokens: { total: output, text: Math.max(0, output - reasoning), reasoning },
    raw: usage as unknown as NonNullable<Usage['raw']>,
  };
}

function predictedTokens(usage: WireUsage | null | undefined): Record<string, number> {
  const { accepted_prediction_tokens: accepted, rejected_prediction_tokens: rejected } =
    usage?.completion_tokens_details ?? {};
  return {
    ...(typeof accepted === 'number' && { acceptedPredictionTokens: accepted }),
    ...(typeof rejected === 'number' && { rejectedPredictionTokens: rejected }),
  };
}

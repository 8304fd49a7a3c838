/** OpenAI's chat completions: a whole answer, read from what the server sent. */
import { logprobMetadata } from '../../model/leaf/logprobs.ts';
import { refusalMark } from '../../model/leaf/wishes.ts';
import type { Answer, Content } from '../../model/types.ts';
import { endOf, endWith } from '../written/end-words.ts';
import { inputText } from './call-input.ts';
import { chatLogprobs } from './chat-logprobs.ts';
import { type Offer, offeredName } from './repaired/call-names.ts';
import {
  contentOf,
  hasOtherEnd,
  hasOtherNames,
  isCountOrNone,
  isInput,
  isNone,
  isPlainParts,
  isTextOrNone,
  isTimeOrNone,
  lacksCalls,
  type OtherNames,
  pagesIn,
  picturesOf,
  predictedTokens,
  type Searched,
  soundOf,
  sourcesOf,
  type Text,
  transcriptIn,
  usageOf,
  type Wire,
  type WireUsage,
} from './wire-values.ts';

interface ChatChoice {
  readonly message: OtherNames & {
    readonly content?: Text;
    readonly refusal?: unknown;
    readonly reasoning_content?: string | null;
    readonly reasoning?: string | null;
    readonly tool_calls?: readonly WireToolCall[] | null;
  };
  readonly finish_reason?: string | null;
  /** Where Moonshot counts. */
  readonly usage?: WireUsage | null;
  /** Of a server that fails in the middle of its answer. */
  readonly error?: unknown;
  /** Of one that leaves out a level. */
  readonly tool_calls?: unknown;
}

interface WireToolCall {
  readonly id?: string | null;
  readonly function: { readonly name: string; arguments?: unknown };
  readonly extra_content?: {
    readonly google?: { readonly thought_signature?: string | null } | null;
  } | null;
}

/** An answer as it comes over the wire. */
interface ChatResponse extends Searched {
  readonly id?: string | null;
  readonly created?: number | null;
  readonly model?: string | null;
  readonly choices: readonly [ChatChoice, ...ChatChoice[]];
  readonly usage?: WireUsage | null;
  /** Where llama.cpp counts. */
  readonly timings?: WireUsage | null;
}

/** Tells whether a value is an answer: all of it that is read has the right type. */
export function isChatResponse(value: unknown): value is ChatResponse {
  const choice = (value as ChatResponse | null)?.choices?.[0];
  const message = choice?.message;
  if (typeof message !== 'object' || message === null || choice?.error || choice?.tool_calls)
    return false;
  if (hasOtherEnd(choice!)) return false;
  if ((value as ChatResponse).choices.length > 1 && lacksCalls(choice as object as Wire))
    return false;
  const { content, tool_calls: calls, reasoning_content: reasoned, reasoning } = message;
  if (hasOtherNames(message, reasoned || reasoning)) return false;
  const isReadable =
    isTextOrNone(choice?.finish_reason) &&
    isTextOrNone(reasoned) &&
    isTextOrNone(reasoning) &&
    isNamed(value);
  if (!isReadable || (!isTextOrNone(content) && !isPlainParts(content))) return false;
  return isNone(calls) || (Array.isArray(calls) && calls.every(isToolCall));
}

function isNamed(value: unknown): boolean {
  const { id, model, created, usage } = value as ChatResponse;
  return (
    isTextOrNone(id) &&
    isTextOrNone(model) &&
    isTimeOrNone(created) &&
    (isNone(usage) ||
      (isCountOrNone(usage.prompt_tokens) && isCountOrNone(usage.completion_tokens)))
  );
}

function isToolCall(value: unknown): boolean {
  const { id, function: called } = (value ?? {}) as Partial<WireToolCall>;
  const isNamed = typeof called?.name === 'string' && called.name !== '';
  return isTextOrNone(id) && isNamed && isInput(called);
}

/** What an answer is read with. */
interface AnswerFacts {
  /** Key of the provider metadata. */
  readonly key: string;
  /** How many of the likeliest tokens at each place are kept. */
  readonly mostTop?: number;
  /** What may be called. */
  readonly offer?: Offer;
}

/** Reads an answer; log-probabilities come as the model's own metadata, all else under `key`. */
export function answerOf(
  body: ChatResponse,
  { key, mostTop = 0, offer = {} }: AnswerFacts,
): Omit<Answer, 'warnings'> {
  const { message, finish_reason: raw } = body.choices[0];
  const refusal = typeof message.refusal === 'string' ? message.refusal : '';
  const reasoning = message.reasoning_content ?? message.reasoning ?? '';
  const logprobs = chatLogprobs(body, mostTop);
  const calls = distinct(message.tool_calls ?? []).map(called => toolCallOf(called, key, offer));
  const end = refusal === '' ? endOf(raw) : 'content-filter';
  return {
    content: [
      ...(reasoning === '' ? [] : [{ type: 'reasoning' as const, text: reasoning }]),
      ...contentOf(message.content || transcriptIn(message.audio)),
      ...(message.images ? picturesOf(message.images) : []),
      ...(message.audio ? soundOf(message.audio) : []),
      ...sourcesOf(message.annotations?.length ? message.annotations : pagesIn(body), key),
      ...(refusal === ''
        ? []
        : [{ type: 'text' as const, text: refusal, providerMetadata: refusalMark }]),
      ...calls,
    ],
    finishReason: { unified: endWith(end, calls.length > 0), raw: raw ?? undefined },
    usage: usageOf(body.usage ?? body.choices[0].usage ?? body.timings),
    providerMetadata: {
      [key]: predictedTokens(body.usage),
      ...(logprobs.length > 0 && logprobMetadata(logprobs)),
    },
  };
}

// Some servers give several calls one id.
function distinct(calls: readonly WireToolCall[]): WireToolCall[] {
  const known = new Set<string>();
  return calls.map(call => {
    if (!call.id || !known.has(call.id)) {
      known.add(call.id ?? '');
      return call;
    }
    return { ...call, id: null };
  });
}

function toolCallOf(
  { id, function: called, extra_content: extra }: WireToolCall,
  key: string,
  offer: Offer,
): Content {
  const thoughtSignature = extra?.google?.thought_signature;
  return {
    type: 'tool-call',
    toolCallId: id || `call_${crypto.randomUUID()}`,
    toolName: offeredName(called.name, offer),
    input: inputText(called.arguments),
    ...(thoughtSignature && { providerMetadata: { [key]: { thoughtSignature } } }),
  };
}

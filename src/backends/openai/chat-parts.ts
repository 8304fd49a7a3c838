/** OpenAI's chat completions: the parts of a stream, made of its chunks. */
import { logprobMetadata, type TokenLogprob } from '../../model/leaf/logprobs.ts';
import type { ApiCallError, StreamPart, Usage, Warning } from '../../model/types.ts';
import { apiFailure } from '../post-json.ts';
import { type ChatChunk, type Delta, isChatChunk } from './chat-chunk.ts';
import type { MetadataExtractor } from './chat-client.ts';
import { chatLogprobs } from './chat-logprobs.ts';
import { type ToolCallPieces, toolCallPieces } from './tool-call-pieces.ts';
import { contentOf, endOf, predictedTokens, usageOf, type WireUsage } from './wire-values.ts';

/** What the parts of a stream are made with. */
export interface PartFacts {
  readonly url: string;
  readonly statusCode: number;
  /** Key of the provider metadata. */
  readonly key: string;
  readonly warnings: readonly Warning[];
  /** How many of the likeliest tokens at each place are kept. */
  readonly mostTop: number;
  /** Whether chunks are shown as they came too. */
  readonly showsChunks: boolean;
  /** Reads what the server tells beside the answer. */
  readonly extractor?: ReturnType<MetadataExtractor['createStreamExtractor']>;
}

/** Reads a stream chunk by chunk. */
export interface ChatParts {
  /** Reads the data of an event. */
  read(data: string): void;
  /** Ends the stream: what is open is closed, and its `finish` comes. */
  end(): void;
}

interface PartState {
  readonly facts: PartFacts;
  readonly put: (part: StreamPart) => void;
  readonly tools: () => ToolCallPieces;
  readonly hasTools: () => boolean;
  readonly logprobs: TokenLogprob[];
  /** Log-probabilities of tokens whose text has not come yet. */
  pending: TokenLogprob[];
  open: 'text' | 'reasoning' | undefined;
  isNamed: boolean;
  isRefused: boolean;
  reason: string | undefined;
  hasFailed: boolean;
  usage: WireUsage | null | undefined;
}

/** Begins to read a stream; its parts are handed to `put` as they are made. */
export function chatParts(facts: PartFacts, put: (part: StreamPart) => void): ChatParts {
  let tools: ToolCallPieces | undefined;
  const openTools = () => {
    tools ??= toolCallPieces(put, facts.key);
    return tools;
  };
  const state: PartState = {
    facts,
    put,
    tools: openTools,
    hasTools: () => tools !== undefined,
    logprobs: [],
    pending: [],
    open: undefined,
    isNamed: false,
    isRefused: false,
    reason: undefined,
    hasFailed: false,
    usage: undefined,
  };
  put({ type: 'stream-start', warnings: [...facts.warnings] });
  return { read: data => readChunk(state, data), end: () => finish(state) };
}

function readChunk(state: PartState, data: string): void {
  const { facts, put } = state;
  const [read, cause] = parsed(data);
  if (facts.showsChunks && !cause) put({ type: 'raw', rawValue: read });
  if (!cause) facts.extractor?.processChunk(read);
  const error = (read as { error?: unknown } | null)?.error ?? undefined;
  if (cause) fail(state, failure(facts, 'A chunk of the stream is no JSON', { cause }));
  else if (error !== undefined) fail(state, serverFailure(facts, error));
  else if (isChatChunk(read)) readWhole(state, read);
  else fail(state, failure(facts, 'A chunk of the stream is no chat completion'));
}

function parsed(data: string): readonly [value: unknown, cause?: unknown] {
  try {
    return [JSON.parse(data)];
  } catch (cause) {
    return [null, cause];
  }
}

function readWhole(state: PartState, chunk: ChatChunk): void {
  readHead(state, chunk);
  const [choice] = chunk.choices;
  if (typeof choice?.finish_reason === 'string') state.reason = choice.finish_reason;
  if (choice && 'logprobs' in choice) {
    const found = chatLogprobs(chunk, state.facts.mostTop);
    state.logprobs.push(...found);
    state.pending.push(...found);
  }
  if (choice?.delta) readDelta(state, choice.delta);
}

function readHead(state: PartState, { id, model, created, usage }: ChatChunk): void {
  if (usage) state.usage = usage;
  if (state.isNamed || !(id || model || created)) return;
  state.isNamed = true;
  state.put({
    type: 'response-metadata',
    ...(id && { id }),
    ...(model && { modelId: model }),
    ...(created && { timestamp: new Date(created * 1000) }),
  });
}

function readDelta(state: PartState, delta: Delta): void {
  const thought = delta.reasoning_content ?? delta.reasoning;
  if (thought) say(state, 'reasoning', thought);
  const { content } = delta;
  if (typeof content === 'string') {
    if (content !== '') say(state, 'text', content);
  } else if (content) for (const { type, text } of contentOf(content)) say(state, type, text);
  if (typeof delta.refusal === 'string' && delta.refusal !== '') {
    state.isRefused = true;
    say(state, 'text', delta.refusal);
  }
  if (!delta.tool_calls?.length) return;
  if (state.open === 'reasoning') close(state);
  for (const call of delta.tool_calls) state.tools().add(call);
}

const ids = { text: 'txt-0', reasoning: 'reasoning-0' };

function say(state: PartState, type: 'text' | 'reasoning', delta: string): void {
  const id = ids[type];
  if (state.open !== type) {
    close(state);
    state.open = type;
    state.put({ type: `${type}-start`, id });
  }
  if (type === 'reasoning' || state.pending.length === 0) {
    state.put({ type: `${type}-delta`, id, delta });
  } else {
    state.put({
      type: `${type}-delta`,
      id,
      delta,
      providerMetadata: logprobMetadata(state.pending),
    });
    state.pending = [];
  }
}

function close(state: PartState): void {
  if (state.open) state.put({ type: `${state.open}-end`, id: ids[state.open] });
  state.open = undefined;
}

function finish(state: PartState): void {
  const { facts, put, reason, logprobs } = state;
  close(state);
  if (state.hasTools()) state.tools().end();
  if (reason === undefined && !state.hasFailed) {
    // Some proxy has closed it properly in the middle: asking again may help.
    fail(state, failure(facts, 'The stream ended without a reason', { isCut: true }));
  }
  put({
    type: 'finish',
    finishReason:
      reason === undefined
        ? { unified: 'error', raw: undefined }
        : { unified: endOf(reason, state.isRefused), raw: reason },
    usage: usageOf(state.usage) as Usage,
    providerMetadata: {
      [facts.key]: predictedTokens(state.usage),
      ...(logprobs.length > 0 && logprobMetadata(logprobs)),
      ...facts.extractor?.buildMetadata(),
    },
  });
}

function fail(state: PartState, error: ApiCallError): void {
  state.hasFailed = true;
  state.reason = undefined;
  state.put({ type: 'error', error });
}

function failure(
  { url, statusCode }: PartFacts,
  message: string,
  { isCut = false, cause }: { isCut?: boolean; cause?: unknown } = {},
): ApiCallError {
  return apiFailure(message, {
    url,
    isRetryable: isCut,
    ...(!isCut && { statusCode }),
    ...(cause !== undefined && { cause }),
  });
}

// What the server says of its failure; its own number is that of a status, where it is one.
function serverFailure({ url }: PartFacts, error: unknown): ApiCallError {
  const { message, code, type } = (typeof error === 'object' ? error : {}) as Record<
    string,
    unknown
  >;
  const said =
    typeof error === 'string' ? error : typeof message === 'string' ? message : 'The stream failed';
  const number = Number(code);
  const isStatus = number >= 400 && number < 600;
  const statusCode = isStatus ? number : type === 'invalid_request_error' ? 400 : 500;
  return apiFailure(said, { url, statusCode, data: error });
}

/** OpenAI's chat completions: the parts of a stream, made of its chunks. */
import { parseJson } from '../../algorithms/text/written/bounded-json.ts';
import { exactJson } from '../../algorithms/text/written/exact-json.ts';
import { logprobMetadata, type TokenLogprob } from '../../model/leaf/logprobs.ts';
import { refusalMark } from '../../model/leaf/wishes.ts';
import type { ApiCallError, StreamPart, Usage, Warning } from '../../model/types.ts';
import { apiFailure } from '../post-json.ts';
import { wordsInBody } from '../said-by-server.ts';
import { endOf, endWith } from '../written/end-words.ts';
import { type ChatChunk, type Delta, isChatChunk } from './chat-chunk.ts';
import type { MetadataExtractor } from './chat-client.ts';
import { chatLogprobs } from './chat-logprobs.ts';
import type { Offer } from './repaired/call-names.ts';
import { brokenOff, failureIn, namedFailure } from './repaired/failure-in-answer.ts';
import { type JsonValue, jsonValues } from './repaired/json-values.ts';
import { keepDigits } from './repaired/kept-digits.ts';
import { mendedAnswer } from './repaired/mended-answer.ts';
import { type ToolCallPieces, toolCallPieces } from './tool-call-pieces.ts';
import {
  contentOf,
  joinedSound,
  pagesIn,
  picturesOf,
  predictedTokens,
  soundOf,
  sourcesOf,
  transcriptIn,
  usageOf,
  type WireUsage,
} from './wire-values.ts';

/** What the parts of a stream are made with. */
export interface PartFacts {
  readonly url: string;
  readonly statusCode: number;
  /** Key of the provider metadata. */
  readonly key: string;
  readonly warnings: readonly Warning[];
  /** What may be called. */
  readonly offer: Offer;
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
  /**
   * Ends the stream: what is open is closed, and its `finish` comes. `isDone` where the server said
   * that all is said; `words` is what came that was no event.
   */
  end(isDone: boolean, words?: string): void;
}

interface PartState {
  readonly facts: PartFacts;
  readonly put: (part: StreamPart) => void;
  readonly tools: () => ToolCallPieces;
  readonly hasTools: () => boolean;
  readonly logprobs: TokenLogprob[];
  readonly pictures: Set<string>;
  /** Of a sound, piece by piece. */
  readonly heard: Record<string, unknown>[];
  /** Log-probabilities of tokens whose text has not come yet. */
  pending: TokenLogprob[];
  open: 'text' | 'reasoning' | 'refusal' | undefined;
  /** Of the choice that is read. */
  index: number | undefined;
  isNamed: boolean;
  isRefused: boolean;
  hasText: boolean;
  hasSources: boolean;
  /** Whether words came in pieces; a whole message beside them repeats them. */
  hasPieces: boolean;
  reason: string | undefined;
  hasFailed: boolean;
  usage: WireUsage | null | undefined;
}

/** Begins to read a stream; its parts are handed to `put` as they are made. */
export function chatParts(facts: PartFacts, put: (part: StreamPart) => void): ChatParts {
  let tools: ToolCallPieces | undefined;
  const openTools = () => {
    tools ??= toolCallPieces(put, facts);
    return tools;
  };
  const state: PartState = {
    facts,
    put,
    tools: openTools,
    hasTools: () => tools !== undefined,
    logprobs: [],
    pictures: new Set(),
    heard: [],
    pending: [],
    open: undefined,
    index: undefined,
    isNamed: false,
    isRefused: false,
    hasText: false,
    hasSources: false,
    hasPieces: false,
    reason: undefined,
    hasFailed: false,
    usage: undefined,
  };
  put({ type: 'stream-start', warnings: [...facts.warnings] });
  return { read: data => readData(state, data), end: (...how) => finish(state, ...how) };
}

function readData(state: PartState, data: string): void {
  const [read, cause] = parsed(data);
  const isOne = typeof read === 'object' && read !== null && !Array.isArray(read);
  const values = isOne ? [{ value: read, exact: () => exactJson(data) }] : jsonValues(data);
  if (values) for (const each of values) readChunk(state, each);
  else fail(state, failure(state.facts, 'A chunk of the stream is no JSON', { cause }));
}

function readChunk(state: PartState, { value, exact }: JsonValue): void {
  const { facts, put } = state;
  if (facts.showsChunks) put({ type: 'raw', rawValue: value });
  facts.extractor?.processChunk(value);
  const error = failureIn(value);
  if (error !== undefined) fail(state, namedFailure(error, facts));
  else if (isChatChunk(value)) {
    const [choice] = value.choices;
    if (choice?.delta?.tool_calls || choice?.message?.tool_calls) keepDigits(value, exact);
    readWhole(state, value);
  } else readMended(state, value, exact);
}

function readMended(state: PartState, value: unknown, exact: () => unknown): void {
  const { offer } = state.facts;
  const mended = mendedAnswer(value, offer);
  const { usage, choices } = (value ?? {}) as Partial<ChatChunk>;
  if (isChatChunk(mended)) {
    keepDigits(mended, () => mendedAnswer(exact(), offer));
    readWhole(state, mended);
  } else if (mended !== undefined || choices !== undefined)
    fail(state, failure(state.facts, 'A chunk of the stream is no chat completion'));
  // An event of another kind, such as one that keeps the connection alive, is none of ours.
  else if (usage) state.usage = usage;
}

// Where a whole answer comes in place of chunks, its calls are in order.
function deltaOf(message: Delta): Delta {
  const { tool_calls: calls } = message;
  if (!calls) return message;
  return { ...message, tool_calls: calls.map((call, index) => ({ ...call, index })) };
}

function parsed(data: string): readonly [value: unknown, cause?: unknown] {
  try {
    return [parseJson(data)];
  } catch (cause) {
    return [null, cause];
  }
}

function readWhole(state: PartState, chunk: ChatChunk): void {
  readHead(state, chunk);
  // Of several answers that nobody asked for the one that begins is read.
  state.index ??= chunk.choices[0]?.index ?? undefined;
  const choice = chunk.choices.find(({ index }) => (index ?? state.index) === state.index);
  state.hasPieces ||= hasWords(choice?.delta);
  if (choice?.message) {
    const { tool_calls: calls } = choice.message;
    if (!state.hasPieces) readDelta(state, deltaOf(choice.message));
    else if (calls && !state.hasTools()) readDelta(state, deltaOf({ tool_calls: calls }));
  }
  if (typeof choice?.finish_reason === 'string') {
    state.reason = choice.finish_reason;
    if (!state.hasSources) putSources(state, pagesIn(chunk));
    const { x_groq: more, timings } = chunk;
    state.usage ??= choice.usage ?? more?.usage ?? timings;
  }
  if (choice && 'logprobs' in choice) {
    const found = chatLogprobs(chunk, state.facts.mostTop);
    state.logprobs.push(...found);
    state.pending.push(...found);
  }
  if (choice?.delta) readDelta(state, choice.delta);
}

function hasWords(delta: Delta | null | undefined): boolean {
  const { content, reasoning_content: thought, tool_calls: calls, refusal } = delta ?? {};
  return Boolean(content || thought || calls || refusal);
}

function readHead(state: PartState, { id, model, created, usage }: ChatChunk): void {
  // Anthropic counts what it read at the begin, and what it wrote at the end.
  if (usage) state.usage = state.usage ? { ...state.usage, ...usage } : usage;
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
  const content = delta.content || transcriptIn(delta.audio);
  if (typeof content === 'string') {
    if (content !== '') say(state, 'text', content);
  } else if (content) for (const { type, text } of contentOf(content)) say(state, type, text);
  if (delta.refusal || delta.annotations || delta.images || delta.audio) readBeside(state, delta);
  if (!delta.tool_calls?.length) return;
  if (state.open === 'reasoning') close(state);
  for (const call of delta.tool_calls) state.tools().add(call);
}

function readBeside(state: PartState, { refusal, annotations, images, audio }: Delta): void {
  if (typeof audio === 'object' && audio) state.heard.push(audio as Record<string, unknown>);
  for (const picture of images ? picturesOf(images) : []) {
    // Some send it again with every chunk.
    const said = JSON.stringify(picture.data);
    if (state.pictures.has(said)) continue;
    state.pictures.add(said);
    state.hasText = true;
    close(state);
    state.put(picture);
  }
  if (typeof refusal === 'string' && refusal !== '') {
    state.isRefused = true;
    say(state, 'refusal', refusal);
  }
  if (Array.isArray(annotations)) putSources(state, annotations);
}

// The pieces of a sound make one part.
function putSound({ heard, put }: PartState): void {
  const texts = (name: string) =>
    heard.flatMap(({ [name]: said }) => (typeof said === 'string' && said !== '' ? [said] : []));
  const [data, transcript] = [joinedSound(texts('data')), texts('transcript').join('')];
  for (const part of soundOf({ ...Object.assign({}, ...heard), data, transcript })) put(part);
}

function putSources(state: PartState, annotations: readonly unknown[]): void {
  for (const source of sourcesOf(annotations, state.facts.key)) {
    state.hasSources = true;
    state.put(source);
  }
}

const ids = { text: 'txt-0', reasoning: 'reasoning-0', refusal: 'refusal-0' };

function say(state: PartState, kind: 'text' | 'reasoning' | 'refusal', delta: string): void {
  const id = ids[kind];
  const type = kind === 'refusal' ? 'text' : kind;
  state.hasText ||= type === 'text';
  if (state.open !== kind) {
    close(state);
    state.open = kind;
    const mark = kind === 'refusal' && { providerMetadata: refusalMark };
    state.put({ type: `${type}-start`, id, ...mark });
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
  const { open } = state;
  if (open) state.put({ type: open === 'reasoning' ? 'reasoning-end' : 'text-end', id: ids[open] });
  state.open = undefined;
}

function finish(state: PartState, isDone: boolean, words = ''): void {
  const { facts, put, logprobs, hasFailed } = state;
  // What was said to be whole has ended, though without a word for how.
  const reason = state.reason ?? (isDone && !hasFailed && hasSpoken(state) ? '' : undefined);
  close(state);
  if (state.heard.length > 0) putSound(state);
  if (state.hasTools()) state.tools().end();
  const unified = reason === undefined ? 'error' : unifiedOf(state, reason);
  if (unified === 'error' && !hasFailed)
    fail(state, reason === undefined ? endless(state, words) : brokenOff(reason, facts.url));
  put({
    type: 'finish',
    finishReason: { unified, raw: reason || undefined },
    usage: usageOf(state.usage) as Usage,
    providerMetadata: {
      [facts.key]: predictedTokens(state.usage),
      ...(logprobs.length > 0 && logprobMetadata(logprobs)),
      ...facts.extractor?.buildMetadata(),
    },
  });
}

// Some proxy has closed it properly in the middle: asking again may help.
function endless(state: PartState, words: string): ApiCallError {
  const isOther = words !== '' && !state.isNamed && !hasSpoken(state);
  const message = isOther ? 'The response is no stream' : 'The stream ended without a reason';
  const said = words === '' ? '' : `: ${wordsInBody(words).message}`;
  return failure(state.facts, `${message}${said}`, { isCut: !isOther });
}

function hasSpoken({ hasText, hasTools, heard }: PartState): boolean {
  return hasText || hasTools() || heard.length > 0;
}

function unifiedOf({ isRefused, hasTools }: PartState, reason: string) {
  const end = endOf(reason);
  return endWith(isRefused && end === 'stop' ? 'content-filter' : end, hasTools());
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

import { withLateWarnings } from '../../model/answer.ts';
import { unknownUsage } from '../../model/leaf/cost/usage.ts';
import { logprobMetadata, type TokenLogprob } from '../../model/leaf/logprobs.ts';
import { askingPlace, inCloud, noteElsewhere, onDevice } from '../../model/leaf/model/place.ts';
import type { Scheme } from '../../model/spec.ts';
import type { Answer, Call, LanguageModel, StreamPart, Warning } from '../../model/types.ts';
import { type Backend, modelVariables, placeIn } from '../backend.ts';
import { contextOverflow, promptTokens, requireWholePrompt } from '../context-check.ts';
import { askPlace, hostIn } from '../local-servers/place-told.ts';
import { modelFetch, type Sending } from '../model-fetch.ts';
import { noteOrigin } from '../server-origin.ts';
import {
  checkSettings,
  given,
  isLocalEndpoint,
  requireEndpoint,
  requireHeaders,
  requireModelName,
  requireOptions,
} from '../settings.ts';
import { inspectOllama } from './inspect-ollama.ts';
import {
  type OllamaTarget,
  postChat,
  readLines,
  readWhole,
  runningContext,
  trainedContext,
} from './ollama-http.ts';
import {
  contentIn,
  finishIn,
  type OllamaChunk,
  ollamaBody,
  toolCallsIn,
  usageIn,
} from './ollama-wire.ts';

/** A model of an Ollama server. */
export interface OllamaOptions extends Sending {
  /** As `ollama list` names it: `phi4-mini`, `qwen3:4b`. */
  readonly model: string;
  /** Default: `http://127.0.0.1:11434`. */
  readonly endpoint?: string;
  /**
   * Context window in tokens. Default: what the prompt and the answer need, at least 4096, at most
   * what it can.
   */
  readonly contextTokens?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Where Ollama listens when nothing else is said. */
const ollamaEndpoint = 'http://127.0.0.1:11434';

const knownOptions: Readonly<Record<keyof OllamaOptions, true>> = {
  model: true,
  endpoint: true,
  contextTokens: true,
  headers: true,
  fetch: true,
  connectMs: true,
  answerMs: true,
};
/** Settings of `ollama:`. */
const ollamaSettings = [
  'endpoint',
  'contextTokens',
  'headers',
  'fetch',
  'connectMs',
  'answerMs',
] as const;
const leastContext = 4096;
const defaultOutput = 1024;

/**
 * Makes a model of Ollama by its own protocol, which unlike the OpenAI-compatible one takes the
 * size of the context: with the server's default a long prompt would be cut in silence.
 * @throws TandemError `invalid_argument` for an option that is wrong, with the nearest name
 */
export function ollama(options: OllamaOptions): LanguageModel {
  requireOptions('ollama', options, { known: knownOptions, required: ['model'] });
  const { model } = options;
  const headers = requireHeaders({ 'content-type': 'application/json' }, options.headers);
  const endpoint = requireEndpoint(options.endpoint ?? ollamaEndpoint, 'OLLAMA_ENDPOINT').replace(
    /\/(v1|api)$/,
    '',
  );
  const isLocal = isLocalEndpoint(endpoint);
  const target: OllamaTarget = { endpoint, model, fetch: modelFetch(options, isLocal), headers };
  const contextOf = contextChooser(target, options.contextTokens);
  const prepare = async (call: Call, isStream: boolean) => {
    const contextTokens = await contextOf(call);
    return ollamaBody(call, { model, isStream, contextTokens });
  };
  // The server says how much of the prompt it read.
  const cutWarnings = (call: Call, last: OllamaChunk) =>
    requireWholePrompt(made, call, {
      usage: usageIn(last),
      contextNow: () => runningContext(target),
      mayCountNewAlone: true,
    });
  const noteHost = (chunk: OllamaChunk) => {
    const host = hostIn(chunk);
    if (host !== undefined) noteElsewhere(made, host);
  };
  const made: LanguageModel = {
    specificationVersion: 'v4',
    provider: 'tandem.ollama',
    modelId: `ollama:${model}`,
    supportedUrls: {},
    async doGenerate(call) {
      const { body, warnings } = await prepare(call, false);
      const chunk = await readWhole(target, await postChat(target, body, call), call);
      noteHost(chunk);
      return wholeAnswer(chunk, [...warnings, ...(await cutWarnings(call, chunk))]);
    },
    async doStream(call) {
      const { body, warnings } = await prepare(call, true);
      const response = await postChat(target, body, call);
      const lateWarnings = (last: OllamaChunk) => cutWarnings(call, last);
      const parts = streamParts(readLines(target, response), { warnings, lateWarnings, noteHost });
      return { stream: ReadableStream.from(parts) as ReadableStream<StreamPart> };
    },
  };
  noteOrigin(made, endpoint);
  return isLocal ? askingPlace(onDevice(made), () => askPlace(target)) : inCloud(made);
}

/** `ollama:NAME`. */
const ollamaScheme: Scheme = {
  name: 'ollama',
  summary: 'a model of an Ollama server',
  example: 'ollama:phi4-mini',
  settings: ollamaSettings,
  create(rest, settings) {
    checkSettings('ollama', settings, ollamaSettings);
    const env = settings.env ?? process.env;
    const endpoint = settings.endpoint ?? env.OLLAMA_ENDPOINT;
    const { contextTokens, headers, fetch, connectMs, answerMs } = settings;
    return ollama({
      model: requireModelName('ollama', rest, 'ollama:phi4-mini'),
      ...(endpoint && { endpoint }),
      ...given({ contextTokens, headers, fetch, connectMs, answerMs }),
    });
  },
};

/** Ollama, by its own protocol. */
export const ollamaBackend: Backend = {
  scheme: ollamaScheme,
  roles: {
    endpoint: 'OLLAMA_ENDPOINT',
    defaultEndpoint: ollamaEndpoint,
    model: modelVariables('OLLAMA'),
  },
  discover: env => placeIn(env, 'OLLAMA_ENDPOINT', ollamaEndpoint),
  inspect: inspectOllama,
  endpointAt: origin => origin,
  advise: {
    title: 'Ollama',
    start: 'ollama serve',
    fetchModel: model => `ollama pull ${model}`,
    widen: (_model, tokens) => `OLLAMA_CONTEXT_LENGTH=${tokens} ollama serve`,
  },
};

// A third more than the estimate, which may be low, in powers of two so that the server need not
// reload too often.
function contextChooser(
  target: OllamaTarget,
  fixed: number | undefined,
): (call: Call) => Promise<number> {
  let trained: Promise<number | undefined> | undefined;
  return async call => {
    const tokens = promptTokens(call);
    const need = tokens * 1.33 + (call.maxOutputTokens ?? defaultOutput);
    const wanted = fixed ?? Math.max(leastContext, 2 ** Math.ceil(Math.log2(need)));
    // Few models read less than this; a short call is not worth a question.
    if (fixed === undefined && wanted > leastContext) trained ??= trainedContext(target);
    const most = Math.min(wanted, (await trained) ?? wanted);
    if (tokens > most)
      throw contextOverflow(`ollama:${target.model}`, { tokens, contextTokens: most });
    return most;
  };
}

function wholeAnswer(chunk: OllamaChunk, warnings: Warning[]): Answer {
  const content = contentIn(chunk);
  const logprobs = logprobsIn(chunk);
  return {
    content,
    finishReason: finishIn(
      chunk,
      content.some(part => part.type === 'tool-call'),
    ),
    usage: usageIn(chunk),
    warnings,
    ...(logprobs.length > 0 && { providerMetadata: logprobMetadata(logprobs) }),
  };
}

interface OllamaStream {
  readonly warnings: Warning[];
  readonly lateWarnings: (last: OllamaChunk) => Promise<Warning[]>;
  readonly noteHost: (chunk: OllamaChunk) => void;
}

async function* streamParts(
  lines: AsyncIterable<OllamaChunk>,
  facts: OllamaStream,
): AsyncGenerator<StreamPart> {
  const { warnings, lateWarnings, noteHost } = facts;
  yield { type: 'stream-start', warnings };
  const logprobs: TokenLogprob[] = [];
  let open: 'text' | 'reasoning' | undefined;
  let block = 0;
  let hasToolCalls = false;
  const write = function* (
    kind: 'text' | 'reasoning',
    delta: string,
    metadata: Pick<StreamPart & { type: 'text-delta' }, 'providerMetadata'> = {},
  ): Generator<StreamPart> {
    if (delta === '') return;
    if (open !== kind) {
      if (open) yield { type: `${open}-end`, id: String(block) };
      open = kind;
      yield { type: `${kind}-start`, id: String(++block) };
    }
    yield { type: `${kind}-delta`, id: String(block), delta, ...metadata };
  };
  for await (const line of lines) {
    noteHost(line);
    const own = logprobsIn(line);
    logprobs.push(...own);
    yield* write('reasoning', line.message?.thinking ?? '');
    yield* write(
      'text',
      line.message?.content ?? '',
      own.length > 0 ? { providerMetadata: logprobMetadata(own) } : {},
    );
    for (const call of toolCallsIn(line)) {
      hasToolCalls = true;
      yield { type: 'tool-input-start', id: call.toolCallId, toolName: call.toolName };
      yield { type: 'tool-input-delta', id: call.toolCallId, delta: call.input };
      yield { type: 'tool-input-end', id: call.toolCallId };
      yield call;
    }
    if (!line.done) continue;
    if (open) yield { type: `${open}-end`, id: String(block) };
    const end = finishPart(line, hasToolCalls, logprobs);
    yield withLateWarnings(end, await lateWarnings(line));
    return;
  }
}

function finishPart(last: OllamaChunk, hasToolCalls: boolean, logprobs: readonly TokenLogprob[]) {
  return {
    type: 'finish' as const,
    finishReason: finishIn(last, hasToolCalls),
    usage: last.eval_count === undefined ? unknownUsage : usageIn(last),
    ...(logprobs.length > 0 && { providerMetadata: logprobMetadata(logprobs) }),
  };
}

function logprobsIn({ logprobs }: OllamaChunk): TokenLogprob[] {
  return (logprobs ?? []).flatMap(({ token, logprob }) =>
    typeof token === 'string' && typeof logprob === 'number' ? [{ token, logprob }] : [],
  );
}

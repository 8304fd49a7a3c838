import { charactersOf, estimateTokens } from '../model/leaf-call.ts';
import { logprobMetadata, type TokenLogprob } from '../model/logprobs.ts';
import { inCloud, onDevice } from '../model/place.ts';
import type { Scheme } from '../model/spec.ts';
import type { Answer, Call, LanguageModel, StreamPart, Warning } from '../model/types.ts';
import { unknownUsage } from '../model/usage.ts';
import { type OllamaTarget, postChat, readLines, readWhole } from './ollama-http.ts';
import { contentIn, finishIn, type OllamaChunk, ollamaBody, toolCallsIn, usageIn } from './ollama-wire.ts';
import { checkSettings, isLocalEndpoint, requireEndpoint, requireModelName } from './settings.ts';

/** A model of an Ollama server. */
export interface OllamaOptions {
  /** As `ollama list` names it: `phi4-mini`, `qwen3:4b`. */
  readonly model: string;
  /** Default: `http://127.0.0.1:11434`. */
  readonly endpoint?: string;
  /** Context window in tokens. Default: what the prompt and the answer need, at least 4096. */
  readonly contextTokens?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

const defaultEndpoint = 'http://127.0.0.1:11434';
const leastContext = 4096;
const defaultOutput = 1024;

/**
 * Makes a model of Ollama by its own protocol, which unlike the OpenAI-compatible one takes the size of the context:
 * with the server's default a long prompt would be cut in silence.
 */
export function ollama(options: OllamaOptions): LanguageModel {
  const { model, headers } = options;
  const endpoint = requireEndpoint(options.endpoint ?? defaultEndpoint, 'OLLAMA_ENDPOINT').replace(/\/(v1|api)$/, '');
  const target: OllamaTarget = { endpoint, model, ...(headers && { headers }) };
  const prepare = (call: Call, isStream: boolean) => {
    const contextTokens = options.contextTokens ?? neededContext(call);
    return { ...ollamaBody(call, { model, isStream, contextTokens }), contextTokens };
  };
  const made: LanguageModel = {
    specificationVersion: 'v4',
    provider: 'tandem.ollama',
    modelId: `ollama:${model}`,
    supportedUrls: {},
    async doGenerate(call) {
      const { body, warnings, contextTokens } = prepare(call, false);
      const chunk = await readWhole(target, await postChat(target, body, call.abortSignal));
      return wholeAnswer(chunk, [...warnings, ...cutWarnings(call, chunk, contextTokens)]);
    },
    async doStream(call) {
      const { body, warnings } = prepare(call, true);
      const response = await postChat(target, body, call.abortSignal);
      const parts = streamParts(readLines(target, response), warnings);
      return { stream: ReadableStream.from(parts) as ReadableStream<StreamPart> };
    },
  };
  return isLocalEndpoint(endpoint) ? onDevice(made) : inCloud(made);
}

/** `ollama:NAME`. */
export const ollamaScheme: Scheme = {
  name: 'ollama',
  summary: 'a model of an Ollama server',
  example: 'ollama:phi4-mini',
  create(rest, settings) {
    checkSettings('ollama', settings, ['endpoint', 'contextTokens', 'headers']);
    const env = settings.env ?? process.env;
    const endpoint = settings.endpoint ?? env.OLLAMA_ENDPOINT;
    return ollama({
      model: requireModelName('ollama', rest, 'ollama:phi4-mini'),
      ...(endpoint && { endpoint }),
      ...(settings.contextTokens !== undefined && { contextTokens: settings.contextTokens as number }),
      ...(settings.headers && { headers: settings.headers }),
    });
  },
};

// A third more than the estimate, which may be low, in powers of two so that the server need not reload too often.
function neededContext(call: Call): number {
  const prompt = estimateTokens(charactersOf(call.prompt)) * 1.33;
  const need = prompt + (call.maxOutputTokens ?? defaultOutput);
  return Math.max(leastContext, 2 ** Math.ceil(Math.log2(need)));
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

// The server says how much of the prompt it read; half the estimate or less means that it was cut.
function cutWarnings(call: Call, chunk: OllamaChunk, contextTokens: number): Warning[] {
  const expected = estimateTokens(charactersOf(call.prompt));
  const read = chunk.prompt_eval_count;
  if (read === undefined || expected < 200 || read > expected / 2) return [];
  const message =
    `Ollama read ${read} tokens of a prompt of about ${expected}: it was probably cut. ` +
    `Raise \`contextTokens\` (now ${contextTokens}).`;
  return [{ type: 'other', message }];
}

async function* streamParts(lines: AsyncIterable<OllamaChunk>, warnings: Warning[]): AsyncGenerator<StreamPart> {
  yield { type: 'stream-start', warnings };
  const logprobs: TokenLogprob[] = [];
  let open: 'text' | 'reasoning' | undefined;
  let block = 0;
  let hasToolCalls = false;
  const write = function* (kind: 'text' | 'reasoning', delta: string): Generator<StreamPart> {
    if (delta === '') return;
    if (open !== kind) {
      if (open) yield { type: `${open}-end`, id: String(block) };
      open = kind;
      yield { type: `${kind}-start`, id: String(++block) };
    }
    yield { type: `${kind}-delta`, id: String(block), delta };
  };
  for await (const line of lines) {
    logprobs.push(...logprobsIn(line));
    yield* write('reasoning', line.message?.thinking ?? '');
    yield* write('text', line.message?.content ?? '');
    for (const call of toolCallsIn(line)) {
      hasToolCalls = true;
      yield { type: 'tool-input-start', id: call.toolCallId, toolName: call.toolName };
      yield { type: 'tool-input-delta', id: call.toolCallId, delta: call.input };
      yield { type: 'tool-input-end', id: call.toolCallId };
      yield call;
    }
    if (!line.done) continue;
    if (open) yield { type: `${open}-end`, id: String(block) };
    yield {
      type: 'finish',
      finishReason: finishIn(line, hasToolCalls),
      usage: line.eval_count === undefined ? unknownUsage() : usageIn(line),
      ...(logprobs.length > 0 && { providerMetadata: logprobMetadata(logprobs) }),
    };
    return;
  }
}

function logprobsIn({ logprobs }: OllamaChunk): TokenLogprob[] {
  return (logprobs ?? []).flatMap(({ token, logprob }) =>
    typeof token === 'string' && typeof logprob === 'number' ? [{ token, logprob }] : [],
  );
}

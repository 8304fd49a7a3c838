import { withLateWarnings } from '../../model/answer.ts';
import { unknownUsage } from '../../model/leaf/cost/usage.ts';
import { logprobMetadata, type TokenLogprob, topLogprobsIn } from '../../model/leaf/logprobs.ts';
import { askingAbilities } from '../../model/leaf/model/abilities.ts';
import { placeOfHost } from '../../model/leaf/model/host-place.ts';
import { askingPlace, inCloud, noteElsewhere, placedAt } from '../../model/leaf/model/place.ts';
import type { Answer, LanguageModel, StreamPart, ToolCall, Warning } from '../../model/types.ts';
import { hostIn } from '../local-servers/place-told.ts';
import { modelFetch, type Sending } from '../model-fetch.ts';
import { tokenLogprobs } from '../openai/chat-logprobs.ts';
import { noteOrigin } from '../server-origin.ts';
import { isLocalEndpoint, requireEndpoint, requireHeaders, requireOptions } from '../settings.ts';
import { boundModel } from '../written/bound-model.ts';
import { readingModel } from '../written/reading-model.ts';
import { askerAt } from './ollama-asking.ts';
import { type OllamaTarget, readLines, readWhole } from './ollama-http.ts';
import {
  contentIn,
  finishIn,
  type OllamaChunk,
  picturesIn,
  toolCallsIn,
  usageIn,
} from './ollama-wire.ts';
import type { Think } from './thinking.ts';

/** A model of an Ollama server. */
export interface OllamaOptions extends Sending {
  /** As `ollama list` names it: `phi4-mini`, `qwen3:4b`. */
  readonly model: string;
  /** Default: `http://127.0.0.1:11434`. */
  readonly endpoint?: string;
  /**
   * Context window in tokens. Default: that with which the model runs already, else 4096; it grows
   * where a prompt needs more, at most to what the model can, and never shrinks, since with another
   * one Ollama loads the model again.
   */
  readonly contextTokens?: number;
  /**
   * Whether a thinking model thinks, or how much. Default: what the call's `reasoning` says, else
   * the model's own way.
   */
  readonly think?: Think;
  /** How long the model stays loaded: `10m`, seconds, or -1 for good. Default: Ollama's. */
  readonly keepAlive?: string | number;
  /** Further options of Ollama, such as `num_gpu` or `repeat_penalty`, for every call. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Where Ollama listens when nothing else is said. */
export const ollamaEndpoint = 'http://127.0.0.1:11434';

const knownOptions: Readonly<Record<keyof OllamaOptions, true>> = {
  model: true,
  endpoint: true,
  contextTokens: true,
  think: true,
  keepAlive: true,
  options: true,
  headers: true,
  fetch: true,
  connectMs: true,
  answerMs: true,
};
/**
 * Makes a model of Ollama by its own protocol, which unlike the OpenAI-compatible one takes the
 * size of the context: with the server's default a long prompt would be cut in silence.
 * @throws TandemError `invalid_argument` for an option that is wrong, with the nearest name
 * @example
 * ```ts
 * const local = ollama({ model: 'phi4-mini' });
 * ```
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
  const target: OllamaTarget = { endpoint, model, fetch: modelFetch(options, endpoint), headers };
  const server = askerAt(() => made, target, options);
  const noteHost = (chunk: OllamaChunk) => {
    const host = hostIn(chunk);
    if (host !== undefined) noteElsewhere(made, host);
  };
  const served: LanguageModel = {
    specificationVersion: 'v4',
    provider: 'tandem.ollama',
    modelId: `ollama:${model}`,
    supportedUrls: {},
    async doGenerate(call) {
      const sent = await server.send(call, false);
      const chunk = await readWhole(target, sent.response, call);
      noteHost(chunk);
      const top = topLogprobsIn(call);
      return wholeAnswer(chunk, top, [
        ...sent.warnings,
        ...(await server.lateWarnings(call, chunk, sent)),
      ]);
    },
    async doStream(call) {
      const sent = await server.send(call, true);
      const parts = streamParts(readLines(target, sent.response, call), {
        warnings: sent.warnings,
        top: topLogprobsIn(call),
        lateWarnings: last => server.lateWarnings(call, last, sent),
        noteHost,
      });
      return { stream: ReadableStream.from(parts) as ReadableStream<StreamPart> };
    },
  };
  const made = readingModel(boundModel(served));
  noteOrigin(made, endpoint);
  askingAbilities(made, server.abilities);
  const place = placeOfHost(endpoint);
  return isLocal ? askingPlace(placedAt(made, place, endpoint), server.place) : inCloud(made);
}

function wholeAnswer(chunk: OllamaChunk, top: number, warnings: Warning[]): Answer {
  const content = contentIn(chunk);
  const logprobs = tokenLogprobs(chunk.logprobs ?? [], top);
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
  /** How many of the likeliest tokens at each place are kept. */
  readonly top: number;
  readonly warnings: Warning[];
  readonly lateWarnings: (last: OllamaChunk) => Promise<Warning[]>;
  readonly noteHost: (chunk: OllamaChunk) => void;
}

async function* streamParts(
  lines: AsyncIterable<OllamaChunk>,
  facts: OllamaStream,
): AsyncGenerator<StreamPart> {
  const { warnings, lateWarnings, noteHost, top } = facts;
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
    const own = tokenLogprobs(line.logprobs ?? [], top);
    logprobs.push(...own);
    yield* write('reasoning', line.message?.thinking ?? '');
    yield* write(
      'text',
      line.message?.content ?? '',
      own.length > 0 ? { providerMetadata: logprobMetadata(own) } : {},
    );
    const calls = toolCallsIn(line);
    const others = [...picturesIn(line), ...calls.flatMap(partsOfCall)];
    hasToolCalls ||= calls.length > 0;
    if (open && (line.done || others.length > 0)) {
      yield { type: `${open}-end`, id: String(block) };
      open = undefined;
    }
    yield* others;
    if (!line.done) continue;
    const end = finishPart(line, hasToolCalls, logprobs);
    yield withLateWarnings(end, await lateWarnings(line));
    return;
  }
}

function partsOfCall(call: ToolCall): StreamPart[] {
  const { toolCallId: id, toolName, input: delta } = call;
  return [
    { type: 'tool-input-start', id, toolName },
    { type: 'tool-input-delta', id, delta },
    { type: 'tool-input-end', id },
    call,
  ];
}

function finishPart(last: OllamaChunk, hasToolCalls: boolean, logprobs: readonly TokenLogprob[]) {
  return {
    type: 'finish' as const,
    finishReason: finishIn(last, hasToolCalls),
    usage: last.eval_count === undefined ? unknownUsage : usageIn(last),
    ...(logprobs.length > 0 && { providerMetadata: logprobMetadata(logprobs) }),
  };
}

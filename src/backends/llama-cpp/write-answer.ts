import { stopCutter } from '../../algorithms/text/stop-cutter.ts';
import { logprobMetadata, type TokenLogprob, wantsLogprobs } from '../../model/leaf/logprobs.ts';
import type { Call, JsonSchema, StreamPart, Warning } from '../../model/types.ts';
import { contextOverflow } from '../context-check.ts';
import { foreignOptions } from '../provider-options.ts';
import type { EngineModel, LlamaCppModule, Sequence, Token } from './engine.ts';
import { jsonEnd } from './json-end.ts';
import { hasTemplate, promptTokens, type Template } from './prompt-tokens.ts';
import { type SequencePool, sharedPrefix } from './sequence-pool.ts';
import { type Callable, callableIn, callsIn, type TextDelta, toldOfTools } from './tool-calls.ts';

/** A model in memory, ready to write. */
export interface Loaded {
  readonly module: LlamaCppModule;
  readonly model: EngineModel;
  readonly modelId: string;
  readonly contextTokens: number;
  readonly template: Template;
  readonly pool: SequencePool;
  readonly grammarOf: (schema: JsonSchema) => Promise<unknown>;
  readonly grammarOfCalls: (callable: Callable) => Promise<unknown>;
}

interface EngineAnswer {
  readonly logprobs: readonly TokenLogprob[];
  /** Tokens written. */
  readonly count: number;
  readonly end: 'stop' | 'length';
}

const id = '0';

/**
 * Writes the answer to a call, token by token. @throws TandemError `model_failed` of kind
 * `context_overflow`
 */
export async function* writeAnswer(loaded: Loaded, given: Call): AsyncGenerator<StreamPart, void> {
  const { pool, modelId, contextTokens } = loaded;
  const callable = usableTools(loaded, given);
  const call = callable ? toldOfTools(given, callable) : given;
  const tokens = promptTokens(call, loaded);
  if (tokens.length >= contextTokens)
    throw contextOverflow(modelId, { tokens: tokens.length, contextTokens });
  const sequence = await pool.take(tokens, call.abortSignal);
  try {
    const cached = await rewind(sequence, tokens);
    yield {
      type: 'stream-start',
      warnings: [...ignoredOptions(given, callable), ...foreignOptions(given, [])],
    };
    const text = writeText(loaded, { call, callable, sequence, tokens, cached });
    const { written, isCall } = yield* callsIn(text, callable);
    const { logprobs, count, end } = written;
    yield {
      type: 'finish',
      finishReason: { unified: isCall ? 'tool-calls' : end, raw: end },
      usage: {
        inputTokens: {
          total: tokens.length,
          noCache: tokens.length - cached,
          cacheRead: cached,
          cacheWrite: undefined,
        },
        outputTokens: { total: count, text: count, reasoning: 0 },
      },
      ...(wantsLogprobs(call) && { providerMetadata: logprobMetadata(logprobs) }),
    };
  } finally {
    pool.give(sequence);
  }
}

// What was read before stays; the last token is read again, because what follows it is asked for.
async function rewind(sequence: Sequence, tokens: readonly Token[]): Promise<number> {
  const cached = Math.min(sharedPrefix(sequence.contextTokens, tokens), tokens.length - 1);
  if (cached === 0) await sequence.clearHistory();
  else await sequence.adaptStateToTokens(tokens.slice(0, cached), false);
  return cached;
}

// Whoever must call a tool is bound to by the grammar; who may must be told how, in a template.
function usableTools(loaded: Loaded, call: Call): Callable | undefined {
  const callable = callableIn(call);
  return callable && (callable.isDemanded || hasTemplate(loaded)) ? callable : undefined;
}

interface EngineWriting {
  readonly call: Call;
  readonly callable: Callable | undefined;
  readonly sequence: Sequence;
  readonly tokens: readonly Token[];
  readonly cached: number;
}

async function* writeText(
  loaded: Loaded,
  writing: EngineWriting,
): AsyncGenerator<TextDelta, EngineAnswer> {
  const { model, contextTokens } = loaded;
  const { call, callable, sequence, tokens, cached } = writing;
  const cutter = stopCutter({ before: call.stopSequences ?? [], after: undefined });
  const most = Math.min(
    call.maxOutputTokens ?? Number.POSITIVE_INFINITY,
    contextTokens - tokens.length,
  );
  const isWeighed = wantsLogprobs(call);
  const logprobs: TokenLogprob[] = [];
  let [count, told] = [0, 0];
  const news = (text: string): TextDelta[] => {
    if (text === '') return [];
    const since = logprobs.slice(told);
    told = logprobs.length;
    return [
      {
        type: 'text-delta',
        id,
        delta: text,
        ...(isWeighed && { providerMetadata: logprobMetadata(since) }),
      },
    ];
  };
  const textIn = answerReader(model, callable === undefined && hasSchema(call));
  let end: EngineAnswer['end'] = 'length';
  const steps = sequence.evaluateWithMetadata(
    tokens.slice(cached),
    { confidence: isWeighed },
    await samplingOf(loaded, call, callable),
  );
  for await (const { token, confidence = 1 } of steps) {
    call.abortSignal?.throwIfAborted();
    count++;
    if (isWeighed)
      logprobs.push({
        token: model.detokenize([token], true),
        logprob: Math.min(0, Math.log(confidence)),
      });
    const { text, isEnd } = textIn(token);
    yield* news(cutter.add(text));
    if (isEnd || cutter.isStopped) end = 'stop';
    if (isEnd || cutter.isStopped || count >= most) break;
  }
  yield* news(cutter.rest());
  return { logprobs, count, end };
}

// A grammar lets white space follow its value, of which small models write without end.
function answerReader(
  model: EngineModel,
  isJson: boolean,
): (token: Token) => { readonly text: string; readonly isEnd: boolean } {
  const textIn = textReader(model);
  const endIn = isJson ? jsonEnd() : undefined;
  return token => {
    if (model.isEogToken(token)) return { text: '', isEnd: true };
    const text = textIn(token);
    const length = endIn?.(text);
    return { text: text.slice(0, length), isEnd: length !== undefined };
  };
}

function hasSchema({ responseFormat }: Call): boolean {
  return responseFormat?.type === 'json' && responseFormat.schema !== undefined;
}

// Bytes of a character that is not whole yet stay back.
function textReader(model: EngineModel): (token: Token) => string {
  let pending: Token[] = [];
  let before: Token[] = [];
  return token => {
    pending.push(token);
    const text = model.detokenize(pending, false, before);
    if (text.endsWith('\uFFFD') && pending.length < 4) return '';
    before = pending;
    pending = [];
    return text;
  };
}

async function samplingOf(
  { module, model, grammarOf, grammarOfCalls }: Loaded,
  call: Call,
  callable: Callable | undefined,
): Promise<Record<string, unknown>> {
  const { temperature = 0, topP, topK, seed, responseFormat } = call;
  const schema = responseFormat?.type === 'json' ? responseFormat.schema : undefined;
  const grammar = callable ? await grammarOfCalls(callable) : schema && (await grammarOf(schema));
  const given = {
    temperature,
    topP,
    topK,
    // Without a seed every call draws anew.
    seed: seed ?? Math.floor(Math.random() * 2 ** 31),
    grammarEvaluationState: grammar && new module.LlamaGrammarEvaluationState({ model, grammar }),
    yieldEogToken: true,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function ignoredOptions(call: Call, callable: Callable | undefined): Warning[] {
  const files = call.prompt.some(
    ({ content }) => typeof content !== 'string' && content.some(part => part.type === 'file'),
  );
  const features = [
    ...(call.tools?.length && !callable && call.toolChoice?.type !== 'none' ? ['tools'] : []),
    ...(files ? ['files'] : []),
    ...(['presencePenalty', 'frequencyPenalty'] as const).filter(
      option => call[option] !== undefined,
    ),
    ...(call.responseFormat?.type === 'json' && !call.responseFormat.schema
      ? ['JSON without a schema']
      : []),
  ];
  return features.map(feature => ({
    type: 'unsupported',
    feature,
    details:
      'A model in this process reads text, and writes text, JSON by a schema, and calls of ' +
      'functions where its file has a ' +
      'chat template. Use llama-server for the rest.',
  }));
}

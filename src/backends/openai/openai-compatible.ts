import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { replay } from '../../model/answer.ts';
import { capabilitiesOf, noteCapabilities } from '../../model/capabilities.ts';
import {
  logprobMetadata,
  notAsked,
  type TokenLogprob,
  topLogprobsIn,
  wantsLogprobs,
  wholeStream,
  withoutLogprobWish,
  withTopWish,
} from '../../model/logprobs.ts';
import { withLateWarnings } from '../../model/pattern/late-warnings.ts';
import { inCloud, onDevice } from '../../model/place.ts';
import { refusingRedirects } from '../../model/redirect.ts';
import type { Answer, Call, LanguageModel, StreamPart } from '../../model/types.ts';
import { type ContextNow, contextOverflow, promptTokens, requireFit, requireWholePrompt } from '../context-check.ts';
import { type Patience, patientFetch } from '../http.ts';
import { explainFailure, type ServerAdvice } from '../local-servers/explain-failure.ts';
import { runningContextAt } from '../local-servers/running-context.ts';
import { noteOrigin } from '../server-origin.ts';
import { isLocalEndpoint } from '../settings.ts';
import { isPlainCall } from './chat-body.ts';
import { type ChatServer, chatAnswer } from './chat-client.ts';
import { chatLogprobs, tokensOnText, withTokens } from './chat-logprobs.ts';
import { chatStream, type EachPart } from './chat-stream.ts';
import { asReasoning, withoutTemperature } from './reasoning-model.ts';
import { humbleTo, schemaWarning } from './refused-wishes.ts';
import { fitsResponses, responsesAnswer } from './responses.ts';
import { sharingSamples } from './shared-samples.ts';

/** A server that speaks OpenAI's chat completions. */
export interface OpenAICompatibleOptions extends Patience {
  /** The model as the server names it. */
  readonly model: string;
  /** Base URL, with `/v1` where the server wants it. */
  readonly endpoint: string;
  /** Sent as a bearer token. */
  readonly apiKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: `device` for hosts on this machine or in its network, else `cloud`. */
  readonly place?: 'device' | 'cloud';
  /** Whether the server takes a JSON schema as `response_format`. Default: true. */
  readonly structuredOutputs?: boolean;
  /** Whether the model is one that reasons, which takes no temperature. Default: false. */
  readonly reasoning?: boolean;
  /** Context window in tokens, if known: a longer prompt is then refused before it is sent. */
  readonly contextTokens?: number;
  /** Id of the model in traces. Default: `openai-compatible:` and the model's name. */
  readonly modelId?: string;
  /** Replaces the network, for tokens that must be fetched first. */
  readonly fetch?: typeof globalThis.fetch;
  /** Changes the request body, for servers with names of their own. */
  readonly changeBody?: (body: Record<string, unknown>) => Record<string, unknown>;
}

/** How a server differs from OpenAI's. */
export interface Dialect {
  /** Name of the server's scheme, by which it can be asked for the context that a model runs with. */
  readonly scheme?: string;
  /** Log-probabilities are wished for by a flag, by a count, or given by the Responses API alone. Default: `flag`. */
  readonly logprobs?: 'flag' | 'count' | 'responses';
  /** Calls whose answer the server cannot stream as asked: it is then fetched whole and replayed. */
  readonly isWhole?: (call: Call) => boolean;
  readonly advice?: ServerAdvice;
}

// Under this key the SDK's provider reads options and the extractor below answers.
const providerKey = 'server';

/** Makes a model of an OpenAI-compatible server: LM Studio, vLLM, llama.cpp, MLX's server, a cloud. */
export function openaiCompatible(options: OpenAICompatibleOptions): LanguageModel {
  if (!options.reasoning) return chatModel(options, {});
  return withoutTemperature(chatModel({ changeBody: asReasoning, ...options }, {}));
}

/** Makes a model of a server with a dialect of its own. */
export function chatModel(options: OpenAICompatibleOptions, dialect: Dialect): LanguageModel {
  const { model, endpoint } = options;
  const isLocal = isLocalEndpoint(endpoint);
  const fetch = options.fetch ? refusingRedirects(options.fetch) : patientFetch(isLocal, options);
  const inner = innerModel({ ...options, fetch });
  const server: ChatServer = { structuredOutputs: true, optionsKey: providerKey, ...options, fetch };
  const explained = explainedBy(dialect, { endpoint, model });
  const humbly = humbleTo(() => outer);
  const contextNow = contextAt(options, dialect, fetch);
  const single = answererAt({ options: { ...options, fetch }, dialect, server, inner });
  const answerTo = sharingSamples(() => outer, providerKey, single);
  const generate = async (call: Call): Promise<Answer> => {
    requireFit(outer, call);
    const answer = await humbly(call, asked => explained(() => answerTo(asked)));
    if (saysTruncated(answer)) throw overflowOf(outer, call, answer.usage);
    const cut = await requireWholePrompt(outer, call, { usage: answer.usage, contextNow });
    const warnings = [...schemaWarning(outer, call), ...cut];
    return { ...answer, warnings: [...answer.warnings, ...warnings] };
  };
  const outer: LanguageModel = {
    specificationVersion: 'v4',
    provider: 'tandem.openai-compatible',
    modelId: options.modelId ?? `openai-compatible:${model}`,
    supportedUrls: {},
    doGenerate: generate,
    async doStream(call) {
      if (dialect.isWhole?.(call) || streamsNoLogprobs(outer, call)) {
        return { stream: ReadableStream.from(replay(wholeStream(await generate(call)))) as never };
      }
      requireFit(outer, call);
      const each = telling({ model: outer, call, dialect, contextNow });
      return humbly(call, asked =>
        explained(async () => {
          const wished = withTokens(asking(asked, dialect), asked);
          if (isPlainCall(wished)) return chatStream(server, wished, each);
          const { stream, ...rest } = await inner.doStream(wished);
          return { ...rest, stream: stream.pipeThrough(transformOf(each)) };
        }),
      );
    },
  };
  if (options.contextTokens !== undefined) noteCapabilities(outer, { contextTokens: options.contextTokens });
  noteOrigin(outer, endpoint);
  const place = options.place ?? (isLocal ? 'device' : 'cloud');
  return place === 'device' ? onDevice(outer) : inCloud(outer);
}

interface Telling {
  readonly model: LanguageModel;
  readonly call: Call;
  readonly dialect: Dialect;
  readonly contextNow: ContextNow;
}

// Puts log-probabilities on the text that they belong to, and looks at the end whether the prompt was read whole.
function telling({ model, call, dialect, contextNow }: Telling): EachPart {
  const tokens = tokensOnText(call);
  const isUnaskable = dialect.logprobs === 'responses' && wantsLogprobs(call);
  const end = async (part: Finish) => {
    const warnings = await requireWholePrompt(model, call, { usage: part.usage, contextNow });
    const ended = withLateWarnings(endPart(part), warnings);
    return isUnaskable ? notAsked(ended) : ended;
  };
  return part => {
    const known = tokens(part);
    return known?.type === 'finish' ? end(known) : known;
  };
}

function transformOf(each: EachPart): TransformStream<StreamPart, StreamPart> {
  return new TransformStream({
    async transform(part, to) {
      const told = await each(part);
      if (told) to.enqueue(told);
    },
  });
}

function explainedBy({ advice }: Dialect, facts: { readonly endpoint: string; readonly model: string }) {
  return async <T>(work: () => PromiseLike<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw advice ? explainFailure(error, { ...advice, ...facts }) : error;
    }
  };
}

interface Asked {
  readonly options: OpenAICompatibleOptions;
  readonly dialect: Dialect;
  readonly server: ChatServer;
  readonly inner: LanguageModel;
}

function answererAt({ options, dialect, server, inner }: Asked): (call: Call) => Promise<Answer> {
  return async call => {
    const isResponse = dialect.logprobs === 'responses' && wantsLogprobs(call);
    if (isResponse && fitsResponses(call)) return responsesAnswer(options, call);
    const wished = asking(call, dialect);
    const answer = isPlainCall(wished) ? await chatAnswer(server, wished) : named(await inner.doGenerate(wished));
    return isResponse ? notAsked(answer) : answer;
  };
}

// Known to send them with whole answers alone: better late than never.
function streamsNoLogprobs(model: LanguageModel, call: Call): boolean {
  const { logprobs, streamLogprobs } = capabilitiesOf(model);
  return wantsLogprobs(call) && streamLogprobs === false && logprobs !== false;
}

function innerModel(options: OpenAICompatibleOptions): LanguageModel {
  const { model, endpoint, apiKey, headers, fetch, changeBody } = options;
  const provider = createOpenAICompatible({
    name: providerKey,
    baseURL: endpoint,
    includeUsage: true,
    supportsStructuredOutputs: options.structuredOutputs ?? true,
    metadataExtractor: logprobExtractor,
    ...(apiKey !== undefined && { apiKey }),
    ...(headers && { headers }),
    ...(fetch && { fetch }),
    ...(changeBody && { transformRequestBody: changeBody }),
  });
  return provider.chatModel(model) as LanguageModel;
}

// The wish for log-probabilities, in the server's words.
function asking(call: Call, { logprobs = 'flag' }: Dialect): Call {
  if (!wantsLogprobs(call)) return call;
  if (logprobs === 'responses') return withoutLogprobWish(call);
  const { leaf: _ours, ...others } = call.providerOptions ?? {};
  const top = topLogprobsIn(call);
  const most = Math.max(1, top);
  const wish = logprobs === 'count' ? { logprobs: most } : { logprobs: true, top_logprobs: most };
  const asked = { ...call, providerOptions: { ...others, [providerKey]: { ...others[providerKey], ...wish } } };
  return withTopWish(asked, top);
}

function named(answer: Answer): Answer {
  const { providerMetadata, ...rest } = answer;
  const metadata = nameMetadata(providerMetadata);
  return metadata ? { ...rest, providerMetadata: metadata } : rest;
}

type Finish = Extract<StreamPart, { type: 'finish' }>;

function endPart(part: Finish): Finish {
  const metadata = nameMetadata(part.providerMetadata);
  return metadata ? { ...part, providerMetadata: metadata } : part;
}

function contextAt(options: OpenAICompatibleOptions, { scheme }: Dialect, fetch: typeof globalThis.fetch): ContextNow {
  const { endpoint, model, apiKey } = options;
  const headers = { ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }), ...options.headers };
  return async () => {
    if (options.contextTokens !== undefined || scheme === undefined) return options.contextTokens;
    return runningContextAt({ scheme, endpoint, model, headers, fetch });
  };
}

// llama.cpp's server says so where it cuts.
function saysTruncated({ response }: Answer): boolean {
  return (response?.body as { truncated?: unknown } | undefined)?.truncated === true;
}

function overflowOf({ modelId }: LanguageModel, call: Call, { inputTokens }: Answer['usage']) {
  const tokens = promptTokens(call);
  return contextOverflow(modelId, { tokens, contextTokens: inputTokens.total ?? tokens });
}

function nameMetadata(metadata: Answer['providerMetadata']): Answer['providerMetadata'] {
  const found = metadata?.[providerKey]?.logprobs as unknown as TokenLogprob[] | undefined;
  return found && found.length > 0 ? { ...metadata, ...logprobMetadata(found) } : metadata;
}

const logprobExtractor = {
  extractMetadata: async ({ parsedBody }: { parsedBody: unknown }) => extracted(chatLogprobs(parsedBody)),
  createStreamExtractor: () => {
    const all: TokenLogprob[] = [];
    return {
      processChunk: (chunk: unknown) => void all.push(...chatLogprobs(chunk)),
      buildMetadata: () => extracted(all),
    };
  },
};

function extracted(logprobs: readonly TokenLogprob[]) {
  return { [providerKey]: { logprobs: logprobs.map(({ token, logprob }) => ({ token, logprob })) } };
}

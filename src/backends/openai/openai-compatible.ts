import { replay, withLateWarnings } from '../../model/answer.ts';
import { listingAt, noteListing } from '../../model/leaf/cost/catalogue.ts';
import type { Listing } from '../../model/leaf/cost/catalogue-row.ts';
import {
  askingNoLogprobs,
  notAsked,
  topLogprobsIn,
  wantsLogprobs,
  wholeStream,
  withTopLogprobs,
} from '../../model/leaf/logprobs.ts';
import {
  type Abilities,
  askingAbilities,
  requireAbilities,
} from '../../model/leaf/model/abilities.ts';
import { capabilitiesOf, noteCapabilities } from '../../model/leaf/model/capabilities.ts';
import { placeOfHost } from '../../model/leaf/model/host-place.ts';
import {
  askingPlace,
  inCloud,
  isPlaceOpen,
  learnPlace,
  placedAt,
} from '../../model/leaf/model/place.ts';
import { toldOneCall } from '../../model/leaf/reading/reading.ts';
import { takesFields } from '../../model/leaf/wishes.ts';
import type { Answer, Call, LanguageModel } from '../../model/types.ts';
import type { Place } from '../../trace/span.ts';
import {
  type ContextNow,
  contextOverflow,
  promptTokens,
  requireFit,
  requireWholePrompt,
} from '../context-check.ts';
import { explainFailure, type ServerAdvice } from '../local-servers/explain-failure.ts';
import { inspectLlamaServer } from '../local-servers/inspect-servers.ts';
import { askPlace } from '../local-servers/place-told.ts';
import { runningContextAt, runningModel } from '../local-servers/running-context.ts';
import { modelFetch, type Sending } from '../model-fetch.ts';
import { noteDescription } from '../ollama/description.ts';
import { optionNamesOf } from '../provider-options.ts';
import type { Inspect } from '../server-facts.ts';
import { noteOrigin } from '../server-origin.ts';
import { given, isLocalEndpoint, requireEndpoint, requireOptions } from '../settings.ts';
import { boundModel } from '../written/bound-model.ts';
import { readingModel } from '../written/reading-model.ts';
import {
  type ChatServer,
  chatAnswer,
  chatHeaders,
  chatUrlAt,
  type MetadataExtractor,
} from './chat-client.ts';
import { type AtEnd, chatStream } from './chat-stream.ts';
import { asReasoning, withoutTemperature } from './reasoning-model.ts';
import { fallbackFor } from './refused/refused-parameters.ts';
import { fitsResponses, responsesAnswer } from './responses.ts';
import { sharingSamples } from './shared-samples.ts';
import { versionedFetch } from './versioned-fetch.ts';

/** A server that speaks OpenAI's chat completions. */
export interface OpenAICompatibleOptions extends Sending {
  /** The model as the server names it. */
  readonly model: string;
  /** Base URL, with `/v1` where the server wants it. */
  readonly endpoint: string;
  /** Sent as a bearer token. */
  readonly apiKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: `device` for hosts on this machine or in its network, else `cloud`. */
  readonly place?: Place;
  /** Whether the server takes a JSON schema as `response_format`. Default: true. */
  readonly structuredOutputs?: boolean;
  /** Whether the model is one that reasons, which takes no temperature. Default: false. */
  readonly reasoning?: boolean;
  /** Context window in tokens, if known: a longer prompt is then refused before it is sent. */
  readonly contextTokens?: number;
  /** Id of the model in traces. Default: `openai-compatible:` and the model's name. */
  readonly modelId?: string;
  /** Changes the request body, for servers with names of their own. */
  readonly changeBody?: (body: Record<string, unknown>) => Record<string, unknown>;
  /**
   * Reads what the server tells beside the answer into its `providerMetadata`, in the shape of the
   * SDK's extractors.
   */
  readonly metadataExtractor?: MetadataExtractor;
}

/** How a server differs from OpenAI's. */
export interface Dialect {
  /**
   * Names under which options of calls are read beside `openaiCompatible`, such as that of the
   * scheme.
   */
  readonly optionNames: readonly string[];
  /** Asks the server what it has, and with which context it runs. */
  readonly inspect?: Inspect;
  /**
   * Log-probabilities are asked for by a flag, by a count, or given by the Responses API alone.
   * Default: `flag`.
   */
  readonly logprobs?: 'flag' | 'count' | 'responses';
  /** Thinking is turned on and off in the template of a model. Default: by a field. */
  readonly thinking?: 'template';
  /**
   * Calls whose answer the server cannot stream as asked: it is then fetched whole and replayed.
   */
  readonly isWhole?: (call: Call) => boolean;
  /**
   * Whether its server holds a model to a demanded tool call; else a schema does. Default: true for
   * servers elsewhere.
   */
  readonly bindsCalls?: boolean;
  readonly advice?: ServerAdvice;
  /** Whose list its models stand in where its host is nobody's that is known: a scheme. */
  readonly vendor?: string;
  /** Whether its answer to a schema that it does not take is a mere HTTP 500. Default: false. */
  readonly isSchemaRefusedBy500?: boolean;
}

// Under this key our own options stand, and answers tell of themselves.
const ownKey = 'server';

const knownOptions: Readonly<Record<keyof OpenAICompatibleOptions, true>> = {
  model: true,
  endpoint: true,
  apiKey: true,
  headers: true,
  place: true,
  structuredOutputs: true,
  reasoning: true,
  contextTokens: true,
  modelId: true,
  fetch: true,
  connectMs: true,
  answerMs: true,
  changeBody: true,
  metadataExtractor: true,
};

/**
 * Makes a model of an OpenAI-compatible server: LM Studio, vLLM, llama.cpp, MLX's server, a cloud.
 * @throws TandemError `invalid_argument` for an option that is wrong, with the nearest name
 * @example
 * ```ts
 * const local = openaiCompatible({ endpoint: 'http://127.0.0.1:1234/v1', model: 'phi-4-mini' });
 * ```
 */
export function openaiCompatible(options: OpenAICompatibleOptions): LanguageModel {
  requireOptions('openaiCompatible', options, {
    known: knownOptions,
    required: ['model', 'endpoint'],
  });
  const endpoint = requireEndpoint(options.endpoint, 'endpoint');
  return chatModel({ ...options, endpoint }, { optionNames: ['openai'] });
}

/** Makes a model of a server with a dialect of its own. */
export function chatModel(options: OpenAICompatibleOptions, dialect: Dialect): LanguageModel {
  if (!options.reasoning) return plainModel(options, dialect);
  return withoutTemperature(plainModel({ changeBody: asReasoning, ...options }, dialect));
}

function plainModel(options: OpenAICompatibleOptions, dialect: Dialect): LanguageModel {
  const { model, endpoint } = options;
  const isLocal = isLocalEndpoint(endpoint);
  const server = serverOf(options, dialect);
  const explained = explainedBy(dialect, { endpoint, model });
  const askWithFallback = fallbackFor(() => outer, dialect.isSchemaRefusedBy500);
  const contextNow = contextAt(server, options, dialect);
  const answerTo = sharingSamples(() => outer, ownKey, answererAt(server, dialect));
  const generate = async (call: Call): Promise<Answer> => {
    const asking = requireAbilities(outer, call);
    if (asking) await asking;
    requireFit(outer, call);
    const answer = await askWithFallback(call, asked => explained(() => answerTo(asked)));
    if (saysTruncated(answer)) throw overflowOf(outer, call, answer.usage);
    const cut = requireWholePrompt(outer, call, { usage: answer.usage, contextNow });
    return cut ? { ...answer, warnings: [...answer.warnings, ...(await cut)] } : answer;
  };
  const served: LanguageModel = {
    specificationVersion: 'v4',
    provider: 'tandem.openai-compatible',
    modelId: options.modelId ?? `openai-compatible:${model}`,
    supportedUrls: {},
    doGenerate: generate,
    async doStream(call) {
      if (dialect.isWhole?.(call) || streamsNoLogprobs(outer, call)) {
        return { stream: ReadableStream.from(replay(wholeStream(await generate(call)))) as never };
      }
      await requireAbilities(outer, call);
      requireFit(outer, call);
      const atEnd = endOf({ model: outer, call, dialect, contextNow });
      return askWithFallback(call, asked =>
        explained(() => chatStream(server, asking(asked, dialect), atEnd)),
      );
    },
  };
  const bindsCalls = dialect.bindsCalls ?? !isLocal;
  const outer = readingModel(bindsCalls ? served : boundModel(served));
  toldOneCall.note(outer, true);
  const place = options.place ?? placeOfHost(endpoint);
  const listing = place === 'cloud' ? listedIn(options, dialect) : undefined;
  noteListing(outer, listing);
  noteContext(outer, options.contextTokens, listing);
  noteOrigin(outer, endpoint);
  if (isLocal) askingAbilities(outer, () => abilitiesAt(outer, server, dialect));
  return placed(outer, server, { place, isStated: options.place !== undefined });
}

function listedIn(
  { model, endpoint }: OpenAICompatibleOptions,
  { vendor }: Dialect,
): Listing | undefined {
  return listingAt({ name: model, endpoint, ...(vendor && { scheme: vendor }) });
}

function noteContext(
  model: LanguageModel,
  contextTokens: number | undefined,
  listing: Listing | undefined,
): void {
  if (contextTokens !== undefined) noteCapabilities(model, { contextTokens });
  else if (listing?.contextTokens !== undefined)
    noteCapabilities(model, { contextTokens: listing.contextTokens, isContextListed: true });
}

// Behind this protocol may be an Ollama too, some of whose models run elsewhere.
function placed(
  model: LanguageModel,
  server: ChatServer,
  { place, isStated }: { readonly place: Place; readonly isStated: boolean },
): LanguageModel {
  takesFields.note(model, true);
  if (place === 'cloud') return inCloud(model);
  const { endpoint } = server;
  return askingPlace(placedAt(model, place, endpoint), () =>
    askPlace(server, { tell: noteDescription(model), isStated }),
  );
}

// The place is asked first: it may be an Ollama, which then has said all.
async function abilitiesAt(
  model: LanguageModel,
  server: ChatServer,
  { inspect = inspectLlamaServer }: Dialect,
): Promise<Abilities | undefined> {
  if (isPlaceOpen(model)) await learnPlace(model);
  const { images, tools } = (await runningModel({ ...server, inspect })) ?? {};
  return given({ images, tools });
}

function serverOf(options: OpenAICompatibleOptions, dialect: Dialect): ChatServer {
  const { model, endpoint, structuredOutputs = true, changeBody, metadataExtractor } = options;
  const { logprobs, thinking, optionNames } = dialect;
  return {
    model,
    endpoint,
    chatUrl: chatUrlAt(endpoint),
    structuredOutputs,
    optionsKey: ownKey,
    optionNames: optionNamesOf(optionNames),
    headers: chatHeaders(options.apiKey, options.headers),
    fetch: versionedFetch(endpoint, modelFetch(options, endpoint)),
    ...(logprobs && { logprobs }),
    ...(thinking && { thinking }),
    ...(changeBody && { changeBody }),
    ...(metadataExtractor && { metadataExtractor }),
  };
}

interface Ending {
  readonly model: LanguageModel;
  readonly call: Call;
  readonly dialect: Dialect;
  readonly contextNow: ContextNow;
}

// Looks at the end whether the prompt was read whole.
function endOf({ model, call, dialect, contextNow }: Ending): AtEnd {
  const isUnaskable = dialect.logprobs === 'responses' && wantsLogprobs(call);
  return async end => {
    const cut = requireWholePrompt(model, call, { usage: end.usage, contextNow });
    const ended = cut ? withLateWarnings(end, await cut) : end;
    return isUnaskable ? notAsked(ended) : ended;
  };
}

function explainedBy(
  { advice }: Dialect,
  facts: { readonly endpoint: string; readonly model: string },
) {
  return <T>(work: () => Promise<T>): Promise<T> => {
    if (!advice) return work();
    return work().catch(error => {
      throw explainFailure(error, { ...advice, ...facts });
    });
  };
}

function answererAt(server: ChatServer, dialect: Dialect): (call: Call) => Promise<Answer> {
  return call => {
    const isResponse = dialect.logprobs === 'responses' && wantsLogprobs(call);
    if (isResponse && fitsResponses(call)) return responsesAnswer(server, call);
    const answer = chatAnswer(server, asking(call, dialect));
    return isResponse ? answer.then(notAsked) : answer;
  };
}

// Known to send them with whole answers alone: better late than never.
function streamsNoLogprobs(model: LanguageModel, call: Call): boolean {
  const { logprobs, streamLogprobs } = capabilitiesOf(model);
  return wantsLogprobs(call) && streamLogprobs === false && logprobs !== false;
}

// The request for log-probabilities, in the server's words.
function asking(call: Call, { logprobs = 'flag' }: Dialect): Call {
  if (!wantsLogprobs(call)) return call;
  if (logprobs === 'responses') return askingNoLogprobs(call);
  const { leaf, ...others } = call.providerOptions ?? {};
  const { logprobs: _asked, topLogprobs: _top, ...ours } = leaf ?? {};
  const top = topLogprobsIn(call);
  const most = Math.max(1, top);
  const parameters =
    logprobs === 'count' ? { logprobs: most } : { logprobs: true, top_logprobs: most };
  const asked = {
    ...call,
    providerOptions: {
      ...others,
      ...(leaf && Object.keys(ours).length > 0 && { leaf: ours }),
      [ownKey]: { ...others[ownKey], ...parameters },
    },
  };
  return withTopLogprobs(asked, top);
}

function contextAt(
  server: ChatServer,
  { contextTokens }: OpenAICompatibleOptions,
  { inspect }: Dialect,
): ContextNow {
  return async () => {
    if (contextTokens !== undefined || !inspect) return contextTokens;
    return runningContextAt({ ...server, inspect });
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

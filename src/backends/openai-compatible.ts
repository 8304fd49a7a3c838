import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { TandemError } from '../model/errors.ts';
import { logprobMetadata, type TokenLogprob, wantsLogprobs } from '../model/logprobs.ts';
import { inCloud, onDevice } from '../model/place.ts';
import type { Scheme, SpecSettings } from '../model/spec.ts';
import type { Answer, Call, LanguageModel, StreamPart } from '../model/types.ts';
import { checkSettings, isLocalEndpoint, requireEndpoint, requireModelName } from './settings.ts';

/** A server that speaks OpenAI's chat completions. */
export interface OpenAICompatibleOptions {
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
  /** Id of the model in traces. Default: `openai-compatible:` and the model's name. */
  readonly modelId?: string;
  /** Replaces the network, for tokens that must be fetched first. */
  readonly fetch?: typeof globalThis.fetch;
  /** Changes the request body, for servers with names of their own. */
  readonly changeBody?: (body: Record<string, unknown>) => Record<string, unknown>;
}

// Under this key the SDK's provider reads options and the extractor below answers.
const providerKey = 'server';

/** Makes a model of an OpenAI-compatible server: LM Studio, vLLM, llama.cpp, MLX's server, a cloud. */
export function openaiCompatible(options: OpenAICompatibleOptions): LanguageModel {
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
  const inner = provider.chatModel(model) as LanguageModel;
  const outer: LanguageModel = {
    specificationVersion: 'v4',
    provider: 'tandem.openai-compatible',
    modelId: options.modelId ?? `openai-compatible:${model}`,
    supportedUrls: {},
    doGenerate: async call => named(await inner.doGenerate(asking(call))),
    async doStream(call) {
      const { stream, ...rest } = await inner.doStream(asking(call));
      return { ...rest, stream: stream.pipeThrough(new TransformStream({ transform: namePart })) };
    },
  };
  const place = options.place ?? (isLocalEndpoint(endpoint) ? 'device' : 'cloud');
  return place === 'device' ? onDevice(outer) : inCloud(outer);
}

/** `openai-compatible:NAME`. */
export const openaiCompatibleScheme: Scheme = {
  name: 'openai-compatible',
  summary: 'LM Studio, vLLM, llama.cpp, MLX: any server that speaks OpenAI’s protocol',
  example: 'openai-compatible:phi-4-mini',
  create(rest, settings) {
    checkSettings('openai-compatible', settings, ['endpoint', 'apiKey', 'headers', 'place', 'structuredOutputs']);
    const env = settings.env ?? process.env;
    const apiKey = settings.apiKey ?? env.OPENAI_COMPATIBLE_API_KEY;
    return openaiCompatible({
      model: requireModelName('openai-compatible', rest, 'openai-compatible:phi-4-mini'),
      endpoint: requireEndpoint(settings.endpoint ?? env.OPENAI_COMPATIBLE_ENDPOINT, 'OPENAI_COMPATIBLE_ENDPOINT'),
      ...(apiKey && { apiKey }),
      ...shared(settings),
    });
  },
};

/** `openai:NAME`. */
export const openaiScheme: Scheme = {
  name: 'openai',
  summary: 'OpenAI',
  example: 'openai:gpt-4.1',
  create(rest, settings) {
    checkSettings('openai', settings, ['endpoint', 'apiKey', 'headers', 'place', 'structuredOutputs']);
    const env = settings.env ?? process.env;
    const apiKey = settings.apiKey ?? env.OPENAI_API_KEY;
    if (!apiKey) throw new TandemError('missing_setting', 'No key for OpenAI is set. Set OPENAI_API_KEY.');
    const model = requireModelName('openai', rest, 'openai:gpt-4.1');
    const endpoint = settings.endpoint ?? env.OPENAI_BASE_URL ?? 'https://api.openai.com/v1';
    return openaiCompatible({
      model,
      modelId: `openai:${model}`,
      endpoint: requireEndpoint(endpoint, 'OPENAI_BASE_URL'),
      apiKey,
      place: 'cloud',
      ...shared(settings),
    });
  },
};

function shared({ headers, place, structuredOutputs }: SpecSettings): Partial<OpenAICompatibleOptions> {
  return {
    ...(headers && { headers }),
    ...(place !== undefined && { place: place as 'device' | 'cloud' }),
    ...(structuredOutputs !== undefined && { structuredOutputs: structuredOutputs as boolean }),
  };
}

// The wish for log-probabilities, in the server's words.
function asking(call: Call): Call {
  const { leaf: _ours, ...others } = call.providerOptions ?? {};
  if (!wantsLogprobs(call)) return call;
  const own = { ...others[providerKey], logprobs: true, top_logprobs: 1 };
  return { ...call, providerOptions: { ...others, [providerKey]: own } };
}

function named(answer: Answer): Answer {
  const { providerMetadata, ...rest } = answer;
  const metadata = nameMetadata(providerMetadata);
  return metadata ? { ...rest, providerMetadata: metadata } : rest;
}

function namePart(part: StreamPart, controller: TransformStreamDefaultController<StreamPart>): void {
  const metadata = part.type === 'finish' ? nameMetadata(part.providerMetadata) : undefined;
  controller.enqueue(part.type === 'finish' && metadata ? { ...part, providerMetadata: metadata } : part);
}

function nameMetadata(metadata: Answer['providerMetadata']): Answer['providerMetadata'] {
  const found = metadata?.[providerKey]?.logprobs as unknown as TokenLogprob[] | undefined;
  return found && found.length > 0 ? { ...metadata, ...logprobMetadata(found) } : metadata;
}

const logprobExtractor = {
  extractMetadata: async ({ parsedBody }: { parsedBody: unknown }) => extracted(logprobsIn(parsedBody)),
  createStreamExtractor: () => {
    const all: TokenLogprob[] = [];
    return {
      processChunk: (chunk: unknown) => void all.push(...logprobsIn(chunk)),
      buildMetadata: () => extracted(all),
    };
  },
};

function extracted(logprobs: readonly TokenLogprob[]) {
  return { [providerKey]: { logprobs: logprobs.map(({ token, logprob }) => ({ token, logprob })) } };
}

function logprobsIn(body: unknown): TokenLogprob[] {
  const choice = (body as { choices?: { logprobs?: { content?: unknown } }[] } | undefined)?.choices?.[0];
  const content = choice?.logprobs?.content;
  if (!Array.isArray(content)) return [];
  return content.filter(
    (entry): entry is TokenLogprob => typeof entry?.token === 'string' && typeof entry?.logprob === 'number',
  );
}

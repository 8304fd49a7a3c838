import { exampleOf } from '../example-of.ts';
import { cloudRefusal, isCloud } from './wire-clouds.ts';
import {
  startWireDouble,
  type WireDouble,
  type WireRequest,
  type WireStep,
} from './wire-double.ts';

/** The servers of which there are doubles. */
export type ServerKind =
  | 'ollama'
  | 'lmstudio'
  | 'llama-server'
  | 'vllm'
  | 'mlx'
  | 'foundry-local'
  | 'openai'
  | 'azure';

/**
 * How a double of a server behaves; everything is as the server's public documentation says, unless
 * said otherwise.
 */
export interface ServerDoubleOptions {
  /** Default: `phi-4-mini`; with the tag that Ollama adds. */
  readonly models?: readonly string[];
  /** Whether the first model is loaded. Default: true. */
  readonly isLoaded?: boolean;
  /** Tokens of context, four characters each. Default: 8192. */
  readonly contextTokens?: number;
  /** Cuts a prompt that is too long and says nothing. Default: an error. */
  readonly truncates?: boolean;
  /** Accepts a request for log-probabilities and sends none. */
  readonly withoutLogprobs?: boolean;
  /** Always takes the likeliest token, whatever the temperature. */
  readonly withoutSamples?: boolean;
  /** Reads images. */
  readonly readsImages?: boolean;
  /** Never calls a tool. */
  readonly withoutTools?: boolean;
  /** Takes connections and never answers. */
  readonly hangs?: boolean;
  /** Milliseconds that an answer to a question about the server, at a path, takes. Default: 0. */
  readonly lookMs?: (path: string) => number;
  /** The format of a chat that its models have, in Ollama's words. */
  readonly template?: string;
  readonly version?: string;
  /** Key that a cloud demands; a bearer token of that name does too. */
  readonly key?: string;
  /** A reasoning model: it refuses `max_tokens`, a temperature and log-probabilities. */
  readonly isReasoning?: boolean;
  /** Refuses every prompt by its content filter. */
  readonly filters?: boolean;
  /**
   * Those of an Ollama’s models that run at `ollama.com`, and who says so. Default: none, and all
   * three.
   */
  readonly elsewhere?: readonly string[];
  readonly elsewhereIn?: readonly ('tags' | 'show' | 'answer')[];
  readonly steps?: readonly WireStep[];
}

/** Starts a double of a server: what it tells of itself, how it answers chats, what it refuses. */
export function startServerDouble(
  kind: ServerKind,
  options: ServerDoubleOptions = {},
): Promise<WireDouble> {
  const {
    steps = [{}],
    hangs,
    models = [kind === 'ollama' ? 'phi-4-mini:latest' : 'phi-4-mini'],
  } = options;
  const facts: DoubleFacts & { models: string[] } = {
    contextTokens: 8192,
    version: '1.0.0',
    isLoaded: true,
    ...options,
    models: [...models],
  };
  return startWireDouble(steps, (request, step) => {
    if (hangs) return { step: { hangs } };
    const path = `${request.method} ${request.path.split('?')[0]}`;
    if (path === 'POST /api/pull') return { step: { raw: pulled(request, facts) } };
    const told = about[kind](facts)[path];
    const delayMs = options.lookMs?.(request.path) ?? 0;
    if (told) return { json: told(request), ...(delayMs > 0 && { delayMs }) };
    const refused = isCloud(kind) ? cloudRefusal(kind, request, facts) : undefined;
    if (refused) return { step: { ...step, ...refused } };
    const isQuestion = request.method === 'GET' || path === 'POST /api/show';
    return isQuestion ? { json: undefined } : { step: chatStep(kind, request, { facts, step }) };
  });
}

type DoubleFacts = ServerDoubleOptions &
  Required<Pick<ServerDoubleOptions, 'models' | 'contextTokens' | 'version' | 'isLoaded'>>;
type DoubleRoutes = Readonly<Record<string, (request: WireRequest) => unknown>>;

// An Ollama's pull, in lines of JSON; a name that begins with `missing` is not in its library.
function pulled({ body }: WireRequest, { models }: { readonly models: string[] }): string {
  const name = String(body.model);
  const lines = name.startsWith('missing')
    ? [{ error: 'pull model manifest: file does not exist' }]
    : [
        { status: 'pulling manifest' },
        { status: 'pulling a', digest: 'sha256:a', total: 2_000_000, completed: 1_000_000 },
        { status: 'pulling a', digest: 'sha256:a', total: 2_000_000, completed: 2_000_000 },
        { status: 'success' },
      ];
  if (!name.startsWith('missing')) models.push(name.includes(':') ? name : `${name}:latest`);
  return `${lines.map(line => JSON.stringify(line)).join('\n')}\n`;
}

const listed = (models: readonly string[], more: object = {}) => ({
  object: 'list',
  data: models.map(id => ({ id, object: 'model', created: 1, ...more })),
});

/** What each server tells of itself, by request. */
const about: Readonly<Record<ServerKind, (facts: DoubleFacts) => DoubleRoutes>> = {
  ollama: ({ models, version, contextTokens, isLoaded, withoutTools, readsImages, ...facts }) => ({
    'GET /api/version': () => ({ version }),
    'GET /v1/models': () => listed(models, { owned_by: 'library' }),
    'GET /api/tags': () => ({
      models: models.map(name => ({
        name,
        model: name,
        digest: `digest-of-${name}`,
        ...remoteIn('tags', name, facts),
      })),
    }),
    'GET /api/ps': () => ({
      models: isLoaded
        ? [{ name: models[0], model: models[0], context_length: contextTokens }]
        : [],
    }),
    'POST /api/show': ({ body }) => ({
      ...remoteIn('show', body.model, facts),
      capabilities: [
        'completion',
        ...(withoutTools ? [] : ['tools']),
        ...(readsImages ? ['vision'] : []),
      ],
      ...(facts.template !== undefined && { template: facts.template }),
      model_info: { 'general.architecture': 'phi3', 'phi3.context_length': 131_072 },
    }),
  }),
  lmstudio: ({ models, contextTokens, isLoaded, readsImages }) => ({
    'GET /v1/models': () => listed(models),
    'GET /api/v0/models': () => ({
      object: 'list',
      data: models.map((id, index) => ({
        id,
        object: 'model',
        type: readsImages ? 'vlm' : 'llm',
        compatibility_type: 'gguf',
        quantization: 'Q4_K_M',
        state: isLoaded && index === 0 ? 'loaded' : 'not-loaded',
        max_context_length: 131_072,
        ...(isLoaded && index === 0 && { loaded_context_length: contextTokens }),
      })),
    }),
  }),
  'llama-server': ({ models, contextTokens, version, readsImages = false, withoutTools }) => ({
    'GET /health': () => ({ status: 'ok' }),
    'GET /props': () => ({
      default_generation_settings: { n_ctx: contextTokens },
      total_slots: 1,
      modalities: { vision: readsImages, audio: false },
      chat_template_caps: { supports_tools: !withoutTools },
      model_path: `/models/${models[0]}.gguf`,
      build_info: version,
    }),
    'GET /v1/models': () =>
      listed(models, { owned_by: 'llamacpp', meta: { n_ctx_train: 131_072 } }),
  }),
  vllm: ({ models, contextTokens, version }) => ({
    'GET /version': () => ({ version }),
    'GET /v1/models': () => listed(models, { owned_by: 'vllm', max_model_len: contextTokens }),
  }),
  mlx: ({ models }) => ({
    'GET /health': () => ({ status: 'ok' }),
    'GET /v1/models': () => listed(models),
  }),
  'foundry-local': ({ models, contextTokens, isLoaded }) => ({
    'GET /openai/status': () => ({
      endpoints: ['http://127.0.0.1'],
      modelDirPath: '/models',
      pipeName: 'pipe',
    }),
    'GET /foundry/list': () => ({
      models: models.map(alias => ({ name: idOf(alias), alias, runtime: { deviceType: 'CPU' } })),
    }),
    'GET /openai/loadedmodels': () => (isLoaded ? models.slice(0, 1).map(idOf) : []),
    ...Object.fromEntries(
      models.map(alias => [`GET /openai/load/${idOf(alias)}`, () => ({ loaded: true })]),
    ),
    'GET /v1/models': () =>
      listed(models.map(idOf), { owned_by: 'Microsoft', maxInputTokens: contextTokens }),
  }),

  openai: () => ({}),
  azure: () => ({}),
};

function remoteIn(
  where: 'tags' | 'show' | 'answer',
  name: unknown,
  {
    elsewhere = [],
    elsewhereIn = ['tags', 'show', 'answer'],
  }: Pick<ServerDoubleOptions, 'elsewhere' | 'elsewhereIn'>,
): WireStep['remote'] {
  if (!elsewhere.includes(String(name)) || !elsewhereIn.includes(where)) return undefined;
  return {
    remote_host: 'https://ollama.com:443',
    remote_model: String(name).replace(/[-:]cloud$/, ''),
  };
}

function idOf(alias: string): string {
  return `${alias}-instruct-generic-cpu`;
}

interface DoubleChat {
  readonly facts: DoubleFacts;
  readonly step: WireStep;
}

function chatStep(kind: ServerKind, request: WireRequest, { facts, step }: DoubleChat): WireStep {
  const { body } = request;
  const refused = refusal(kind, body, facts);
  if (refused) return { ...step, ...refused };
  const tokens = Math.ceil(textIn(body).length / 4);
  const schema = schemaIn(body);
  const tool = facts.withoutTools ? undefined : toolIn(body);
  return {
    promptTokens: Math.max(1, Math.min(tokens, facts.contextTokens)),
    ...drawn(body, facts),
    ...(schema !== undefined && { text: JSON.stringify(exampleOf(schema)) }),
    ...(tool && { tool }),
    remote: remoteIn('answer', body.model, facts),
    ...(kind === 'mlx' && { logprobShape: 'mlx' }),
    ...(kind === 'vllm' && typeof body.n === 'number' && { choices: body.n }),
    ...((facts.withoutLogprobs || isDeaf(kind, request)) && { withoutLogprobs: true }),
    ...step,
  };
}

// At a high temperature the answer goes by the seed.
function drawn(
  { temperature, seed, options }: WireRequest['body'],
  { withoutSamples }: DoubleFacts,
): WireStep {
  const own = (options ?? {}) as { temperature?: number; seed?: number };
  const chance = { heat: Number(temperature ?? own.temperature ?? 0), seed: seed ?? own.seed };
  if (withoutSamples || chance.heat < 1 || chance.seed === undefined) return {};
  return { text: `hello from the wire ${String(chance.seed)}` };
}

// LM Studio's chat completions take the request and send nothing.
function isDeaf(kind: ServerKind, { path }: WireRequest): boolean {
  return kind === 'lmstudio' && path.endsWith('/chat/completions');
}

function refusal(
  kind: ServerKind,
  body: WireRequest['body'],
  facts: DoubleFacts,
): WireStep | undefined {
  const tools = Array.isArray(body.tools) && body.tools.length > 0;
  if (kind === 'llama-server' && tools && body.stream === true && body.logprobs === true) {
    return {
      status: 400,
      error: { error: { code: 400, message: 'logprobs is not supported with tools + stream' } },
    };
  }
  const tokens = Math.ceil(textIn(body).length / 4);
  if (tokens <= facts.contextTokens || facts.truncates) return undefined;
  const message =
    overflowMessages[kind]?.(tokens, facts.contextTokens) ?? 'The prompt is too long.';
  const error =
    kind === 'ollama'
      ? { error: message }
      : { error: { code: 400, message, ...overflowTypes[kind] } };
  return { status: 400, error };
}

const overflowMessages: Partial<Record<ServerKind, (tokens: number, context: number) => string>> = {
  ollama: (tokens, context) =>
    `prompt too long; exceeded max context length by ${tokens - context} tokens`,
  'llama-server': (tokens, context) =>
    `request (${tokens} tokens) exceeds the available context size (${context} tokens), try ` +
    'increasing it',
  vllm: (tokens, context) =>
    `This model's maximum context length is ${context} tokens. However, you requested ${tokens} ` +
    'tokens.',
};

const overflowTypes: Partial<Record<ServerKind, object>> = {
  'llama-server': { type: 'exceed_context_size_error' },
  vllm: { type: 'BadRequestError' },
};

function textIn(body: WireRequest['body']): string {
  return JSON.stringify(body.messages ?? body.input ?? '');
}

function schemaIn(body: WireRequest['body']): unknown {
  const format = body.response_format as { json_schema?: { schema?: unknown } } | undefined;
  return format?.json_schema?.schema ?? (typeof body.format === 'object' ? body.format : undefined);
}

function toolIn(body: WireRequest['body']): WireStep['tool'] {
  const tools = body.tools as { function?: { name?: string; parameters?: unknown } }[] | undefined;
  const called = tools?.[0]?.function;
  return called?.name ? { name: called.name, input: exampleOf(called.parameters) } : undefined;
}

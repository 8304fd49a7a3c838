import { wantsLogprobs } from '../../model/leaf/logprobs.ts';
import { noteCapabilities } from '../../model/leaf/model/capabilities.ts';
import type { Scheme } from '../../model/spec.ts';
import type { Call } from '../../model/types.ts';
import { type Backend, modelVariables, placeIn, type ServerCommands } from '../backend.ts';
import { inspectList } from '../inspect-list.ts';
import { chatSettings, sharedOptions } from '../openai/openai-backends.ts';
import { chatModel, type Dialect } from '../openai/openai-compatible.ts';
import { fitsResponses } from '../openai/responses.ts';
import type { Inspect } from '../server-facts.ts';
import { checkSettings, requireEndpoint, requireModelName } from '../settings.ts';
import { inspectLlamaServer, inspectLmStudio, inspectMlx, inspectVllm } from './inspect-servers.ts';

/**
 * A server of OpenAI's protocol on this machine: where it listens, how it differs, what its users
 * do.
 */
export interface LocalServer extends ServerCommands {
  /** Name of its scheme. */
  readonly name: string;
  readonly summary: string;
  readonly example: string;
  /** Base URL when nothing else is said. */
  readonly endpoint: string;
  /**
   * Prefix of its variables: `LMSTUDIO` for `LMSTUDIO_ENDPOINT`, `LMSTUDIO_API_KEY`,
   * `LMSTUDIO_SLM_MODEL`.
   */
  readonly variables: string;
  /** Name of the one model that it serves, where a spec may leave it out. */
  readonly onlyModel?: string;
  /** How it differs. Default: not at all. */
  readonly dialect?: Partial<Dialect>;
  readonly structuredOutputs?: boolean;
  /**
   * How it is told from other servers, and what it says of itself. Default: by its list of models.
   */
  readonly inspect?: Inspect;
}

const hasTools = (call: Call) => (call.tools?.length ?? 0) > 0;

/** The servers that come with their own scheme, Ollama and Foundry Local apart. */
export const localServers: readonly LocalServer[] = [
  {
    name: 'lmstudio',
    title: 'LM Studio',
    summary: 'a model of LM Studio',
    example: 'lmstudio:phi-4-mini-instruct',
    endpoint: 'http://127.0.0.1:1234/v1',
    variables: 'LMSTUDIO',
    start: 'lms server start',
    fetchModel: model => `lms get ${model}`,
    widen: (model, tokens) => `lms load ${model} --context-length ${tokens}`,
    // It gives log-probabilities by the Responses API alone.
    dialect: { logprobs: 'responses', isWhole: call => wantsLogprobs(call) && fitsResponses(call) },
    inspect: inspectLmStudio,
  },
  {
    name: 'llama-server',
    title: 'llama-server',
    summary: 'the model of a llama.cpp server',
    example: 'llama-server:phi-4-mini',
    endpoint: 'http://127.0.0.1:8080/v1',
    variables: 'LLAMA_SERVER',
    onlyModel: 'default',
    start: 'llama-server -m MODEL.gguf',
    fetchModel: model => `llama-server -m ${model}.gguf`,
    widen: (_model, tokens) => `llama-server -m MODEL.gguf -c ${tokens}`,
    // It refuses tools, a stream and log-probabilities at once.
    dialect: {
      thinking: 'template',
      isWhole: call => wantsLogprobs(call) && hasTools(call),
    },
    inspect: inspectLlamaServer,
  },
  {
    name: 'vllm',
    title: 'vLLM',
    summary: 'a model of a vLLM server',
    example: 'vllm:microsoft/Phi-4-mini-instruct',
    endpoint: 'http://127.0.0.1:8000/v1',
    variables: 'VLLM',
    start: 'vllm serve MODEL',
    fetchModel: model => `vllm serve ${model}`,
    widen: (model, tokens) => `vllm serve ${model} --max-model-len ${tokens}`,
    dialect: { bindsCalls: true, thinking: 'template' },
    inspect: inspectVllm,
  },
  {
    name: 'mlx',
    title: 'MLX’s server',
    summary: 'the model of an mlx_lm.server',
    example: 'mlx:mlx-community/Phi-4-mini-instruct-4bit',
    endpoint: 'http://127.0.0.1:8080/v1',
    variables: 'MLX',
    onlyModel: 'default_model',
    start: 'mlx_lm.server --model MODEL',
    fetchModel: model => `mlx_lm.server --model ${model}`,
    widen: (model, tokens) => `mlx_lm.server --model ${model} --max-prompt-tokens ${tokens}`,
    // Log-probabilities are asked for by a count, and come whole.
    dialect: { logprobs: 'count', thinking: 'template', isWhole: wantsLogprobs },
    inspect: inspectMlx,
    structuredOutputs: false,
  },
];

/** Makes the backend of a server. */
export function localBackend(server: LocalServer): Backend {
  const { variables, endpoint, inspect = inspectList } = server;
  const variable = `${variables}_ENDPOINT`;
  return {
    scheme: schemeOf({ ...server, inspect }),
    roles: { endpoint: variable, defaultEndpoint: endpoint, model: modelVariables(variables) },
    discover: env => placeIn(env, variable, endpoint),
    inspect,
    chatAt: origin => `${origin}/v1`,
    advise: server,
  };
}

function schemeOf(server: LocalServer): Scheme {
  const { name, summary, example, variables, onlyModel, structuredOutputs } = server;
  return {
    name,
    summary,
    example,
    settings: chatSettings,
    create(rest, settings) {
      checkSettings(name, settings, chatSettings);
      const env = settings.env ?? process.env;
      const model =
        rest.trim() === '' && onlyModel ? onlyModel : requireModelName(name, rest, example);
      const apiKey = settings.apiKey ?? env[`${variables}_API_KEY`];
      const url = settings.endpoint ?? (env[`${variables}_ENDPOINT`] || server.endpoint);
      const options = {
        model,
        modelId: `${name}:${model}`,
        endpoint: versioned(requireEndpoint(url, `${variables}_ENDPOINT`)),
        ...(apiKey && { apiKey }),
        ...(structuredOutputs !== undefined && { structuredOutputs }),
        ...sharedOptions(settings),
      };
      const made = chatModel(options, dialectOf(server));
      return structuredOutputs === false
        ? noteCapabilities(made, { jsonSchema: false, refuses: ['response_format'] })
        : made;
    },
  };
}

function dialectOf(server: LocalServer): Dialect {
  const { name, dialect, inspect } = server;
  return { optionNames: [name], ...(inspect && { inspect }), advice: server, ...dialect };
}

/**
 * Adds the version that these servers have in their paths, where an endpoint has no path at all.
 */
function versioned(endpoint: string): string {
  return new URL(endpoint).pathname === '/' ? `${endpoint}/v1` : endpoint;
}

import { noteCapabilities } from '../../model/capabilities.ts';
import { wantsLogprobs } from '../../model/logprobs.ts';
import type { Scheme } from '../../model/spec.ts';
import type { Call } from '../../model/types.ts';
import { chatModel, type Dialect } from '../openai/openai-compatible.ts';
import { chatSettings, sharedOptions } from '../openai/openai-schemes.ts';
import { fitsResponses } from '../openai/responses.ts';
import { checkSettings, requireEndpoint, requireModelName } from '../settings.ts';

/** A server of OpenAI's protocol on this machine: where it listens, how it differs, what its users do. */
export interface LocalServer {
  /** Name of its scheme. */
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly example: string;
  /** Base URL when nothing else is said. */
  readonly endpoint: string;
  /** Prefix of its variables: `LMSTUDIO` for `LMSTUDIO_ENDPOINT`, `LMSTUDIO_API_KEY`, `LMSTUDIO_SLM_MODEL`. */
  readonly variables: string;
  /** Name of the one model that it serves, where a spec may leave it out. */
  readonly onlyModel?: string;
  /** Command that starts it. */
  readonly start: string;
  readonly fetchModel: (model: string) => string;
  /** Command that gives a model a context of so many tokens. */
  readonly widen: (model: string, tokens: number) => string;
  readonly dialect: Dialect;
  readonly structuredOutputs?: boolean;
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
    dialect: { isWhole: call => wantsLogprobs(call) && hasTools(call) },
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
    dialect: {},
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
    // Log-probabilities are wished for by a count, and come whole.
    dialect: { logprobs: 'count', isWhole: wantsLogprobs },
    structuredOutputs: false,
  },
];

/** Makes the scheme of a server. */
export function localScheme(server: LocalServer): Scheme {
  const { name, summary, example, variables, onlyModel } = server;
  return {
    name,
    summary,
    example,
    settings: chatSettings,
    create(rest, settings) {
      checkSettings(name, settings, chatSettings);
      const env = settings.env ?? process.env;
      const model = rest.trim() === '' && onlyModel ? onlyModel : requireModelName(name, rest, example);
      const apiKey = settings.apiKey ?? env[`${variables}_API_KEY`];
      const given = settings.endpoint ?? (env[`${variables}_ENDPOINT`] || server.endpoint);
      const { structuredOutputs } = server;
      const made = chatModel(
        {
          model,
          modelId: `${name}:${model}`,
          endpoint: versioned(requireEndpoint(given, `${variables}_ENDPOINT`)),
          ...(apiKey && { apiKey }),
          ...(structuredOutputs !== undefined && { structuredOutputs }),
          ...sharedOptions(settings),
        },
        { ...server.dialect, scheme: name, advice: server },
      );
      return structuredOutputs === false ? noteCapabilities(made, { jsonSchema: false }) : made;
    },
  };
}

/** Adds the version that these servers have in their paths, where an endpoint has no path at all. */
export function versioned(endpoint: string): string {
  return new URL(endpoint).pathname === '/' ? `${endpoint}/v1` : endpoint;
}

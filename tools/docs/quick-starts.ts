import type { ServerDoubleOptions, ServerKind } from '../../src/testing/index.ts';

/** How to begin with one server or cloud, and the double that stands in for it. */
export interface QuickStart {
  readonly title: string;
  /** What to know first, as Markdown. */
  readonly about: string;
  /** What gets and starts the model, or names the cloud: lines of a shell, shown and not run. */
  readonly prepare: readonly string[];
  readonly kind: ServerKind;
  readonly double: ServerDoubleOptions;
  /** Variables that lead to the double. */
  readonly env: (url: string) => Readonly<Record<string, string>>;
  /** The address that the page shows in place of the double's. */
  readonly address: string;
  /** What is asked of `tandem doctor`. */
  readonly doctor: readonly string[];
  readonly ask: readonly string[];
  /** Whether the package of Entra ID is stood in for. */
  readonly needsIdentity?: boolean;
}

const question = 'What is the capital of France?';

function local(scheme: string, name: string, more: Partial<QuickStart> = {}) {
  return {
    kind: scheme as ServerKind,
    double: { models: [name] },
    doctor: ['doctor'],
    ask: ['ask', '--local', `${scheme}:${name}`, question],
    ...more,
  };
}

function cloud(scheme: 'azure' | 'openai') {
  return {
    kind: scheme,
    double: { models: ['gpt-4.1'], key: 'key-1' },
    doctor: ['doctor', '--cloud', `${scheme}:gpt-4.1`, '--probe-cloud'],
    ask: ['ask', '--model', `${scheme}:gpt-4.1`, question],
  };
}

/** Every quick start, in the order of the page. */
export const quickStarts: readonly QuickStart[] = [
  {
    title: 'Ollama',
    about:
      '[Ollama](https://ollama.com/download) runs on Linux, macOS and Windows. `tandem init` ' +
      'offers to pull a model where it has none.',
    prepare: ['ollama pull phi4-mini'],
    ...local('ollama', 'phi4-mini', {
      double: { models: ['phi4-mini:latest'], contextTokens: 4096 },
    }),
    env: url => ({ OLLAMA_ENDPOINT: url }),
    address: 'http://127.0.0.1:11434',
  },
  {
    title: 'LM Studio',
    about:
      '[LM Studio](https://lmstudio.ai) has a window and the command `lms`. Its server is off ' +
      'until it is started.',
    prepare: ['lms get phi-4-mini-instruct', 'lms server start'],
    ...local('lmstudio', 'phi-4-mini-instruct'),
    env: url => ({ LMSTUDIO_ENDPOINT: url }),
    address: 'http://127.0.0.1:1234',
  },
  {
    title: 'llama.cpp',
    about:
      'llama.cpp’s server answers for one GGUF file. The same file also runs inside the process: ' +
      '`npm install --save-dev --ignore-scripts node-llama-cpp`, then ' +
      '`--local llama-cpp:FILE.gguf`.',
    prepare: ['llama-server -m phi-4-mini.gguf'],
    ...local('llama-server', 'phi-4-mini'),
    env: url => ({ LLAMA_SERVER_ENDPOINT: url }),
    address: 'http://127.0.0.1:8080',
  },
  {
    title: 'Foundry Local',
    about:
      'Microsoft’s Foundry Local chooses the variant of a model that fits the machine. Its port ' +
      'changes; `foundry service status` tells it, and Tandem asks there.',
    prepare: ['winget install Microsoft.FoundryLocal', 'foundry model run phi-4-mini'],
    ...local('foundry-local', 'phi-4-mini'),
    env: url => ({ FOUNDRY_LOCAL_ENDPOINT: url }),
    address: 'http://127.0.0.1:5273',
  },
  {
    title: 'MLX',
    about: 'On a Mac with Apple silicon, `mlx_lm.server` serves one model.',
    prepare: ['pip install mlx-lm', 'mlx_lm.server --model mlx-community/Phi-4-mini-instruct-4bit'],
    ...local('mlx', 'mlx-community/Phi-4-mini-instruct-4bit'),
    env: url => ({ MLX_ENDPOINT: url }),
    address: 'http://127.0.0.1:8080',
  },
  {
    title: 'vLLM',
    about: 'vLLM serves one model on a machine with a large GPU.',
    prepare: ['vllm serve microsoft/Phi-4-mini-instruct'],
    ...local('vllm', 'microsoft/Phi-4-mini-instruct'),
    env: url => ({ VLLM_ENDPOINT: url }),
    address: 'http://127.0.0.1:8000',
  },
  {
    title: 'Azure AI Foundry, with a key',
    about:
      'The endpoint and the key stand on the page of your resource in the portal; the ' +
      'deployment’s name is the model. `--probe-cloud` makes one minimal call, which costs a few ' +
      'tokens.',
    prepare: [
      'export AZURE_AI_FOUNDRY_ENDPOINT=https://NAME.services.ai.azure.com',
      'export AZURE_AI_API_KEY=…',
    ],
    ...cloud('azure'),
    env: url => ({ AZURE_AI_FOUNDRY_ENDPOINT: url, AZURE_AI_API_KEY: 'key-1' }),
    address: 'https://NAME.services.ai.azure.com',
  },
  {
    title: 'Azure AI Foundry, with Entra ID',
    about:
      'Without a key, Entra ID is asked for tokens: those of `az login`, of a managed identity, ' +
      'or of whatever `DefaultAzureCredential` finds. Your account needs the role ' +
      '_Cognitive Services OpenAI User_ or _Azure AI User_.',
    prepare: [
      'npm install @azure/identity && az login',
      'export AZURE_AI_FOUNDRY_ENDPOINT=https://NAME.services.ai.azure.com',
    ],
    ...cloud('azure'),
    env: url => ({ AZURE_AI_FOUNDRY_ENDPOINT: url }),
    address: 'https://NAME.services.ai.azure.com',
    needsIdentity: true,
  },
  {
    title: 'OpenAI',
    about: 'A key is made at platform.openai.com.',
    prepare: ['export OPENAI_API_KEY=…'],
    ...cloud('openai'),
    env: url => ({ OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: 'key-1' }),
    address: 'https://api.openai.com',
  },
  {
    title: 'Any other server',
    about:
      'Whatever speaks OpenAI’s protocol is `openai-compatible:NAME`, at the address that you ' +
      'give. On loopback it counts as local. Its address and the model stand in variables, or ' +
      'in a configuration.',
    prepare: [
      'export OPENAI_COMPATIBLE_ENDPOINT=http://127.0.0.1:9000/v1',
      'export SLM_BACKEND=openai-compatible OPENAI_COMPATIBLE_SLM_MODEL=my-model',
    ],
    kind: 'vllm',
    double: { models: ['my-model'] },
    env: url => ({
      OPENAI_COMPATIBLE_ENDPOINT: `${url}/v1`,
      SLM_BACKEND: 'openai-compatible',
      OPENAI_COMPATIBLE_SLM_MODEL: 'my-model',
    }),
    address: 'http://127.0.0.1:9000',
    doctor: ['doctor'],
    ask: ['ask', '--local', 'openai-compatible:my-model', question],
  },
];

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { llamaCpp } from '../../src/entries/backends.ts';
import type { LanguageModel } from '../../src/index.ts';
import type { ModelFile } from './model-files.ts';
import { freePort, runs, type Started, startServer } from './processes.ts';

/** A way to run files of weights on this machine. */
export interface Runtime {
  readonly name: 'llama-server' | 'ollama' | 'in process';
  /** Serves a file; by HTTP where there is a server. */
  open(file: ModelFile): Promise<Opened>;
}

/** A model that is served. */
export interface Opened {
  /** Where the server listens; absent in process. */
  readonly url?: string;
  /** The model in this process; absent where a server serves it. */
  readonly model?: LanguageModel;
  close(): Promise<void>;
}

/** Where the programs are that are not on PATH. */
export interface Programs {
  /** Folder that holds the Python package `xllamacpp`. */
  readonly python?: string | undefined;
  readonly ollama?: string | undefined;
}

const slots = 4;
const contextOfSlot = 4096;
const script = fileURLToPath(new URL('serve.py', import.meta.url));

/** Finds the runtimes of this machine, and says of the others why they are not used. */
export async function findRuntimes(
  programs: Programs,
): Promise<{ runtimes: Runtime[]; skipped: string[] }> {
  const found = [llamaServer(programs), ollamaServer(programs), await engine()];
  return {
    runtimes: found.filter(each => typeof each !== 'string'),
    skipped: found.filter(each => typeof each === 'string'),
  };
}

/** Answers that were kept stand in for the server: what was not asked before fails. */
export const replayed: Runtime = {
  name: 'llama-server',
  open: async () => ({ close: async () => {} }),
};

function llamaServer({ python }: Programs): Runtime | string {
  const env: Record<string, string> = python === undefined ? {} : { PYTHONPATH: python };
  const hasPackage = runs('python3', ['-c', 'import xllamacpp'], env);
  if (!hasPackage && !runs('llama-server', ['--version'])) {
    return 'llama-server: neither the Python package xllamacpp nor a program llama-server is here';
  }
  return {
    name: 'llama-server',
    async open({ path, name }) {
      const context = String(slots * contextOfSlot);
      if (hasPackage) {
        const args = [script, path, name, context, String(slots)];
        return opened(await startServer({ command: 'python3', args, env, ready: '/health' }));
      }
      const port = String(await freePort());
      const at = ['--host', '127.0.0.1', '--port', port, '--alias', name];
      const size = ['-c', context, '-np', String(slots), '-t', '1', '-tb', '1', '--poll', '0'];
      const args = ['-m', path, ...at, ...size, '--jinja', '--props'];
      const url = `http://127.0.0.1:${port}`;
      return opened(await startServer({ command: 'llama-server', args, url, ready: '/health' }));
    },
  };
}

function opened({ url, stop }: Started): Opened {
  return { url, close: stop };
}

function ollamaServer({ ollama = 'ollama' }: Programs): Runtime | string {
  if (!runs(ollama, ['--version'])) return 'ollama: no program ollama is on PATH';
  return {
    name: 'ollama',
    async open({ path, name }) {
      const folder = mkdtempSync(join(tmpdir(), 'tandem-real-'));
      const url = `http://127.0.0.1:${await freePort()}`;
      const env = {
        OLLAMA_HOST: url.slice('http://'.length),
        OLLAMA_MODELS: folder,
        OLLAMA_NUM_PARALLEL: '1',
        OLLAMA_KEEP_ALIVE: '30m',
      };
      const started = await startServer({
        command: ollama,
        args: ['serve'],
        env,
        url,
        ready: '/api/version',
      });
      const close = async () => {
        await started.stop();
        rmSync(folder, { recursive: true, force: true });
      };
      const modelfile = join(folder, 'Modelfile');
      writeFileSync(modelfile, modelfileOf(path, name));
      if (runs(ollama, ['create', name, '-f', modelfile], env)) return { url, close };
      await close();
      throw new Error(`ollama create ${name} failed for ${path}`);
    },
  };
}

// A file of weights alone gives Ollama no chat format: it is told, with tools where the model's own
// template has them.
function modelfileOf(path: string, name: string): string {
  const system = name.startsWith('qwen')
    ? 'You are Qwen, created by Alibaba Cloud. You are a helpful assistant.'
    : 'You are a helpful AI assistant named SmolLM, trained by Hugging Face';
  const ends = 'PARAMETER stop <|im_end|>\nPARAMETER num_thread 1\n';
  return `FROM ${path}\nTEMPLATE """${chatml(system, name.startsWith('qwen'))}"""\n${ends}`;
}

function chatml(system: string, withTools: boolean): string {
  const tools = withTools
    ? '{{ if .Tools }}\n\n# Tools\n\nYou may call one or more functions to assist with the user ' +
      'query.\n\nYou are provided with function signatures within <tools></tools> XML tags:\n' +
      '<tools>{{ range .Tools }}\n{"type": "function", "function": {{ .Function }}}{{ end }}\n' +
      '</tools>\n\nFor each function call, return a json object with function name and arguments ' +
      'within <tool_call></tool_call> XML tags:\n<tool_call>\n{"name": <function-name>, ' +
      '"arguments": <args-json-object>}\n</tool_call>{{ end }}'
    : '';
  const calls = withTools
    ? '{{ range .ToolCalls }}\n<tool_call>\n{"name": "{{ .Function.Name }}", "arguments": ' +
      '{{ .Function.Arguments }}}\n</tool_call>{{ end }}'
    : '';
  const turns =
    `{{ range .Messages }}{{ if eq .Role "user" }}<|im_start|>user\n{{ .Content }}<|im_end|>\n` +
    `{{ else if eq .Role "assistant" }}<|im_start|>assistant\n{{ .Content }}${calls}<|im_end|>\n` +
    '{{ else if eq .Role "tool" }}<|im_start|>user\n<tool_response>\n{{ .Content }}\n' +
    '</tool_response><|im_end|>\n{{ end }}{{ end }}<|im_start|>assistant\n';
  const first = `<|im_start|>system\n{{ if .System }}{{ .System }}{{ else }}${system}{{ end }}`;
  return `${first}${tools}<|im_end|>\n${turns}`;
}

// The package is optional: it is installed beside the project, or for its check alone.
const engineEntries = [
  'node-llama-cpp',
  new URL('../llama-cpp/node_modules/node-llama-cpp/dist/index.js', import.meta.url).href,
];

async function engine(): Promise<Runtime | string> {
  for (const entry of engineEntries) {
    const module = await import(entry).catch(() => undefined);
    if (!module) continue;
    return {
      name: 'in process',
      async open({ path }) {
        const settings = { threads: 1, gpu: false, contextTokens: 2048, sequences: 1 };
        const model = llamaCpp({ file: path, ...settings, module: async () => module as never });
        return { model, close: async () => model[Symbol.asyncDispose]() };
      },
    };
  }
  return 'in process: the optional package node-llama-cpp is not installed';
}

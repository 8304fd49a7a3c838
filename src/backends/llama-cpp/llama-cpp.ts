import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { answerCollector } from '../../model/answer.ts';
import { askingAbilities, requireAbilities } from '../../model/leaf/model/abilities.ts';
import { noteCapabilities } from '../../model/leaf/model/capabilities.ts';
import { onDevice } from '../../model/leaf/model/place.ts';
import type { Scheme, SpecSettings } from '../../model/spec.ts';
import type { Call, LanguageModel, StreamPart } from '../../model/types.ts';
import { type Backend, modelVariables } from '../backend.ts';
import { cacheFolder } from '../diagnosis/capability-cache.ts';
import { checkSettings, requireModelName, requireOptions } from '../settings.ts';
import { readingModel } from '../written/reading-model.ts';
import { importLlamaCpp, installLlamaCpp, type LlamaCppModule } from './engine.ts';
import { engineSchema } from './engine-schema.ts';
import { modelFile } from './model-file.ts';
import { hasTemplate, type Template } from './prompt-tokens.ts';
import { sequencePool } from './sequence-pool.ts';
import { callsOrText, schemaOfCallable } from './tool-calls.ts';
import { type Loaded, writeAnswer } from './write-answer.ts';

/** A model of a GGUF file in this process, by llama.cpp. */
export interface LlamaCppOptions {
  /** Path of the file, or `https://…/NAME.gguf`, which is fetched once. */
  readonly file: string;
  /** SHA-256 of the file, in hexadecimal; needed to fetch it. */
  readonly sha256?: string;
  /**
   * Context of each sequence, in tokens. Default: what the model was trained with, at most 8192.
   */
  readonly contextTokens?: number;
  /** Calls that are answered at the same time, in one batch. Default: 4. */
  readonly sequences?: number;
  /** Default: one less than there are cores, at least 1. */
  readonly threads?: number;
  /** Whether a graphics card is used where there is one. Default: true. */
  readonly gpu?: boolean;
  /**
   * `none` sends the last user message as it is. Default: the template of the file, if it has one.
   */
  readonly template?: Template;
  /** Folder in which fetched files are kept. Default: in the cache of the system. */
  readonly folder?: string;
  /** Is told how many bytes of how many are there, while a file is fetched. */
  readonly onProgress?: (received: number, total: number | undefined) => void;
  /** Fetches the file in place of the platform's `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
  /** Default: the optional package `node-llama-cpp`. */
  readonly module?: () => Promise<LlamaCppModule>;
}

const settings = [
  'sha256',
  'contextTokens',
  'sequences',
  'threads',
  'gpu',
  'template',
  'folder',
  'fetch',
] as const;
const knownOptions: Readonly<Record<keyof LlamaCppOptions, true>> = {
  file: true,
  sha256: true,
  contextTokens: true,
  sequences: true,
  threads: true,
  gpu: true,
  template: true,
  folder: true,
  onProgress: true,
  fetch: true,
  module: true,
};

/**
 * Makes a model of a GGUF file in this process; it is fetched and loaded when it is first asked.
 * Calls at the same time share one context and are answered in one batch; a prompt that begins as
 * an earlier one is read from there. Log-probabilities are those at the temperature of the call.
 * `Symbol.asyncDispose` frees its memory.
 * @throws TandemError `invalid_argument` for an option that is wrong, with the nearest name
 * @example
 * ```ts
 * await using local = llamaCpp({ file: './models/phi-4-mini.gguf' });
 * ```
 */
export function llamaCpp(options: LlamaCppOptions): LanguageModel & AsyncDisposable {
  requireOptions('llamaCpp', options, { known: knownOptions, required: ['file'] });
  const modelId = `llama-cpp:${options.file}`;
  let loading: Promise<Loaded & { dispose(): Promise<void> }> | undefined;
  const loaded = () => {
    loading ??= load(options, modelId).catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
  const ready = async (call: Call) => {
    await requireAbilities(model, call);
    return loaded();
  };
  const model: LanguageModel = readingModel({
    specificationVersion: 'v4',
    provider: 'tandem.llama-cpp',
    modelId,
    supportedUrls: {},
    async doGenerate(call) {
      const collector = answerCollector();
      for await (const part of writeAnswer(await ready(call), call)) collector.add(part);
      return collector.answer();
    },
    async doStream(call) {
      const parts = writeAnswer(await ready(call), call);
      return { stream: ReadableStream.from(parts) as ReadableStream<StreamPart> };
    },
  });
  const dispose = async () => (await loading)?.dispose();
  const known = {
    logprobs: true,
    images: false,
    jsonSchema: true,
    streaming: true,
    streamUsage: true,
    n: false,
  };
  // Without a template a model cannot be told of tools.
  askingAbilities(model, async () => ({ tools: hasTemplate(await loaded()) }));
  return Object.assign(noteCapabilities(onDevice(model), known), {
    [Symbol.asyncDispose]: dispose,
  });
}

/** `llama-cpp:FILE`. */
const llamaCppScheme: Scheme = {
  name: 'llama-cpp',
  summary: `a GGUF file in this process, with \`${installLlamaCpp}\``,
  example: 'llama-cpp:./phi-4-mini.gguf',
  settings,
  create(rest, given) {
    checkSettings('llama-cpp', given, settings);
    return llamaCpp({
      file: requireModelName('llama-cpp', rest, 'llama-cpp:./phi-4-mini.gguf'),
      folder: join(cacheFolder(given.env ?? process.env), 'models'),
      ...givenOptions(given),
    });
  },
};

/** llama.cpp in this process. */
export const llamaCppBackend: Backend = {
  scheme: llamaCppScheme,
  roles: { model: modelVariables('LLAMA_CPP') },
};

function givenOptions(given: SpecSettings): Partial<LlamaCppOptions> {
  return Object.fromEntries(
    settings.filter(key => given[key] !== undefined).map(key => [key, given[key]]),
  );
}

async function load(
  options: LlamaCppOptions,
  modelId: string,
): Promise<Loaded & { dispose(): Promise<void> }> {
  const {
    sequences = 4,
    threads = Math.max(1, availableParallelism() - 1),
    template = 'auto',
  } = options;
  const module = await (options.module ?? importLlamaCpp)();
  const path = await modelFile({
    source: options.file,
    folder: options.folder ?? join(cacheFolder(process.env), 'models'),
    ...(options.sha256 !== undefined && { sha256: options.sha256 }),
    ...(options.onProgress && { onProgress: options.onProgress }),
    ...(options.fetch && { fetch: options.fetch }),
  });
  const gpu = options.gpu === false ? { gpu: false as const } : {};
  const llama = await module.getLlama({ build: 'never', logLevel: 'error', ...gpu });
  const model = await llama.loadModel({ modelPath: path });
  const contextSize = options.contextTokens ?? Math.min(8192, model.trainContextSize);
  const context = await model.createContext({
    contextSize,
    sequences,
    threads,
    batching: { dispatchSchedule: afterTurns },
  });
  const pool = sequencePool(Array.from({ length: sequences }, () => context.getSequence()));
  return {
    module,
    model,
    modelId,
    contextTokens: contextSize,
    template,
    pool,
    grammarOf: schema => llama.createGrammarForJsonSchema(engineSchema(schema)),
    async grammarOfCalls(callable) {
      const { grammar } = await llama.createGrammarForJsonSchema(schemaOfCallable(callable));
      return llama.createGrammar({ grammar: callsOrText(grammar, callable) });
    },
    async dispose() {
      await context.dispose();
      await model.dispose();
      await llama.dispose();
    },
  };
}

// Texts that grow at the same time are a few turns apart: waiting for them makes one batch of
// several.
function afterTurns(dispatch: () => void, turns = 4): void {
  if (turns === 0) dispatch();
  else setImmediate(afterTurns, dispatch, turns - 1);
}

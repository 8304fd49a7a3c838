/** What of the package `node-llama-cpp` is used, and how it is loaded. */
import { TandemError } from '../../model/errors.ts';

/** A token of a vocabulary. */
export type Token = number & { readonly __token?: never };

/** A place in a context in which one text grows. */
export interface Sequence {
  readonly contextTokens: readonly Token[];
  readonly contextSize: number;
  clearHistory(): Promise<void>;
  adaptStateToTokens(tokens: Token[], allowShift?: boolean): Promise<void>;
  evaluateWithMetadata(
    tokens: Token[],
    metadata: { readonly confidence: boolean },
    options: Readonly<Record<string, unknown>>,
  ): AsyncGenerator<{ readonly token: Token; readonly confidence?: number }>;
}

/** A model in memory. */
export interface EngineModel {
  readonly trainContextSize: number;
  readonly tokenizer: unknown;
  readonly tokens: { readonly bos: Token | null; readonly shouldPrependBosToken: boolean };
  readonly fileInfo: {
    readonly metadata: { readonly tokenizer?: { readonly chat_template?: string } };
  };
  tokenize(text: string, specialTokens?: boolean): Token[];
  detokenize(
    tokens: readonly Token[],
    specialTokens?: boolean,
    lastTokens?: readonly Token[],
  ): string;
  isEogToken(token: Token): boolean;
  createContext(options: {
    contextSize: number;
    sequences: number;
    threads: number;
    batching: { dispatchSchedule: (dispatch: () => void) => void };
  }): Promise<{ getSequence(): Sequence; dispose(): Promise<void> }>;
  dispose(): Promise<void>;
}

/** What binds an answer, in GBNF; its first rule is the root. */
export interface Grammar {
  readonly grammar: string;
}

interface Engine {
  loadModel(options: { modelPath: string; gpuLayers?: number }): Promise<EngineModel>;
  createGrammarForJsonSchema(schema: unknown): Promise<Grammar>;
  createGrammar(options: { grammar: string }): Promise<Grammar>;
  dispose(): Promise<void>;
}

/** One turn of a conversation, in the package's words. */
export type ChatTurn =
  | { readonly type: 'system' | 'user'; readonly text: string }
  | { readonly type: 'model'; readonly response: readonly string[] };

/** The package. */
export interface LlamaCppModule {
  getLlama(options: { gpu?: false | 'auto'; build: 'never'; logLevel: string }): Promise<Engine>;
  resolveChatWrapper(model: EngineModel): {
    generateContextState(state: { chatHistory: readonly ChatTurn[] }): {
      readonly contextText: { tokenize(tokenizer: unknown): Token[] };
      readonly stopGenerationTriggers?: readonly unknown[];
    };
  };
  readonly LlamaGrammarEvaluationState: new (options: {
    model: EngineModel;
    grammar: unknown;
  }) => unknown;
}

/** Imports the optional package. @throws TandemError `missing_package` */
export async function importLlamaCpp(): Promise<LlamaCppModule> {
  const name = 'node-llama-cpp';
  try {
    return (await import(name)) as LlamaCppModule;
  } catch (cause) {
    throw new TandemError(
      'missing_package',
      'Running a model in this process needs the package node-llama-cpp. Run `npm install ' +
        'node-llama-cpp`, or use a ' +
        'server such as ollama.',
      { cause },
    );
  }
}

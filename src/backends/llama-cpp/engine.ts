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

/** What puts a conversation into a template. */
export interface ChatWrapper {
  generateContextState(state: { chatHistory: readonly ChatTurn[] }): {
    readonly contextText: { tokenize(tokenizer: unknown): Token[] };
    readonly stopGenerationTriggers?: readonly unknown[];
  };
}

/** The package. */
export interface LlamaCppModule {
  getLlama(options: { gpu?: false | 'auto'; build: 'never'; logLevel: string }): Promise<Engine>;
  resolveChatWrapper(model: EngineModel, options?: { type: 'jinjaTemplate' }): ChatWrapper;
  readonly LlamaGrammarEvaluationState: new (options: {
    model: EngineModel;
    grammar: unknown;
  }) => unknown;
}

/**
 * Installs the package, in a project of one's own and in a clone of this one, of which it is an
 * optional peer that a plain install leaves out. Its scripts only build what it brings already.
 */
export const installLlamaCpp = 'npm install --save-dev --ignore-scripts node-llama-cpp';

// Not written where it is imported, so that a bundler leaves it alone.
const packageName = ['node', 'llama', 'cpp'].join('-');

/**
 * Imports the optional package. @throws TandemError `missing_package` if it is not there, or does
 * not load
 */
export async function importLlamaCpp(
  load: () => Promise<unknown> = () => import(packageName),
): Promise<LlamaCppModule> {
  try {
    return (await load()) as LlamaCppModule;
  } catch (cause) {
    const why = isAbsent(cause)
      ? `needs the package node-llama-cpp. Run \`${installLlamaCpp}\``
      : 'needs the package node-llama-cpp, which is there and does not load: ' +
        `${cause instanceof Error ? cause.message : String(cause)}. Fix that`;
    const message = `Running a model in this process ${why}, or use a server such as ollama.`;
    throw new TandemError('missing_package', message, { cause });
  }
}

const absent =
  /(cannot find|could not resolve)( package| module)? ['"]([^'"]*\/)?node-llama-cpp['"]/i;

// One of its own parts may be what is missing. Bundlers have words of their own.
function isAbsent(cause: unknown): boolean {
  const { message = '' } = (cause ?? {}) as { message?: string };
  return absent.test(message);
}

/**
 * The model contract, re-named. This is the only file that imports `@ai-sdk/provider`:
 * everything else speaks of `LanguageModel`, `Call`, `Answer` and `StreamPart`.
 */
import {
  APICallError,
  type EmbeddingModelV4,
  type LanguageModelV4,
  type LanguageModelV4CallOptions,
  type LanguageModelV4Content,
  type LanguageModelV4FilePart,
  type LanguageModelV4FinishReason,
  type LanguageModelV4GenerateResult,
  type LanguageModelV4Message,
  type LanguageModelV4Prompt,
  type LanguageModelV4Source,
  type LanguageModelV4StreamPart,
  type LanguageModelV4StreamResult,
  type LanguageModelV4TextPart,
  type LanguageModelV4ToolCall,
  type LanguageModelV4Usage,
  NoSuchModelError,
  type SharedV4ProviderOptions,
  type SharedV4Warning,
} from '@ai-sdk/provider';

/** Anything that takes a prompt and gives an answer: a leaf, or a pattern over others. */
export type LanguageModel = LanguageModelV4;
export type EmbeddingModel = EmbeddingModelV4;
/** What a model is asked: the prompt, the tools, the form of the answer, and how it is sampled. */
export type Call = LanguageModelV4CallOptions;
/** A whole answer of a model, with its usage, warnings and reason to end. */
export type Answer = LanguageModelV4GenerateResult;
/** One part of a streamed answer. */
export type StreamPart = LanguageModelV4StreamPart;
export type StreamResult = LanguageModelV4StreamResult;
export type Content = LanguageModelV4Content;
export type FinishReason = LanguageModelV4FinishReason;
export type Message = LanguageModelV4Message;
export type Prompt = LanguageModelV4Prompt;
export type FilePart = LanguageModelV4FilePart;
export type TextPart = LanguageModelV4TextPart;
export type ToolCall = LanguageModelV4ToolCall;
export type Source = LanguageModelV4Source;
/** The tokens that a call took, as its server counted them. */
export type Usage = LanguageModelV4Usage;
export type Warning = SharedV4Warning;
export type ProviderOptions = SharedV4ProviderOptions;

/** A JSON Schema as the SDK carries it. */
export type JsonSchema = NonNullable<
  Extract<NonNullable<Call['responseFormat']>, { type: 'json' }>['schema']
>;

/** The SDK's error for a failed HTTP call; backends throw it, `ask` keeps it as a `cause`. */
export const ApiCallError = APICallError;
export type ApiCallError = APICallError;

export { NoSuchModelError };

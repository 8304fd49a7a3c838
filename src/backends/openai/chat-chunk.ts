/** OpenAI's chat completions: a chunk of a stream, as it comes over the wire. */

import type { ToolCallDelta } from './tool-call-pieces.ts';
import {
  hasOtherEnd,
  hasOtherNames,
  isCountOrNone,
  isInput,
  isNone,
  isPlainParts,
  isTextOrNone,
  isTimeOrNone,
  type OtherNames,
  type Searched,
  type Text,
  type WireUsage,
} from './wire-values.ts';

export interface ChatChunk extends Searched {
  readonly id?: string | null;
  readonly created?: number | null;
  readonly model?: string | null;
  readonly choices: readonly ChunkChoice[];
  readonly usage?: WireUsage | null;
  /** Where Groq and llama.cpp count. */
  readonly x_groq?: { readonly usage?: WireUsage | null } | null;
  readonly timings?: WireUsage | null;
}

interface ChunkChoice {
  readonly index?: number | null;
  /** Where Moonshot counts. */
  readonly usage?: WireUsage | null;
  readonly delta?: Delta | null;
  /** Of a server that sends its whole answer in one piece. */
  readonly message?: Delta | null;
  readonly finish_reason?: string | null;
  /** Of a server of the older completions. */
  readonly text?: unknown;
  /** Of servers that leave out a level. */
  readonly content?: unknown;
  readonly tool_calls?: unknown;
}

export interface Delta extends OtherNames {
  readonly content?: Text;
  readonly refusal?: unknown;
  readonly reasoning_content?: string | null;
  readonly reasoning?: string | null;
  readonly tool_calls?: readonly ToolCallDelta[] | null;
}

/** Tells whether a value is a chunk: all of it that is read has the right type. */
export function isChatChunk(value: unknown): value is ChatChunk {
  const { id, model, created, choices, usage } = (value ?? {}) as ChatChunk;
  return (
    Array.isArray(choices) &&
    choices.every(isChoice) &&
    isTextOrNone(id) &&
    isTextOrNone(model) &&
    isTimeOrNone(created) &&
    (isNone(usage) ||
      (isCountOrNone(usage.prompt_tokens) && isCountOrNone(usage.completion_tokens)))
  );
}

function isChoice(value: unknown): boolean {
  if (isNone(value)) return false;
  const { delta, finish_reason: reason, text, content, tool_calls: calls } = value as ChunkChoice;
  if (hasOtherEnd(value as ChunkChoice)) return false;
  if (!isTextOrNone(reason) || !isNone(calls) || !isNone(content)) return false;
  if (isNone(delta)) return isNone(text) && isWords((value as ChunkChoice).message ?? {});
  return isWords(delta);
}

function isWords(delta: unknown): boolean {
  if (typeof delta !== 'object') return false;
  const { content, reasoning_content: reasoned, reasoning, tool_calls: calls } = delta as Delta;
  if (hasOtherNames(delta as Delta, reasoned || reasoning)) return false;
  if (!isTextOrNone(reasoned) || !isTextOrNone(reasoning)) return false;
  if (!isTextOrNone(content) && !isPlainParts(content)) return false;
  return isNone(calls) || (Array.isArray(calls) && calls.every(isToolCallDelta));
}

function isToolCallDelta(value: unknown): boolean {
  const { index, id, function: called } = (value ?? {}) as ToolCallDelta;
  return (
    isCountOrNone(index) &&
    isTextOrNone(id) &&
    typeof called === 'object' &&
    called !== null &&
    isTextOrNone(called.name) &&
    isInput(called)
  );
}

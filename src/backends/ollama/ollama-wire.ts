/**
 * Ollama's own protocol, `/api/chat`: what goes over the wire, from a call and back to an answer.
 */

import { topLogprobsIn, wantsLogprobs } from '../../model/leaf/logprobs.ts';
import { unmetWishes } from '../../model/leaf/wishes.ts';
import type { Call, Content, FinishReason, ToolCall, Usage, Warning } from '../../model/types.ts';
import { inputText } from '../openai/call-input.ts';
import { type PicturePart, picturesOf } from '../openai/wire-values.ts';
import { foreignOptions, optionsUnder } from '../provider-options.ts';
import { endOf, endWith } from '../written/end-words.ts';
import type { Description } from './description.ts';
import { wireMessages } from './ollama-messages.ts';
import { type Think, thinkOf } from './thinking.ts';

/** One line of an answer; a whole answer is one line. */
export interface OllamaChunk {
  readonly message?: {
    readonly content?: string;
    readonly thinking?: string;
    readonly images?: unknown;
    readonly tool_calls?: readonly {
      readonly function?: { readonly name?: string; readonly arguments?: unknown };
    }[];
  };
  /** Of a model that draws, where it stands beside the message. */
  readonly image?: unknown;
  readonly done?: boolean;
  readonly done_reason?: string;
  readonly prompt_eval_count?: number;
  readonly eval_count?: number;
  readonly logprobs?: readonly unknown[];
  readonly error?: string;
  /** Where the answer really comes from, if that is elsewhere. */
  readonly remote_host?: string;
  readonly remote_model?: string;
}

// Under this name a program says what Ollama alone knows: `think`, `keep_alive`, `options`.
const ownNames = ['ollama'];

/** What shapes a request beside its call. */
export interface OllamaFacts {
  readonly model: string;
  readonly isStream: boolean;
  readonly contextTokens: number;
  readonly described: Description | undefined;
  /** What was set for all calls. */
  readonly set: {
    readonly think?: Think | undefined;
    readonly keepAlive?: string | number | undefined;
    readonly options?: Readonly<Record<string, unknown>> | undefined;
  };
}

/** The body of a request, and what of the call it cannot carry. */
export function ollamaBody(
  call: Call,
  facts: OllamaFacts,
): { readonly body: Record<string, unknown>; readonly warnings: Warning[] } {
  const { set } = facts;
  const {
    options: own,
    think,
    keepAlive,
    ...fields
  } = optionsUnder(ownNames, call.providerOptions);
  const { think: told, warnings: thinking } = thinkOf(call, { ...facts, set: think ?? set.think });
  const warnings: Warning[] = [
    ...foreignOptions(call, ownNames),
    ...unmetWishes(call),
    ...thinking,
  ];
  const alive = keepAlive ?? set.keepAlive;
  const top = topLogprobsIn(call);
  const tools = toolsOf(call, warnings);
  const body = {
    ...(alive !== undefined && { keep_alive: alive }),
    ...(told !== undefined && { think: told }),
    ...fields,
    model: facts.model,
    stream: facts.isStream,
    messages: call.prompt.flatMap(message => wireMessages(message, warnings)),
    options: { ...optionsOf(call, facts), ...(own as object | undefined) },
    // Rather an error than a prompt, or an answer, whose beginning was dropped in silence.
    truncate: false,
    shift: false,
    ...(tools.length > 0 && call.toolChoice?.type !== 'none' && { tools }),
    ...(call.responseFormat?.type === 'json' && { format: call.responseFormat.schema ?? 'json' }),
    ...(wantsLogprobs(call) && { logprobs: true, ...(top > 0 && { top_logprobs: top }) }),
  };
  return { body, warnings };
}

function optionsOf(call: Call, { contextTokens, set }: OllamaFacts): Record<string, unknown> {
  return {
    num_ctx: contextTokens,
    ...set.options,
    temperature: call.temperature,
    seed: call.seed,
    top_p: call.topP,
    top_k: call.topK,
    stop: call.stopSequences,
    num_predict: call.maxOutputTokens,
    presence_penalty: call.presencePenalty,
    frequency_penalty: call.frequencyPenalty,
  };
}

function toolsOf(call: Call, warnings: Warning[]) {
  return (call.tools ?? []).flatMap(tool => {
    if (tool.type !== 'function') {
      warnings.push({
        type: 'unsupported',
        feature: `tool ${tool.name}`,
        details: 'Ollama runs no tools of its own.',
      });
      return [];
    }
    const { name, description, inputSchema } = tool;
    return [{ type: 'function', function: { name, description, parameters: inputSchema } }];
  });
}

/** The usage that a last line reports. */
export function usageIn(chunk: OllamaChunk): Usage {
  const [input, output] = [chunk.prompt_eval_count, chunk.eval_count].map(countOf);
  return {
    inputTokens: { total: input, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
    outputTokens: { total: output, text: output, reasoning: undefined },
  };
}

function countOf(given: unknown): number | undefined {
  const count = given === null ? Number.NaN : Number(given);
  return count >= 0 && Number.isFinite(count) ? Math.round(count) : undefined;
}

/** How an answer ended. */
export function finishIn({ done_reason: raw }: OllamaChunk, hasToolCalls: boolean): FinishReason {
  return { unified: endWith(endOf(raw), hasToolCalls), raw };
}

/** The tool calls of a line; Ollama names none of them, so each gets an id. */
export function toolCallsIn(chunk: OllamaChunk): ToolCall[] {
  return (chunk.message?.tool_calls ?? []).flatMap(({ function: called }) => {
    if (!called?.name) return [];
    const input = inputText(called.arguments);
    return [
      {
        type: 'tool-call' as const,
        toolCallId: `call_${crypto.randomUUID()}`,
        toolName: called.name,
        input,
      },
    ];
  });
}

/** The pictures of a line, of models that draw. */
export function picturesIn({ message, image }: OllamaChunk): PicturePart[] {
  const images = message?.images ?? image;
  return images ? picturesOf(images) : [];
}

/** The content of a whole answer. */
export function contentIn(chunk: OllamaChunk): Content[] {
  const { content = '', thinking = '' } = chunk.message ?? {};
  return [
    ...(thinking === '' ? [] : [{ type: 'reasoning' as const, text: thinking }]),
    ...(content === '' ? [] : [{ type: 'text' as const, text: content }]),
    ...picturesIn(chunk),
    ...toolCallsIn(chunk),
  ];
}

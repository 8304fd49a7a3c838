/**
 * Ollama's own protocol, `/api/chat`: what goes over the wire, from a call and back to an answer.
 */

import { wantsLogprobs } from '../../model/leaf/logprobs.ts';
import type {
  Call,
  Content,
  FilePart,
  FinishReason,
  Message,
  ToolCall,
  Usage,
  Warning,
} from '../../model/types.ts';
import { foreignOptions, optionsUnder } from '../provider-options.ts';

/** One line of an answer; a whole answer is one line. */
export interface OllamaChunk {
  readonly message?: {
    readonly content?: string;
    readonly thinking?: string;
    readonly tool_calls?: readonly {
      readonly function?: { readonly name?: string; readonly arguments?: unknown };
    }[];
  };
  readonly done?: boolean;
  readonly done_reason?: string;
  readonly prompt_eval_count?: number;
  readonly eval_count?: number;
  readonly logprobs?: readonly { readonly token?: unknown; readonly logprob?: unknown }[];
  readonly error?: string;
  /** Where the answer really comes from, if that is elsewhere. */
  readonly remote_host?: string;
  readonly remote_model?: string;
}

// Under this name a program says what Ollama alone knows: `think`, `keep_alive`, `options`.
const ownNames = ['ollama'];

/** The body of a request, and what of the call it cannot carry. */
export function ollamaBody(
  call: Call,
  facts: { readonly model: string; readonly isStream: boolean; readonly contextTokens: number },
): { readonly body: Record<string, unknown>; readonly warnings: Warning[] } {
  const warnings: Warning[] = foreignOptions(call, ownNames);
  const { options: more, ...fields } = optionsUnder(ownNames, call.providerOptions);
  const options = {
    num_ctx: facts.contextTokens,
    temperature: call.temperature,
    seed: call.seed,
    top_p: call.topP,
    top_k: call.topK,
    stop: call.stopSequences,
    num_predict: call.maxOutputTokens,
    presence_penalty: call.presencePenalty,
    frequency_penalty: call.frequencyPenalty,
    ...(more as object | undefined),
  };
  const tools = (call.tools ?? []).flatMap(tool => {
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
  if (call.toolChoice && !['auto', 'none'].includes(call.toolChoice.type)) {
    warnings.push({
      type: 'unsupported',
      feature: 'toolChoice',
      details: 'Ollama lets the model choose.',
    });
  }
  const body = {
    ...fields,
    model: facts.model,
    stream: facts.isStream,
    messages: call.prompt.flatMap(message => wireMessages(message, warnings)),
    options,
    // Rather an error than a prompt, or an answer, whose beginning was dropped in silence.
    truncate: false,
    shift: false,
    ...(tools.length > 0 && call.toolChoice?.type !== 'none' && { tools }),
    ...(call.responseFormat?.type === 'json' && { format: call.responseFormat.schema ?? 'json' }),
    ...(wantsLogprobs(call) && { logprobs: true }),
  };
  return { body, warnings };
}

/** The usage that a last line reports. */
export function usageIn({ prompt_eval_count: input, eval_count: output }: OllamaChunk): Usage {
  return {
    inputTokens: { total: input, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
    outputTokens: { total: output, text: output, reasoning: undefined },
  };
}

/** How an answer ended. */
export function finishIn({ done_reason: raw }: OllamaChunk, hasToolCalls: boolean): FinishReason {
  if (hasToolCalls) return { unified: 'tool-calls', raw };
  if (raw === 'stop' || raw === undefined) return { unified: 'stop', raw };
  return { unified: raw === 'length' ? 'length' : 'other', raw };
}

/** The tool calls of a line; Ollama names none of them, so each gets an id. */
export function toolCallsIn(chunk: OllamaChunk): ToolCall[] {
  return (chunk.message?.tool_calls ?? []).flatMap(({ function: called }) => {
    if (!called?.name) return [];
    const input = JSON.stringify(called.arguments ?? {});
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

/** The content of a whole answer. */
export function contentIn(chunk: OllamaChunk): Content[] {
  const { content = '', thinking = '' } = chunk.message ?? {};
  return [
    ...(thinking === '' ? [] : [{ type: 'reasoning' as const, text: thinking }]),
    ...(content === '' ? [] : [{ type: 'text' as const, text: content }]),
    ...toolCallsIn(chunk),
  ];
}

function wireMessages(message: Message, warnings: Warning[]): Record<string, unknown>[] {
  if (message.role === 'system') return [{ role: 'system', content: message.content }];
  if (message.role === 'user') {
    const files = message.content.filter(part => part.type === 'file');
    const images = files.flatMap(part => imageOf(part, warnings));
    return [
      { role: 'user', content: joinText(message.content), ...(images.length > 0 && { images }) },
    ];
  }
  if (message.role === 'assistant') {
    const calls = message.content.flatMap(part =>
      part.type === 'tool-call'
        ? [{ function: { name: part.toolName, arguments: part.input } }]
        : [],
    );
    return [
      {
        role: 'assistant',
        content: joinText(message.content),
        ...(calls.length > 0 && { tool_calls: calls }),
      },
    ];
  }
  return message.content.flatMap(part => {
    if (part.type !== 'tool-result') return [];
    const { output } = part;
    const content = 'value' in output ? output.value : (output.reason ?? 'denied');
    return [
      {
        role: 'tool',
        tool_name: part.toolName,
        content: typeof content === 'string' ? content : JSON.stringify(content),
      },
    ];
  });
}

function joinText(content: Exclude<Message['content'], string>): string {
  return content
    .map(part => (part.type === 'text' ? part.text : textFileOf(part)))
    .filter(text => text !== '')
    .join('\n');
}

function textFileOf(part: Exclude<Message['content'], string>[number]): string {
  return part.type === 'file' && part.data.type === 'text' ? part.data.text : '';
}

function imageOf(part: FilePart, warnings: Warning[]): string[] {
  if (part.data.type === 'text') return [];
  if (part.mediaType.startsWith('image/') && part.data.type === 'data') {
    const { data } = part.data;
    return [typeof data === 'string' ? data : Buffer.from(data).toString('base64')];
  }
  warnings.push({
    type: 'unsupported',
    feature: `file of type ${part.mediaType}`,
    details: 'Ollama reads images and text.',
  });
  return [];
}

/** OpenAI's chat completions: the body of a request, made of a call. */
import type { Call, Message, Warning } from '../../model/types.ts';

/** What of a server shapes the body. */
export interface ChatFacts {
  readonly model: string;
  readonly structuredOutputs: boolean;
  /** Key of the provider options that go into the body as they are. */
  readonly optionsKey: string;
}

// Options with words of their own in the body; all others under the key are handed on.
const namedOptions = new Set(['user', 'reasoningEffort', 'textVerbosity', 'strictJsonSchema']);

type UserPart = Extract<Message, { role: 'user' }>['content'][number];
type Wire = Record<string, unknown>;

/** Tells whether a call is text and tools alone: files, and options of single messages, are left to the SDK. */
export function isPlainCall(call: Call): boolean {
  if (call.providerOptions?.['openai-compatible']) return false;
  return call.prompt.every(message => {
    if (message.providerOptions?.openaiCompatible) return false;
    if (typeof message.content === 'string') return true;
    for (const part of message.content) {
      if (part.type === 'file' && message.role === 'user') return false;
      const { openaiCompatible, google, server } = part.providerOptions ?? {};
      if (openaiCompatible ?? google ?? server) return false;
    }
    return true;
  });
}

/** Makes the body of a plain call, and says what of the call it cannot carry. */
export function chatBody(call: Call, facts: ChatFacts): { readonly body: Wire; readonly warnings: Warning[] } {
  const warnings: Warning[] = [];
  const own = call.providerOptions?.[facts.optionsKey] ?? {};
  const options: Wire = { ...call.providerOptions?.openaiCompatible, ...own };
  if (call.topK !== undefined) warnings.push({ type: 'unsupported', feature: 'topK' });
  const tools = toolsOf(call, warnings);
  const { reasoning } = call;
  const effort = options.reasoningEffort ?? (reasoning === 'provider-default' ? undefined : reasoning);
  const body = {
    model: facts.model,
    user: options.user,
    max_tokens: call.maxOutputTokens,
    temperature: call.temperature,
    top_p: call.topP,
    frequency_penalty: call.frequencyPenalty,
    presence_penalty: call.presencePenalty,
    response_format: formatOf(call, facts, { options, warnings }),
    stop: call.stopSequences,
    seed: call.seed,
    ...Object.fromEntries(Object.entries(own).filter(([name]) => !namedOptions.has(name))),
    reasoning_effort: options.reasoningEffort === null ? null : effort,
    verbosity: options.textVerbosity,
    messages: call.prompt.flatMap(wireMessages),
    tools,
    tool_choice: tools && choiceOf(call.toolChoice),
  };
  return { body, warnings };
}

function formatOf(
  { responseFormat }: Call,
  { structuredOutputs }: ChatFacts,
  { options, warnings }: { options: Wire; warnings: Warning[] },
): Wire | undefined {
  if (responseFormat?.type !== 'json') return undefined;
  const { schema, name = 'response', description } = responseFormat;
  if (schema === undefined) return { type: 'json_object' };
  if (structuredOutputs) {
    const strict = options.strictJsonSchema ?? true;
    return { type: 'json_schema', json_schema: { schema, strict, name, description } };
  }
  const details = 'The server takes no JSON schema: it is asked for JSON alone.';
  warnings.push({ type: 'unsupported', feature: 'responseFormat', details });
  return { type: 'json_object' };
}

function toolsOf({ tools }: Call, warnings: Warning[]): Wire[] | undefined {
  if (!tools?.length) return undefined;
  return tools.flatMap(tool => {
    if (tool.type === 'provider') {
      warnings.push({ type: 'unsupported', feature: `provider-defined tool ${tool.id}` });
      return [];
    }
    const { name, description, inputSchema: parameters, strict } = tool;
    return [{ type: 'function', function: { name, description, parameters, strict } }];
  });
}

function choiceOf(choice: Call['toolChoice']): string | Wire | undefined {
  return choice?.type === 'tool' ? { type: 'function', function: { name: choice.toolName } } : choice?.type;
}

function wireMessages(message: Message): Wire[] {
  switch (message.role) {
    case 'system':
      return [{ role: 'system', content: message.content }];
    case 'user':
      return [{ role: 'user', content: userContent(message.content) }];
    case 'assistant':
      return [assistantMessage(message.content)];
    case 'tool':
      return message.content.flatMap(part => {
        if (part.type !== 'tool-result') return [];
        return [{ role: 'tool', tool_call_id: part.toolCallId, content: outputText(part.output) }];
      });
  }
}

function userContent(parts: readonly UserPart[]): string | Wire[] {
  const texts = parts.flatMap(part => (part.type === 'text' ? [part.text] : []));
  return texts.length === 1 ? texts[0]! : texts.map(text => ({ type: 'text', text }));
}

function assistantMessage(parts: Extract<Message, { role: 'assistant' }>['content']): Wire {
  let [text, reasoning] = ['', ''];
  const calls: Wire[] = [];
  for (const part of parts) {
    if (part.type === 'text') text += part.text;
    else if (part.type === 'reasoning') reasoning += part.text;
    else if (part.type === 'tool-call') {
      const { toolCallId: id, toolName: name, input } = part;
      calls.push({ id, type: 'function', function: { name, arguments: argumentsOf(input) } });
    }
  }
  return {
    role: 'assistant',
    content: calls.length > 0 ? text || null : text,
    ...(reasoning !== '' && { reasoning_content: reasoning }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}

// Arguments are JSON in a string; a string that is JSON already stays as it is.
function argumentsOf(input: unknown): string {
  if (typeof input !== 'string') return JSON.stringify(input);
  try {
    JSON.parse(input);
    return input;
  } catch {
    return JSON.stringify(input);
  }
}

type ToolOutput = Extract<Extract<Message, { role: 'tool' }>['content'][number], { type: 'tool-result' }>['output'];

function outputText(output: ToolOutput): string {
  if (output.type === 'execution-denied') return output.reason ?? 'Tool call execution denied.';
  return typeof output.value === 'string' && output.type.endsWith('text') ? output.value : JSON.stringify(output.value);
}

/** OpenAI's chat completions: the body of a request, made of a call. */
import type { Call, Warning } from '../../model/types.ts';
import { wireMessages } from './chat-messages.ts';
import { chatOptions, namesIn } from './chat-options.ts';
import { strictnessOf } from './refused/asking-less.ts';
import { withoutRefused } from './refused/without-refused.ts';
import type { Wire } from './wire-values.ts';

/** What of a server shapes the body. */
export interface ChatFacts {
  readonly model: string;
  readonly structuredOutputs: boolean;
  /** Key under which our own options stand, and under which answers tell of themselves. */
  readonly optionsKey: string;
  /** Names under which a program's options are read, the last of which wins. Default: none. */
  readonly optionNames?: readonly string[];
  /** How log-probabilities are asked for. */
  readonly logprobs?: 'flag' | 'count' | 'responses';
  /** Whether the template of a model is what tells it to think. Default: a field of the request. */
  readonly thinking?: 'template';
  readonly changeBody?: (body: Wire) => Wire;
}

/**
 * Makes the body of a call, in the server's own terms and less what it is known to refuse, and says
 * what of the call it cannot carry.
 */
export function chatBody(
  call: Call,
  facts: ChatFacts,
  streaming?: Wire,
): { readonly body: Wire; readonly warnings: Warning[] } {
  const warnings: Warning[] = [];
  const { fields, strictJsonSchema } = chatOptions(call, facts, warnings);
  if (call.topK !== undefined) warnings.push({ type: 'unsupported', feature: 'topK' });
  const { model, optionsKey } = facts;
  const tools = toolsOf(call, warnings);
  const body = {
    model,
    max_tokens: call.maxOutputTokens,
    temperature: call.temperature,
    top_p: call.topP,
    frequency_penalty: call.frequencyPenalty,
    presence_penalty: call.presencePenalty,
    response_format: formatOf(call, facts, { strictJsonSchema, warnings }),
    stop: call.stopSequences,
    seed: call.seed,
    ...fields,
    messages: wireMessages(call.prompt, { model, names: namesIn(facts), optionsKey, warnings }),
    tools,
    tool_choice: tools && choiceOf(call.toolChoice),
    ...streaming,
  };
  const changed = facts.changeBody ? facts.changeBody(body) : body;
  // Most calls have no such note.
  if (call.providerOptions?.leaf === undefined) return { body: changed, warnings };
  return { body: withoutRefused(changed, call, warnings), warnings };
}

function formatOf(
  call: Call,
  { structuredOutputs }: ChatFacts,
  { strictJsonSchema, warnings }: { strictJsonSchema: unknown; warnings: Warning[] },
): Wire | undefined {
  const { responseFormat } = call;
  if (responseFormat?.type !== 'json') return undefined;
  const { schema, name: given = 'response', description } = responseFormat;
  if (schema === undefined) return { type: 'json_object' };
  if (structuredOutputs) {
    const strict = strictnessOf(call, strictJsonSchema);
    // Clouds refuse a name of other signs, or of more than 64.
    const name = given.replace(/[^\w-]+/g, '_').slice(0, 64);
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
  return choice?.type === 'tool'
    ? { type: 'function', function: { name: choice.toolName } }
    : choice?.type;
}

import type * as z from 'zod';
import { type Wishes, withLogprobs, withWishes } from '../../../src/entries/backends.ts';
import type { Call } from '../../../src/index.ts';
import { type PromptReader, promptOf } from './chat-prompt.ts';
import type { allowedTools, ChatRequest, functionTool, namedTool } from './chat-request.ts';
import { type CustomFacts, customFunction } from './custom-tools.ts';
import { invalid } from './problem.ts';

type Sampling = Pick<
  ChatRequest,
  | 'temperature'
  | 'top_p'
  | 'frequency_penalty'
  | 'presence_penalty'
  | 'seed'
  | 'stop'
  | 'max_tokens'
  | 'max_completion_tokens'
  | 'reasoning_effort'
>;

/** Turns a chat request into a call. @throws Problem */
export function chatCall(request: ChatRequest, reader: PromptReader): Call {
  const call: Call = {
    prompt: promptOf(request.messages, reader),
    ...samplingOf(request),
    ...toolsOf(request),
    ...formatOf(request.response_format),
  };
  const { response_format: format } = request;
  const schema = format?.type === 'json_schema' ? format.json_schema : undefined;
  const wished = withWishes(call, wishesOf(schema, request));
  return request.logprobs ? withLogprobs(wished, request.top_logprobs ?? 0) : wished;
}

/** What a client says of its schema and its tools beside what a call holds; silence is kept too. */
export function wishesOf(
  schema: { readonly strict?: boolean | null | undefined } | undefined,
  {
    tools,
    parallel_tool_calls: parallel,
    verbosity,
  }: Pick<ChatRequest, 'parallel_tool_calls' | 'verbosity'> & {
    readonly tools?: readonly unknown[] | null | undefined;
  },
): Wishes {
  const hasWish = typeof parallel === 'boolean' && tools && tools.length > 0;
  return {
    ...(schema && { strictSchema: schema.strict ?? null }),
    ...(hasWish && { parallelToolCalls: parallel }),
    ...(verbosity && { verbosity }),
  };
}

/** Reads the options that shape an answer. */
export function samplingOf(request: Sampling): Omit<Call, 'prompt'> {
  const most = request.max_completion_tokens ?? request.max_tokens;
  const stop = request.stop ?? undefined;
  return withoutEmpty({
    temperature: request.temperature,
    topP: request.top_p,
    frequencyPenalty: request.frequency_penalty,
    presencePenalty: request.presence_penalty,
    seed: request.seed,
    maxOutputTokens: most,
    reasoning: request.reasoning_effort,
    stopSequences: typeof stop === 'string' ? (stop === '' ? undefined : [stop]) : stop,
  });
}

/** Leaves out what was not given: an option set to `undefined` is another call to the journal. */
export function withoutEmpty(options: Record<string, unknown>): Omit<Call, 'prompt'> {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined && value !== null),
  );
}

function toolsOf({ tools, tool_choice: choice }: ChatRequest): Pick<Call, 'tools' | 'toolChoice'> {
  const allowed = choice && typeof choice !== 'string' && 'allowed_tools' in choice && choice;
  const names = allowed ? (allowed.allowed_tools as AllowedTools).tools.map(nameOf) : undefined;
  const all = (tools ?? []).flatMap(functionOf);
  const given = names ? all.filter(({ name }) => names.includes(name)) : all;
  const demanded = allowed ? (allowed.allowed_tools as AllowedTools).mode : (choice as Choice);
  if (given.length === 0) {
    const isHarmless = !demanded || demanded === 'none' || demanded === 'auto';
    if (isHarmless) return {};
    throw invalid(
      '`tool_choice` asks for a tool, and there are no `tools`. Give some, or leave it out.',
      'tool_choice',
    );
  }
  return { tools: given, ...choiceOf(demanded, new Set(given.map(({ name }) => name))) };
}

type Choice = 'auto' | 'none' | 'required' | NamedTool | null | undefined;
type NamedTool = z.infer<typeof namedTool>;
type AllowedTools = z.infer<typeof allowedTools>;

function nameOf(tool: NamedTool): string | undefined {
  return tool.function?.name ?? tool.custom?.name;
}

function functionOf(given: NonNullable<ChatRequest['tools']>[number]) {
  if (given.type === 'custom') return [customFunction(given.custom as CustomFacts)];
  // A hosted tool, which is named among what is ignored.
  if (given.type !== 'function') return [];
  const tool = given.function as z.infer<typeof functionTool>['function'];
  return [
    {
      type: 'function' as const,
      name: tool.name,
      ...(tool.description && { description: tool.description }),
      inputSchema: tool.parameters ?? { type: 'object' as const, properties: {} },
      ...(typeof tool.strict === 'boolean' && { strict: tool.strict }),
    },
  ];
}

/** Reads which tool must be called. @throws Problem if it is not among the tools */
export function choiceOf(choice: Choice, names: ReadonlySet<string>): Pick<Call, 'toolChoice'> {
  if (!choice) return {};
  if (typeof choice === 'string') return { toolChoice: { type: choice } };
  const name = nameOf(choice) ?? '';
  if (names.has(name)) return { toolChoice: { type: 'tool', toolName: name } };
  throw invalid(
    `\`tool_choice\` names "${name}", which is not among the tools. Name one of them.`,
    'tool_choice',
  );
}

function formatOf(format: ChatRequest['response_format']): Pick<Call, 'responseFormat'> {
  if (!format || format.type === 'text') return {};
  if (format.type === 'json_object') return { responseFormat: { type: 'json' } };
  const { name, description, schema } = format.json_schema;
  return {
    responseFormat: {
      type: 'json',
      name,
      ...(description && { description }),
      ...(schema && { schema }),
    },
  };
}

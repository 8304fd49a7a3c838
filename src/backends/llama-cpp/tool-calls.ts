import type { Call, JsonSchema, StreamPart, ToolCall } from '../../model/types.ts';
import { shortCall } from '../written/demanded-calls.ts';
import { type FunctionTool, withToolsAsText } from '../written/tools-as-text.ts';
import { engineSchema } from './engine-schema.ts';

/** What a call may be answered with beside text. */
export interface Callable {
  readonly tools: readonly FunctionTool[];
  /** The tools as the grammar binds them, where that is tighter. */
  readonly bound?: readonly FunctionTool[];
  /** Whether a tool must be called. */
  readonly isDemanded: boolean;
  /** What an answer that is no call must be; absent: any text. */
  readonly answer: JsonSchema | undefined;
}

/** Finds the tools that an answer may call; `undefined` if none. */
export function callableIn(call: Call): Callable | undefined {
  const { tools = [], toolChoice, responseFormat, maxOutputTokens } = call;
  const functions = tools.filter(tool => tool.type === 'function');
  const named =
    toolChoice?.type === 'tool'
      ? functions.filter(({ name }) => name === toolChoice.toolName)
      : functions;
  if (named.length === 0 || toolChoice?.type === 'none') return undefined;
  const isDemanded = toolChoice?.type === 'required' || toolChoice?.type === 'tool';
  const limit = isDemanded ? maxOutputTokens : undefined;
  return {
    tools: named,
    ...(limit !== undefined && limit <= mostLimit && { bound: named.map(endingWithin(limit)) }),
    isDemanded,
    answer: responseFormat?.type === 'json' ? responseFormat.schema : undefined,
  };
}

// Beyond it the grammar of a bounded text is too large to be followed in time.
const mostLimit = 1024;

// A small model fills an open text until the limit cuts it, and a call that was cut is none.
function endingWithin(maxOutputTokens: number) {
  return (tool: FunctionTool): FunctionTool => {
    const format = { type: 'json' as const, schema: tool.inputSchema };
    const { responseFormat } = shortCall({ prompt: [], maxOutputTokens, responseFormat: format });
    const inputSchema = responseFormat?.type === 'json' ? responseFormat.schema : undefined;
    return inputSchema === undefined ? tool : { ...tool, inputSchema };
  };
}

/** The schema of what must be JSON: a call, or the answer where it has a schema. */
export function schemaOfCallable({ tools, bound = tools, isDemanded, answer }: Callable): object {
  const calls = bound.map(({ name, inputSchema }) => ({
    type: 'object',
    properties: { tool: { const: name }, input: engineSchema(inputSchema) },
  }));
  return { oneOf: [...calls, ...(answer && !isDemanded ? [engineSchema(answer)] : [])] };
}

/**
 * Turns the grammar of calls into one of calls or text: what begins with a brace is a call, all
 * else is text.
 */
export function callsOrText(grammarOfCalls: string, { isDemanded, answer }: Callable): string {
  if (isDemanded || answer) return grammarOfCalls;
  const [root = '', ...rules] = grammarOfCalls.split('\n');
  const calls = root.replace(/^root ::= /, 'calls ::= ');
  return [
    'root ::= [ \\n]* ( calls | text )',
    'text ::= [^{ \\n\\t\\r] [^\\x00]*',
    calls,
    ...rules,
  ].join('\n');
}

/** Tells a model of its tools by the prompt alone. */
export function toldOfTools(call: Call, { tools, isDemanded }: Callable): Call {
  const how = isDemanded
    ? 'Reply with a call of one of these tools, as JSON alone'
    : 'To call one of these tools reply with JSON alone; else reply in words. A call';
  return withToolsAsText(call, tools, {
    told: `${how}: {"tool": "NAME", "input": {…}}`,
    write: (tool, input) => JSON.stringify({ tool, input }),
  });
}

/** A piece of text on its way. */
export type TextDelta = Extract<StreamPart, { type: 'text-delta' }>;

const id = '0';

/**
 * Hands text on as it comes, in one block; what begins as a call is held until it is whole. Returns
 * what the text returned, and whether it was a call. A call that was cut is shown as the text that
 * it is: it is none.
 */
export async function* callsIn<Written>(
  deltas: AsyncGenerator<TextDelta, Written>,
  callable: Callable | undefined,
): AsyncGenerator<StreamPart, { readonly written: Written; readonly isCall: boolean }> {
  const { held, isJson, end } = callable
    ? await openingOf(deltas)
    : { held: [], isJson: false, end: undefined };
  const called = isJson && callable ? await callOf(deltas, { held, callable }) : undefined;
  if (called?.call) {
    yield* partsOf(called.call);
    return { written: called.written, isCall: true };
  }
  yield { type: 'text-start', id };
  yield* held;
  const written = called ? called.written : end ? end.written : yield* deltas;
  yield { type: 'text-end', id };
  return { written, isCall: false };
}

interface Opening<Written> {
  readonly held: TextDelta[];
  readonly isJson: boolean;
  /** Set where the text has ended already. */
  readonly end: { readonly written: Written } | undefined;
}

// The first character that is no space says what it will be.
async function openingOf<Written>(
  deltas: AsyncGenerator<TextDelta, Written>,
): Promise<Opening<Written>> {
  const held: TextDelta[] = [];
  for (;;) {
    const { done, value } = await deltas.next();
    if (done) return { held, isJson: false, end: { written: value } };
    held.push(value);
    const begun = textOf(held).trimStart();
    if (begun !== '') return { held, isJson: begun.startsWith('{'), end: undefined };
  }
}

async function callOf<Written>(
  deltas: AsyncGenerator<TextDelta, Written>,
  { held, callable }: Pick<Opening<Written>, 'held'> & { readonly callable: Callable },
): Promise<{ readonly call: ToolCall | undefined; readonly written: Written }> {
  for (;;) {
    const { done, value } = await deltas.next();
    if (done) return { call: callIn(textOf(held), callable), written: value };
    held.push(value);
  }
}

function textOf(deltas: readonly TextDelta[]): string {
  return deltas.map(({ delta }) => delta).join('');
}

function callIn(text: string, { tools }: Callable): ToolCall | undefined {
  try {
    const { tool, input } = JSON.parse(text) as { tool?: unknown; input?: unknown };
    const isCall =
      tools.some(({ name }) => name === tool) && typeof input === 'object' && input !== null;
    if (!isCall) return undefined;
    const toolCallId = `call_${crypto.randomUUID()}`;
    return {
      type: 'tool-call',
      toolCallId,
      toolName: tool as string,
      input: JSON.stringify(input),
    };
  } catch {
    return undefined;
  }
}

function* partsOf(call: ToolCall): Generator<StreamPart> {
  yield { type: 'tool-input-start', id: call.toolCallId, toolName: call.toolName };
  yield { type: 'tool-input-delta', id: call.toolCallId, delta: call.input };
  yield { type: 'tool-input-end', id: call.toolCallId };
  yield call;
}

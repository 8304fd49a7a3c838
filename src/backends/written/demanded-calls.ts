import type { Call, JsonSchema } from '../../model/types.ts';
import { type FunctionTool, withToolsAsText } from './tools-as-text.ts';

/**
 * Binds a demanded tool call by a schema, for servers that hold no model to one: the answer is JSON
 * that names a tool and gives its input, which is read back as a call. Other calls stay as they
 * are.
 */
export function boundCall(call: Call): Call {
  const tools = demandedTools(call);
  if (tools.length === 0) return call;
  const { tools: _tools, toolChoice: _choice, ...rest } = withToolsAsText(call, tools, writing);
  return { ...rest, responseFormat: { type: 'json', name: 'call', schema: schemaOf(tools) } };
}

const writing = {
  told:
    'Reply with a call of one of these tools, as JSON alone: ' +
    '{"name": "NAME", "arguments": {…}}',
  write: (name: string, input: unknown) => JSON.stringify({ name, arguments: input }),
};

function demandedTools({ tools = [], toolChoice }: Call): FunctionTool[] {
  const functions = tools.filter(tool => tool.type === 'function');
  if (toolChoice?.type === 'required') return functions;
  return toolChoice?.type === 'tool'
    ? functions.filter(({ name }) => name === toolChoice.toolName)
    : [];
}

function schemaOf(tools: readonly FunctionTool[]): JsonSchema {
  const definitions: Record<string, unknown> = {};
  const calls = tools.map(({ name, inputSchema }): JsonSchema => {
    const { $schema: _schema, $defs, definitions: older, ...input } = inputSchema;
    // References of a schema are meant from the root.
    Object.assign(definitions, { ...($defs && { $defs }), ...(older && { definitions: older }) });
    return {
      type: 'object',
      properties: { name: { const: name, type: 'string' }, arguments: input },
      required: ['name', 'arguments'],
      additionalProperties: false,
    };
  });
  const [only, ...others] = calls;
  return { ...(only && others.length === 0 ? only : { anyOf: calls }), ...definitions };
}

/**
 * Bounds the texts and lists that a bound call may write, so that it ends within the limit of
 * tokens: a token may be one character.
 */
export function shortCall(call: Call): Call {
  const { responseFormat: format, maxOutputTokens = 1024 } = call;
  if (format?.type !== 'json') return call;
  const most = Math.max(8, Math.floor(maxOutputTokens / 2 / Math.max(1, textsIn(format.schema))));
  return {
    ...call,
    responseFormat: { ...format, schema: shortened(format.schema, most) as never },
  };
}

const bounds = ['enum', 'const', 'maxLength', 'pattern', 'format'];
const mostItems = 4;

function isOpenText(node: object): boolean {
  return 'type' in node && node.type === 'string' && !bounds.some(key => key in node);
}

function textsIn(node: unknown): number {
  if (typeof node !== 'object' || node === null) return 0;
  const inner = Object.values(node).reduce<number>((sum, each) => sum + textsIn(each), 0);
  return inner + (isOpenText(node) ? 1 : 0);
}

function shortened(node: unknown, most: number): unknown {
  if (Array.isArray(node)) return node.map(each => shortened(each, most));
  if (typeof node !== 'object' || node === null) return node;
  const inner = Object.entries(node).map(([key, each]) => [key, shortened(each, most)] as const);
  const isList = 'type' in node && node.type === 'array' && !('maxItems' in node);
  return {
    ...Object.fromEntries(inner),
    ...(isOpenText(node) && { maxLength: most }),
    ...(isList && { maxItems: Math.max(mostItems, Number('minItems' in node && node.minItems)) }),
  };
}

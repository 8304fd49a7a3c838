import { jsonOrNothing } from '../../algorithms/text/written/bounded-json.ts';
import { textOf } from '../../model/answer.ts';
import type { Answer, Call, ToolCall } from '../../model/types.ts';
import { schemaFault } from './json-schema.ts';

/**
 * Finds what in an answer breaks the shape that its call demands: a tool that does not exist, input
 * that is not JSON or does not fit the tool's schema, an object that does not fit the response
 * schema. `undefined` if nothing does.
 */
export function shapeFault(answer: Answer, call: Call): string | undefined {
  const calls = answer.content.filter(part => part.type === 'tool-call');
  for (const part of calls) {
    const fault = toolFault(part, call);
    if (fault !== undefined) return `the call of "${part.toolName}" is not valid: ${fault}`;
  }
  if (call.responseFormat?.type !== 'json' || calls.length > 0) return undefined;
  return objectFault(textOf(answer), call.responseFormat.schema);
}

function toolFault({ toolName, input }: ToolCall, call: Call): string | undefined {
  const tool = call.tools?.find(({ name }) => name === toolName);
  if (!tool) return 'there is no such tool';
  const value = jsonOrNothing(input);
  if (typeof value !== 'object' || value === null) return 'its input is not a JSON object';
  return tool.type === 'function' ? schemaFault(tool.inputSchema, value) : undefined;
}

function objectFault(
  text: string,
  schema: Parameters<typeof schemaFault>[0] | undefined,
): string | undefined {
  const value = jsonOrNothing(text);
  if (value === undefined) return 'the draft is not JSON';
  const fault = schema === undefined ? undefined : schemaFault(schema, value);
  return fault === undefined ? undefined : `the object does not fit its schema: ${fault}`;
}

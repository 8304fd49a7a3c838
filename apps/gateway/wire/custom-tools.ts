/** Custom tools, whose calls are a text: to models they are functions of that text. */
import type * as z from 'zod';
import { parseJson } from '../../../src/entries/backends.ts';
import type { Call } from '../../../src/index.ts';
import type { customTool } from './chat-request.ts';

type FunctionTool = Extract<NonNullable<Call['tools']>[number], { type: 'function' }>;

/** What a request says of a custom tool. */
export type CustomFacts = z.infer<typeof customTool>['custom'];

/** Writes the text of a custom call as the input of the function that stands for its tool. */
export function customInput(text: string): string {
  return JSON.stringify({ input: text });
}

/** Reads the text of a custom call out of that input. */
export function customText(input: string): string {
  try {
    const value = parseJson(input) as { input?: unknown } | null;
    return typeof value?.input === 'string' ? value.input : input;
  } catch {
    return input;
  }
}

/** Makes the function that stands for a custom tool. */
export function customFunction({ name, description, format }: CustomFacts): FunctionTool {
  const grammar = typeof format?.definition === 'string' ? `\nGrammar: ${format.definition}` : '';
  const told = `${description ?? ''}${grammar}`.trim();
  return {
    type: 'function',
    name,
    ...(told !== '' && { description: told }),
    inputSchema: {
      type: 'object',
      properties: { input: { type: 'string' } },
      required: ['input'],
      additionalProperties: false,
    },
  };
}

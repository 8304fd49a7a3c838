import { generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai';
import type { LanguageModel } from '../../src/index.ts';

/** A request to a model with tools, and how many calls it needs at least. */
export interface ToolRequest {
  readonly prompt: string;
  readonly calls: number;
}

/** Ten requests, of which one needs no tool. */
export const toolRequests: readonly ToolRequest[] = [
  { prompt: 'What is the weather in Oslo?', calls: 1 },
  { prompt: 'How warm is it in Rome now?', calls: 1 },
  { prompt: 'What is 347 * 29?', calls: 1 },
  { prompt: 'Calculate (12.5 + 7.5) * 48.', calls: 1 },
  { prompt: 'What is the weather in Lima and in Cairo?', calls: 2 },
  { prompt: 'How many degrees warmer is Cairo than Oslo?', calls: 2 },
  { prompt: 'What is 19 * 43 and what is 88 / 16?', calls: 2 },
  { prompt: 'Is it warmer in Paris or in Rome?', calls: 2 },
  { prompt: 'Write one short sentence about cats.', calls: 0 },
  { prompt: 'What is 1234 + 8766? Use the calculator.', calls: 1 },
];

/** What became of a request. */
export interface ToolAnswer {
  /** Calls whose input fits the schema of their tool. */
  readonly validCalls: number;
  /** Whether a text that was shown holds a call. */
  readonly showsCall: boolean;
  readonly error?: string;
}

const celsius: Readonly<Record<string, number>> = { Oslo: 4, Rome: 21, Cairo: 33, Lima: 18 };

function input(key: string) {
  const properties = { [key]: { type: 'string' as const } };
  return jsonSchema<Readonly<Record<string, string>>>(
    { type: 'object', properties, required: [key], additionalProperties: false },
    {
      validate: value =>
        typeof (value as Record<string, unknown> | null)?.[key] === 'string'
          ? { success: true, value: value as Record<string, string> }
          : { success: false, error: new TypeError(`"${key}" is no text`) },
    },
  );
}

/** What is offered: the weather of a city, and sums. */
export const weatherAndSums = {
  weather: tool({
    description: 'Current weather of a city',
    inputSchema: input('city'),
    execute: async ({ city = '' }) => ({ city, celsius: celsius[city] ?? 12, sky: 'clear' }),
  }),
  calculator: tool({
    description: 'Work out an arithmetic expression',
    inputSchema: input('expression'),
    execute: async ({ expression }) => ({ expression, result: 'see the log' }),
  }),
};

interface AskingTools {
  readonly isStreamed?: boolean;
  readonly isDemanded?: boolean;
}

/** Asks a request with both tools, for up to two steps, whole or streamed. */
export async function askWithTools(
  model: LanguageModel,
  prompt: string,
  { isStreamed, isDemanded }: AskingTools,
): Promise<ToolAnswer> {
  const asked = {
    model,
    prompt,
    tools: weatherAndSums,
    temperature: 0,
    maxOutputTokens: 120,
    maxRetries: 0,
    stopWhen: stepCountIs(isDemanded ? 1 : 2),
    ...(isDemanded && { toolChoice: 'required' as const }),
  };
  try {
    const steps = isStreamed ? await streamed(asked) : (await generateText(asked)).steps;
    const calls = steps.flatMap(({ toolCalls }) => toolCalls);
    return {
      validCalls: calls.filter(call => call.invalid !== true).length,
      showsCall: steps.some(({ text }) => holdsCall(text)),
    };
  } catch (error) {
    return { validCalls: 0, showsCall: false, error: String(error).slice(0, 200) };
  }
}

async function streamed(asked: Parameters<typeof streamText<typeof weatherAndSums>>[0]) {
  let failed: unknown;
  const result = streamText({
    ...asked,
    onError: ({ error }) => {
      failed = error;
    },
  });
  for await (const part of result.fullStream) if (part.type === 'error') failed = part.error;
  if (failed !== undefined) throw failed;
  return result.steps;
}

/** Whether a text is, or holds, a call of one of the tools. */
export function holdsCall(text: string): boolean {
  return (
    /["'](name|tool|function)["']\s*:\s*["'](weather|calculator)["']/.test(text) ||
    /<tool_call>|<function=|\[TOOL_CALLS\]|functools\[/.test(text)
  );
}

import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, isStepCount, jsonSchema, Output, streamText, tool } from 'ai';
import { answerSchema, type Client, weatherParameters } from './client.ts';

/** The AI SDK's provider for OpenAI-compatible servers. */
export function aiSdk(baseURL: string): Client {
  const provider = createOpenAICompatible({
    name: 'tandem',
    baseURL,
    includeUsage: true,
    supportsStructuredOutputs: true,
  });
  const options = (model: string) => ({ model: provider(model), maxRetries: 0 });
  return {
    name: 'AI SDK',
    chat: async (model, prompt) => (await generateText({ ...options(model), prompt })).text,
    stream: async (model, prompt) => streamText({ ...options(model), prompt }).text,
    async toolLoop(model, prompt, weather) {
      const tools = {
        weather: tool({
          inputSchema: jsonSchema<{ city: string }>(weatherParameters),
          execute: async ({ city }) => weather(city),
        }),
      };
      return (await generateText({ ...options(model), prompt, tools, stopWhen: isStepCount(4) }))
        .text;
    },
    async object(model, prompt) {
      const output = Output.object({ schema: jsonSchema<{ answer: number }>(answerSchema) });
      return (await generateText({ ...options(model), prompt, output })).output;
    },
    async file(model, { text }, question) {
      // This provider sends pictures alone as files: a document goes as a text of its own.
      const content = [
        { type: 'text' as const, text },
        { type: 'text' as const, text: question },
      ];
      return (await generateText({ ...options(model), messages: [{ role: 'user', content }] }))
        .text;
    },
    abort: (model, prompt, abortSignal) => generateText({ ...options(model), prompt, abortSignal }),
  };
}

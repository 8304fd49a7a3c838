import { Agent, OpenAIChatCompletionsModel, run, setTracingDisabled, tool } from '@openai/agents';
import OpenAI from 'openai';
import { answerSchema, type Client, weatherParameters } from '../../apps/gateway/compat/client.ts';

function dataUrl(text: string): string {
  return `data:text/plain;base64,${Buffer.from(text).toString('base64')}`;
}

/** OpenAI's agents, over chat completions. */
export function agents(baseURL: string): Client {
  setTracingDisabled(true);
  const client = new OpenAI({ baseURL, apiKey: 'none', maxRetries: 0 });
  const agent = (model: string, more: object = {}) =>
    new Agent({
      name: 'tester',
      model: new OpenAIChatCompletionsModel(client as never, model),
      ...more,
    });
  return {
    name: 'OpenAI Agents',
    chat: async (model, text) => String((await run(agent(model), text)).finalOutput),
    async stream(model, text) {
      const result = await run(agent(model), text, { stream: true });
      let all = '';
      for await (const piece of result.toTextStream()) all += piece;
      await result.completed;
      return all;
    },
    async toolLoop(model, text, weather) {
      const look = tool({
        name: 'weather',
        description: 'The weather',
        parameters: weatherParameters,
        strict: true,
        execute: async input => weather((input as { city: string }).city),
      });
      return String((await run(agent(model, { tools: [look] }), text)).finalOutput);
    },
    async object(model, text) {
      const outputType = {
        type: 'json_schema',
        name: 'answer',
        strict: true,
        schema: answerSchema,
      };
      return (await run(agent(model, { outputType }), text)).finalOutput;
    },
    async file(model, { name, text }, question) {
      const content = [
        { type: 'input_file', file: dataUrl(text), providerData: { filename: name } },
        { type: 'input_text', text: question },
      ];
      return String((await run(agent(model), [{ role: 'user', content } as never])).finalOutput);
    },
    abort: (model, text, signal) => run(agent(model), text, { signal }),
  };
}

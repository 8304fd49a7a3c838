import { createOpenAI } from '@ai-sdk/openai';
import { openAICompatible } from '@genkit-ai/compat-oai';
import { tool as langchainTool } from '@langchain/core/tools';
import { createReactAgent } from '@langchain/langgraph/prebuilt';
import { ChatOpenAI } from '@langchain/openai';
import { OpenAI as LlamaIndex } from '@llamaindex/openai';
import { Agent as MastraAgent } from '@mastra/core/agent';
import { createTool as mastraTool } from '@mastra/core/tools';
import {
  Agent,
  tool as agentTool,
  OpenAIChatCompletionsModel,
  OpenAIResponsesModel,
  run,
  setTracingDisabled,
  webSearchTool,
} from '@openai/agents';
import { generateText, isStepCount, Output, streamText, tool } from 'ai';
import { genkit, z as genkitZod } from 'genkit';
import { Ollama } from 'ollama';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startGateway, type TestGateway } from '../../apps/gateway/start-gateway.ts';
import { model } from '../../src/index.ts';
import { type Speaker, startSpeaker } from '../python-clients/speaker.ts';

let speaker: Speaker;
let gateway: TestGateway;
let baseURL: string;

beforeAll(async () => {
  speaker = await startSpeaker();
  const server = (place: 'device' | 'cloud') =>
    model('llama-server:small', { endpoint: `${speaker.url}/v1`, apiKey: 'none', place });
  gateway = await startGateway({ local: server('device'), cloud: server('cloud') });
  baseURL = `${gateway.url}/v1`;
  setTracingDisabled(true);
});
afterAll(async () => {
  await gateway.close(0);
  await speaker[Symbol.asyncDispose]();
});

const question = 'What is the capital of France?';
const weather = 'What is the weather in Paris?';
const parameters = z.object({ city: z.string() });
const execute = async ({ city }: { city: string }) => `sunny in ${city}`;
const described = { description: 'The weather in a city.' };
const user = (content: string) => [{ role: 'user' as const, content }];

describe.each(['local', 'cascade', 'router'])('through %s', name => {
  it.each(['chat', 'responses'] as const)('the AI SDK over %s', async api => {
    const made = createOpenAI({ baseURL, apiKey: 'none' })[api](name);
    const asked = { model: made, maxRetries: 0 };
    expect(await streamText({ ...asked, prompt: question }).text).toContain('Paris');
    const tools = { weather: tool({ ...described, inputSchema: parameters, execute }) };
    const looped = await generateText({
      ...asked,
      prompt: weather,
      tools,
      stopWhen: isStepCount(3),
    });
    expect(looped.text).toContain('sunny');
    const output = Output.object({ schema: z.object({ name: z.string() }) });
    const { output: object } = await generateText({ ...asked, prompt: 'Name a city.', output });
    expect(object.name).toBeTypeOf('string');
  });

  it.each([false, true])('an agent of LangGraph, over responses: %s', async useResponsesApi => {
    const llm = new ChatOpenAI({
      model: name,
      configuration: { baseURL },
      apiKey: 'none',
      maxRetries: 0,
      useResponsesApi,
    });
    const look = langchainTool(execute, { name: 'weather', ...described, schema: parameters });
    const { messages } = await createReactAgent({ llm, tools: [look] }).invoke({
      messages: user(weather),
    });
    expect(messages.at(-1)?.text).toContain('sunny');
  });

  it('LlamaIndex, whole and streamed', async () => {
    const llm = new LlamaIndex({ model: name, apiKey: 'none', baseURL, maxRetries: 0 });
    const { message } = await llm.chat({ messages: user(question) });
    expect(message.content).toContain('Paris');
    let said = '';
    for await (const { delta } of await llm.chat({ messages: user(question), stream: true }))
      said += delta;
    expect(said).toContain('Paris');
  });

  it('Genkit, whole, streamed and with a tool', async () => {
    const plugins = [openAICompatible({ name: 'tandem', apiKey: 'none', baseURL })];
    const ai = genkit({ plugins });
    const asked = { model: `tandem/${name}` };
    expect((await ai.generate({ ...asked, prompt: question })).text).toContain('Paris');
    let said = '';
    for await (const { text } of ai.generateStream({ ...asked, prompt: question }).stream)
      said += text;
    expect(said).toContain('Paris');
    const [inputSchema, outputSchema] = [
      genkitZod.object({ city: genkitZod.string() }),
      genkitZod.string(),
    ];
    const look = ai.defineTool({ name: 'look', ...described, inputSchema, outputSchema }, execute);
    const { text } = await ai.generate({ ...asked, prompt: weather, tools: [look] });
    expect(text).toContain('sunny');
  });

  it('an agent of Mastra with a tool', async () => {
    const look = mastraTool({
      id: 'weather',
      ...described,
      inputSchema: parameters,
      execute: async () => 'sunny',
    });
    const agent = new MastraAgent({
      id: 'helper',
      name: 'helper',
      instructions: 'Be short.',
      model: { id: `custom/${name}`, url: baseURL, apiKey: 'none' },
      tools: { weather: look },
    });
    expect((await agent.generate(weather)).text).toContain('sunny');
  });

  describe.each([
    ['chat', OpenAIChatCompletionsModel],
    ['responses', OpenAIResponsesModel],
  ] as const)('agents of OpenAI over %s', (api, Model) => {
    const agent = (more: object = {}) => {
      const client = new OpenAI({ baseURL, apiKey: 'none', maxRetries: 0 });
      return new Agent({ name: 'a', model: new Model(client as never, name), ...more });
    };
    const look = () => agentTool({ name: 'weather', ...described, parameters, execute });

    it('a run, and one that is streamed, with a tool', async () => {
      expect((await run(agent(), question)).finalOutput).toContain('Paris');
      const tools = [look()];
      expect((await run(agent({ tools }), weather)).finalOutput).toContain('sunny');
      const result = await run(agent({ tools }), weather, { stream: true });
      await result.completed;
      expect(result.finalOutput).toContain('sunny');
    });

    it('an object, one call at a time, and a handoff', async () => {
      const outputType = z.object({ name: z.string() });
      const { finalOutput } = await run(agent({ outputType }), 'Name a city.');
      expect(finalOutput).toEqual({ name: expect.any(String) });
      const modelSettings = { parallelToolCalls: false };
      const asked = agent({ tools: [look()], modelSettings });
      expect((await run(asked, weather)).finalOutput).toContain('sunny');
      const other = new Agent({ name: 'Other', model: agent().model });
      const { lastAgent } = await run(
        agent({ handoffs: [other] }),
        'Use the tool to hand this over.',
      );
      expect(lastAgent?.name).toBe('Other');
    });

    it.runIf(api === 'responses')(
      'a hosted tool is ignored, and what was said is kept',
      async () => {
        const searching = agent({ tools: [webSearchTool()] });
        expect((await run(searching, question)).finalOutput).toContain('Paris');
        const { lastResponseId } = await run(agent(), 'My name is Ada.');
        const more = { previousResponseId: lastResponseId };
        expect((await run(agent(), 'What is my name?', more)).finalOutput).toContain('Ada');
      },
    );
  });
});

it('Ollama’s own client is told that there is nothing', async () => {
  await expect(new Ollama({ host: gateway.url }).list()).rejects.toMatchObject({
    status_code: 404,
  });
});

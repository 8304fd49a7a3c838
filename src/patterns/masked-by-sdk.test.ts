import { generateText, jsonSchema, Output, streamText, tool } from 'ai';
import { expect, it } from 'vitest';
import { run } from '../model/run/scope-life.ts';
import { personalDataMasker } from '../privacy/personal-data-masker.ts';
import { scriptedModel } from '../testing/index.ts';
import { cascade } from './cascade/cascade.ts';

const address = 'anna.weber@example.org';
const prompt = `Write to ${address}.`;
const object = Output.object({
  schema: jsonSchema<{ to: string }>({ type: 'object', properties: { to: { type: 'string' } } }),
});
const tools = { mail: tool({ inputSchema: jsonSchema<{ to: string }>({ type: 'object' }) }) };

const reply = (call: { prompt: unknown; responseFormat?: { type: string } }) => {
  const [placeholder] = /MASKED_EMAIL_\w+/.exec(JSON.stringify(call.prompt)) ?? ['none'];
  return call.responseFormat?.type === 'json' ? `{"to":"${placeholder}"}` : `To ${placeholder}.`;
};

// The SDK hands on every field of a call, most of them undefined.
it.each([
  ['generateText', async (model: Model) => (await generateText({ model, prompt })).text],
  ['streamText', async (model: Model) => await streamText({ model, prompt }).text],
  [
    'an object',
    async (model: Model) => (await generateText({ model, prompt, output: object })).text,
  ],
  ['tools', async (model: Model) => (await generateText({ model, prompt, tools })).text],
])('masks and restores what %s of the AI SDK asks', async (_, ask) => {
  const cloud = scriptedModel([reply], { modelId: 'cloud', place: 'cloud' });
  const model = cascade({ local: scriptedModel(["I don't know.", "I don't know."]), cloud });
  const said = await run({ masker: personalDataMasker() }, () => ask(model));
  expect(said).toContain(address);
  expect(cloud.calls).toHaveLength(1);
  expect(JSON.stringify(cloud.calls)).not.toContain('anna.weber');
});

type Model = ReturnType<typeof cascade>;

import { describe, expect, it } from 'vitest';
import { userCall } from '../../model/answer.ts';
import type { Answer, Call, LanguageModel } from '../../model/types.ts';
import { collectStream } from '../../testing/double.ts';
import { scriptedModel } from '../../testing/scripted-model.ts';
import { boundModel } from './bound-model.ts';
import { readingModel } from './reading-model.ts';

const properties = { expression: { type: 'string' as const } };
const inputSchema = { type: 'object' as const, properties, required: ['expression'] };
const call: Call = userCall('Write one short sentence about cats.', {
  tools: [{ type: 'function', name: 'calculator', inputSchema }],
  toolChoice: { type: 'required' },
  maxOutputTokens: 120,
});
// What SmolLM2 wrote: a number whose digits go on to the limit.
const runaway = {
  text: `{\n  "name": "calculator",\n  "arguments": {\n    "expression": "10.${'0'.repeat(87)}`,
  finishReason: 'length' as const,
};
const whole = '{"name":"calculator","arguments":{"expression":"10"}}';

const ways: Readonly<Record<string, (model: LanguageModel) => Promise<Answer>>> = {
  whole: async model => model.doGenerate(call),
  streamed: async model => collectStream((await model.doStream(call)).stream),
};

describe.each(Object.entries(ways))('a demanded call that does not end, %s', (_, ask) => {
  it('is asked for again with texts that fit into the limit', async () => {
    const served = scriptedModel([runaway, whole]);
    const answer = await ask(readingModel(boundModel(served)));
    expect(answer.content).toMatchObject([
      { type: 'tool-call', toolName: 'calculator', input: '{"expression":"10"}' },
    ]);
    expect(answer.finishReason.unified).toBe('tool-calls');
    const [first, second] = served.calls.map(({ responseFormat }) =>
      JSON.stringify(responseFormat),
    );
    expect(first).not.toContain('maxLength');
    expect(second).toContain('"expression":{"type":"string","maxLength":60}');
    const alone = await ask(readingModel(boundModel(scriptedModel([whole]))));
    expect(answer.usage.outputTokens.total).toBeGreaterThan(alone.usage.outputTokens.total!);
    served.verify();
  });

  it('is a call that fits no tool, and no text, where it does not end then either', async () => {
    const answer = await ask(readingModel(boundModel(scriptedModel([runaway, runaway]))));
    expect(answer.content).toMatchObject([{ type: 'tool-call', toolName: 'calculator' }]);
    expect(answer.finishReason.unified).toBe('length');
  });

  it('is not asked for again where it is whole', async () => {
    const served = scriptedModel([whole]);
    await ask(readingModel(boundModel(served)));
    served.verify();
  });
});

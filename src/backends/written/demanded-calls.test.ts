import { describe, expect, it } from 'vitest';
import { answerCollector, userCall } from '../../model/answer.ts';
import type { Call, StreamPart } from '../../model/types.ts';
import { model } from '../../registry/model.ts';
import { startWireDouble } from '../../testing/wire/wire-double.ts';

const inputSchema = {
  type: 'object' as const,
  properties: { city: { type: 'string' as const } },
  required: ['city'],
};
const tools: NonNullable<Call['tools']> = [
  { type: 'function', name: 'weather', description: 'the weather', inputSchema },
  { type: 'function', name: 'news', inputSchema },
];
const written = '{"name":"weather","arguments":{"city":"Oslo"}}';

const over = {
  ollama: { spec: 'ollama:m', path: '' },
  'llama-server': { spec: 'llama-server:m', path: '/v1' },
};

describe.each(Object.entries(over))('a demanded call over %s', (name, { spec, path }) => {
  const schemaIn = (body: Record<string, unknown>) =>
    name === 'ollama'
      ? body.format
      : (body.response_format as { json_schema: { schema: unknown } }).json_schema.schema;

  it.each([true, false])('is bound by a schema, and read back (streamed: %s)', async isStreamed => {
    await using double = await startWireDouble(
      Array.from({ length: 4 }, () => ({ text: written })),
    );
    const asked = model(spec, { endpoint: `${double.url}${path}` });
    const call = userCall('Oslo?', { tools, toolChoice: { type: 'required' } });
    const collector = answerCollector();
    if (isStreamed) {
      const { stream } = await asked.doStream(call);
      for await (const part of stream as unknown as AsyncIterable<StreamPart>) collector.add(part);
    }
    const answer = isStreamed ? collector.answer() : await asked.doGenerate(call);
    expect(answer.content).toMatchObject([
      { type: 'tool-call', toolName: 'weather', input: '{"city":"Oslo"}' },
    ]);
    expect(answer.finishReason.unified).toBe('tool-calls');
    const { body } = double.requests.findLast(({ method }) => method === 'POST')!;
    expect(body.tools).toBeUndefined();
    expect(schemaIn(body)).toMatchObject({
      anyOf: [{ properties: { name: { const: 'weather' } } }, { properties: {} }],
    });
    expect(JSON.stringify(body.messages)).toContain('the weather');
  });

  it('is that of the one tool that is named', async () => {
    await using double = await startWireDouble(
      Array.from({ length: 4 }, () => ({ text: written })),
    );
    const asked = model(spec, { endpoint: `${double.url}${path}` });
    const toolChoice = { type: 'tool' as const, toolName: 'weather' };
    await asked.doGenerate(userCall('Oslo?', { tools, toolChoice }));
    const { body } = double.requests.findLast(({ method }) => method === 'POST')!;
    expect(schemaIn(body)).toMatchObject({ properties: { arguments: inputSchema } });
  });
});

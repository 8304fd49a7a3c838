import { describe, expect, it } from 'vitest';
import { openaiCompatible } from '../../src/entries/backends.ts';
import { startWireDouble } from '../../src/testing/index.ts';
import { type Json, startGateway } from './start-gateway.ts';

const text = '```json\n{"name": "weather", "arguments": {"city": "Oslo"}}\n```';
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const messages = [{ role: 'user', content: 'The weather in Oslo?' }];

async function asked(path: string, body: object): Promise<string> {
  await using double = await startWireDouble(Array.from({ length: 4 }, () => ({ text })));
  const local = openaiCompatible({ model: 'm', endpoint: `${double.url}/v1` });
  await using gateway = await startGateway({ local });
  const response = await gateway.send(path, { model: 'local', ...body });
  return response.text();
}

describe('a tool call that was written as text is a call over HTTP', () => {
  const chat = {
    messages,
    tools: [{ type: 'function', function: { name: 'weather', parameters } }],
  };
  const respond = {
    input: 'The weather in Oslo?',
    tools: [{ type: 'function', name: 'weather', parameters }],
  };

  it('in a chat completion', async () => {
    const body = JSON.parse(await asked('/v1/chat/completions', chat)) as Json;
    expect(body.choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: { content: null, tool_calls: [{ function: { name: 'weather' } }] },
    });
  });

  it('in a streamed chat completion', async () => {
    const events = await asked('/v1/chat/completions', { ...chat, stream: true });
    expect(events).toContain('"name":"weather"');
    expect(events).toContain('"finish_reason":"tool_calls"');
    expect(events).not.toContain('```');
  });

  it('in a response', async () => {
    const body = JSON.parse(await asked('/v1/responses', respond)) as Json;
    expect(body.output).toMatchObject([
      { type: 'function_call', name: 'weather', arguments: '{"city":"Oslo"}' },
    ]);
  });

  it('in a streamed response', async () => {
    const events = await asked('/v1/responses', { ...respond, stream: true });
    expect(events).toContain('response.function_call_arguments.done');
    expect(events).not.toContain('```');
  });
});

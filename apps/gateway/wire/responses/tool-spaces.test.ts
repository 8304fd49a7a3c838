import { expect, it } from 'vitest';
import { openaiCompatible } from '../../../../src/entries/backends.ts';
import { startWireDouble } from '../../../../src/testing/index.ts';
import { type Json, jsonOf, startGateway } from '../../start-gateway.ts';

const parameters = { type: 'object', properties: { q: { type: 'string' } } };
const tools = [
  {
    ...{ type: 'namespace', name: 'mcp__mail', description: 'Mail.' },
    tools: [
      { type: 'function', name: '_search', parameters, strict: false },
      { type: 'custom', name: 'write' },
    ],
  },
  { type: 'function', name: 'shell', parameters },
];

it.each<[string, unknown, object]>([
  [
    'mcp__mail_search',
    { q: 'x' },
    { type: 'function_call', name: '_search', namespace: 'mcp__mail', arguments: '{"q":"x"}' },
  ],
  [
    'mcp__mail__write',
    { input: 'Hi' },
    { type: 'custom_tool_call', name: 'write', namespace: 'mcp__mail', input: 'Hi' },
  ],
  ['shell', { q: 'x' }, { type: 'function_call', name: 'shell', arguments: '{"q":"x"}' }],
])('a tool in a space of names is called and answered by both: %s', async (name, input, item) => {
  await using upstream = await startWireDouble([{ tool: { name, input } }]);
  const endpoint = `${upstream.url}/v1`;
  const local = openaiCompatible({ model: 'm', endpoint, place: 'device' });
  await using gateway = await startGateway({ local });
  const ask = { model: 'local', input: 'Look.', tools };
  const whole = await jsonOf(gateway.send('/v1/responses', ask));
  expect(whole.output).toMatchObject([item]);
  expect(whole.tandem.warnings).toBeUndefined();
  const sent = upstream.requests.at(-1)!.body.tools as Json[];
  expect(sent.map(tool => tool.function.name)).toEqual([
    ...['mcp__mail_search', 'mcp__mail__write', 'shell'],
  ]);
  const streamed = await gateway.send('/v1/responses', { ...ask, stream: true });
  const events = [...(await streamed.text()).matchAll(/^data: (.*)$/gm)];
  expect(JSON.parse(events.at(-1)![1]!).response.output).toMatchObject([item]);
  const [call] = whole.output;
  const output = { type: `${call.type}_output`, call_id: call.call_id, output: 'Found.' };
  const input2 = [{ role: 'user', content: 'Look.' }, call, output];
  expect((await gateway.send('/v1/responses', { ...ask, input: input2 })).status).toBe(200);
  const messages = upstream.requests.at(-1)!.body.messages as Json[];
  expect(messages[1].tool_calls[0].function.name).toBe(name);
});

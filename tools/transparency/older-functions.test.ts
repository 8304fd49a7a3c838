/** The older way to offer what may be called, and to be told of a call. */
import { expect, it } from 'vitest';
import { both, called } from './odd-texts.ts';
import { startQuirkServer } from './quirk-server.ts';

const paris = { name: 'get_weather', arguments: '{"city":"Paris"}' };
const call = (id: string) => ({ index: Number(id), id, type: 'function', function: paris });
const quirks = {
  one: both({ tool_calls: [call('0')] }, called, 'tool_calls'),
  two: both({ tool_calls: [call('0'), call('1')] }, called, 'tool_calls'),
};
const parameters = { type: 'object', properties: { city: { type: 'string' } } };
const functions = [{ name: 'get_weather', description: 'Tells it.', parameters }];
const messages = [{ role: 'user', content: 'How is it in Paris?' }];

it('functions are tools to models, and a call is written as before there were tools', async () => {
  await using it = await startQuirkServer(quirks, ['cascade', 'router']);
  const ask = async (body: object) =>
    (await it.gateway.send('/v1/chat/completions', { messages, functions, ...body })).text();
  for (const model of it.modelsOver('one')) {
    const { choices, tandem } = JSON.parse(await ask({ model }));
    const { message, finish_reason: finish } = choices[0];
    expect([message.function_call, message.tool_calls]).toEqual([paris, undefined]);
    expect([finish, tandem.warnings]).toEqual(['function_call', undefined]);
    const events = await ask({ model, stream: true });
    const chunks = events.match(/\{.*\}/g)!.map(line => JSON.parse(line).choices[0]);
    const pieces = chunks.map(each => each?.delta.function_call ?? {});
    const joined = (key: string) => pieces.map(piece => piece[key] ?? '').join('');
    expect([joined('name'), joined('arguments')]).toEqual([paris.name, paris.arguments]);
    expect(events).toContain('"finish_reason":"function_call"');
    expect(events).not.toContain('tool_calls');
  }
  const [tool] = it.sent.get('one')!.tools as { function: object }[];
  expect(tool?.function).toMatchObject(functions[0]!);
  expect(it.sent.get('one')).not.toHaveProperty('functions');
});

it('what it cannot say is said as tools are: several calls', async () => {
  await using it = await startQuirkServer(quirks);
  const body = { model: 'two', messages, functions };
  const sent = await it.gateway.send('/v1/chat/completions', body);
  const whole = JSON.parse(await sent.text());
  expect(whole.choices[0].message.function_call).toEqual(paris);
  expect(whole.choices[0].message.tool_calls).toHaveLength(2);
});

it('a choice, results and nulls of the older way are read', async () => {
  await using it = await startQuirkServer(quirks);
  const send = (body: object) => it.gateway.send('/v1/chat/completions', { model: 'one', ...body });
  await send({ messages, functions, function_call: 'none' });
  expect(it.sent.get('one')).toMatchObject({ tool_choice: 'none' });
  const history = [
    ...messages,
    { role: 'assistant', content: null, function_call: paris },
    { role: 'function', name: 'get_weather', content: '17 degrees' },
  ];
  expect((await send({ messages: history, functions })).status).toBe(200);
  const sent = it.sent.get('one')!.messages as { role: string; content: string }[];
  expect(sent.at(-1)).toMatchObject({ role: 'tool', content: '17 degrees' });
  const tools = [{ type: 'function', function: functions[0] }];
  for (const none of [null, []]) {
    const sentBack = await send({ messages, tools, functions: none });
    const answer = JSON.parse(await sentBack.text());
    expect(answer.choices[0].finish_reason).toBe('tool_calls');
    expect(answer.choices[0].message.tool_calls).toHaveLength(1);
  }
});

import { expect, it } from 'vitest';
import { openaiCompatible } from '../../src/entries/backends.ts';
import { startWireDouble, type WireStep } from '../../src/testing/index.ts';
import { type Json, jsonOf, startGateway } from './start-gateway.ts';

const local = (url: string) =>
  openaiCompatible({ model: 'm', endpoint: `${url}/v1`, place: 'device' });
const answering = (choice: object): WireStep => ({
  raw: JSON.stringify({ choices: [choice] }),
  headers: { 'content-type': 'application/json' },
});
const patch = '*** Begin Patch\n*** End Patch';
const called = answering({
  message: {
    tool_calls: [
      {
        id: 'call_1',
        function: { name: 'apply_patch', arguments: JSON.stringify({ input: patch }) },
      },
    ],
  },
  finish_reason: 'tool_calls',
});

// The fields and tools of a coding agent on the responses interface.
const agent = {
  model: 'local',
  instructions: 'You are a coding agent.',
  input: [
    { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'rules' }] },
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Patch it.' }] },
  ],
  tools: [
    { type: 'function', name: 'shell', strict: false, parameters: { type: 'object' } },
    { type: 'custom', name: 'apply_patch', description: 'd', format: { type: 'grammar' } },
    { type: 'web_search', external_web_access: false },
    { type: 'local_shell' },
    { type: 'namespace', name: 'mcp', tools: [] },
    { type: 'image_generation', output_format: 'png' },
  ],
  tool_choice: 'auto',
  parallel_tool_calls: true,
  reasoning: { effort: 'medium', summary: 'auto' },
  store: false,
  include: ['reasoning.encrypted_content'],
  prompt_cache_key: '01a2',
  text: { verbosity: 'low' },
  client_metadata: { a: 'b' },
};

it('a coding agent with custom and hosted tools is answered, whole and streamed', async () => {
  await using upstream = await startWireDouble([called, called, {}]);
  await using gateway = await startGateway({ local: local(upstream.url) });
  const whole = await jsonOf(gateway.send('/v1/responses', agent));
  const [call] = whole.output;
  expect(call).toMatchObject({ type: 'custom_tool_call', name: 'apply_patch', input: patch });
  expect(upstream.requests[0]!.body).toMatchObject({
    verbosity: 'low',
    reasoning_effort: 'medium',
  });
  const sent = upstream.requests[0]!.body.tools as Json[];
  expect(sent.map(tool => tool.function.name)).toEqual(['shell', 'apply_patch']);
  const named = whole.tandem.warnings.join();
  for (const word of ['web_search', 'local_shell', 'namespace', 'image_generation', 'encrypted'])
    expect(named).toContain(word);
  const streamed = await (await gateway.send('/v1/responses', { ...agent, stream: true })).text();
  expect(streamed).toContain('response.custom_tool_call_input.done');
  const next = {
    ...agent,
    input: [
      ...agent.input,
      { type: 'reasoning', summary: [], encrypted_content: null, content: null },
      call,
      { type: 'custom_tool_call_output', call_id: call.call_id, output: 'Done.' },
      { type: 'web_search_call', id: 'ws_1', status: 'completed' },
    ],
  };
  const after = await jsonOf(gateway.send('/v1/responses', next));
  expect(after.tandem.warnings.join()).toContain('input[5] (web_search_call)');
  const messages = upstream.requests[2]!.body.messages as Json[];
  expect(messages.at(-1)).toMatchObject({ role: 'tool', content: 'Done.' });
});

it('custom and allowed tools of chat completions are too', async () => {
  await using upstream = await startWireDouble([called, called, {}]);
  await using gateway = await startGateway({ local: local(upstream.url) });
  const ask = {
    model: 'local',
    messages: [{ role: 'user', content: 'Patch it.' }],
    tools: [
      { type: 'custom', custom: { name: 'apply_patch' } },
      { type: 'function', function: { name: 'other' } },
    ],
    tool_choice: {
      type: 'allowed_tools',
      allowed_tools: { mode: 'auto', tools: [{ type: 'custom', custom: { name: 'apply_patch' } }] },
    },
  };
  const { choices } = await jsonOf(gateway.send('/v1/chat/completions', ask));
  const [call] = choices[0].message.tool_calls;
  expect(call).toMatchObject({ type: 'custom', custom: { name: 'apply_patch', input: patch } });
  expect(upstream.requests[0]!.body.tools).toHaveLength(1);
  const streamed = await gateway.send('/v1/chat/completions', { ...ask, stream: true });
  expect(await streamed.text()).toContain('"custom":{"name":"apply_patch"');
  const messages = [
    ...ask.messages,
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: call.id, content: [{ type: 'image_url', image_url: 'x' }] },
  ];
  const after = await gateway.send('/v1/chat/completions', { ...ask, messages });
  expect(after.status).toBe(200);
});

it('calls of the older form are understood in a history', async () => {
  await using upstream = await startWireDouble([{}]);
  await using gateway = await startGateway({ local: local(upstream.url) });
  const messages = [
    { role: 'user', content: 'w' },
    { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
    { role: 'function', name: 'f', content: 'sunny' },
  ];
  expect((await gateway.send('/v1/chat/completions', { model: 'local', messages })).status).toBe(
    200,
  );
  const [, said, result] = upstream.requests[0]!.body.messages as Json[];
  expect(result.tool_call_id).toBe(said.tool_calls[0].id);
});

it.each([
  [{ prediction: { type: 'content', content: 'x' } }, 'prediction'],
  [{ messages: [{ role: 'user', name: 'Ann', content: 'hi' }] }, 'messages[0].name'],
  [
    { messages: [{ role: 'user', content: [{ type: 'text', text: 'a', cache_control: {} }] }] },
    'messages[0].content[0].cache_control',
  ],
  [{ messages: [{ role: 'user', content: 'hi', weight: 1 }] }, 'messages[0].weight'],
  [{ grammar: 'root ::= "x"', top_k: 'four' }, 'top_k'],
])('what is not done is named: %j', async (more, name) => {
  await using upstream = await startWireDouble([{}, {}]);
  await using gateway = await startGateway({ local: local(upstream.url) });
  const ask = { model: 'local', messages: [{ role: 'user', content: 'hi' }], ...more };
  const { tandem } = await jsonOf(gateway.send('/v1/chat/completions', ask));
  expect(tandem.warnings.join()).toContain(name);
  const streamed = await gateway.send('/v1/chat/completions', { ...ask, stream: true });
  expect(await streamed.text()).toContain(name);
});

it('a schema of forty objects in each other, and thousands of messages, are taken', async () => {
  await using upstream = await startWireDouble([{}, {}]);
  await using gateway = await startGateway({ local: local(upstream.url) });
  let schema: object = { type: 'string' };
  for (let depth = 0; depth < 40; depth++) schema = { type: 'object', properties: { a: schema } };
  const ask = { model: 'local', messages: [{ role: 'user', content: 'hi' }] };
  const response_format = { type: 'json_schema', json_schema: { name: 'o', schema } };
  const deep = await gateway.send('/v1/chat/completions', { ...ask, response_format });
  expect([200, 502]).toContain(deep.status);
  const messages = Array.from({ length: 5000 }, () => ask.messages[0]);
  expect((await gateway.send('/v1/chat/completions', { ...ask, messages })).status).toBe(200);
});

it('a stop of more words than any server takes says what is wrong with it', async () => {
  await using upstream = await startWireDouble([]);
  await using gateway = await startGateway({ local: local(upstream.url) });
  const ask = {
    model: 'local',
    messages: [{ role: 'user', content: 'hi' }],
    stop: Array(129).fill('a'),
  };
  const { error } = await jsonOf(gateway.send('/v1/chat/completions', ask));
  expect(error.message).toContain('<=128');
});

it('a document by its URL is refused, by the name of its field', async () => {
  await using upstream = await startWireDouble([]);
  const settings = { gateway: { allowUrls: true } };
  await using gateway = await startGateway({ local: local(upstream.url) }, settings);
  const content = [{ type: 'input_file', file_url: 'https://example.org/a.pdf' }];
  const input = [{ role: 'user', content }];
  const refused = await gateway.send('/v1/responses', { model: 'local', input });
  expect([refused.status, (await jsonOf(refused)).error.param]).toEqual([
    400,
    'input[0].content[0]',
  ]);
});

it('thoughts are told as a summary too, and come back from one', async () => {
  const thinking = { text: '<think>France. Its capital.</think>Paris' };
  await using upstream = await startWireDouble([thinking, thinking, { text: 'Yes.' }]);
  await using gateway = await startGateway({ local: local(upstream.url) });
  const ask = { model: 'local', input: 'Capital of France?' };
  const { output } = await jsonOf(gateway.send('/v1/responses', ask));
  const summary = [{ type: 'summary_text', text: 'France. Its capital.' }];
  expect(output[0]).toMatchObject({
    ...{ type: 'reasoning', summary },
    content: [{ type: 'reasoning_text', text: 'France. Its capital.' }],
  });
  const streamed = await (await gateway.send('/v1/responses', { ...ask, stream: true })).text();
  for (const event of [
    'summary_part.added',
    'summary_text.delta',
    'text.delta',
    'summary_part.done',
  ])
    expect(streamed).toContain(`event: response.reasoning_${event}`);
  const next = {
    ...ask,
    input: [
      { role: 'user', content: 'Capital of France?' },
      { type: 'reasoning', summary, encrypted_content: null },
      { role: 'assistant', content: 'Paris' },
      { role: 'user', content: 'Sure?' },
    ],
  };
  await jsonOf(gateway.send('/v1/responses', next));
  const messages = upstream.requests[2]!.body.messages as Json[];
  expect(messages[1]).toMatchObject({ reasoning_content: 'France. Its capital.' });
});

import { expect, it } from 'vitest';
import { ollama, openaiCompatible } from '../../src/entries/backends.ts';
import { userCall } from '../../src/index.ts';
import { startWireDouble, type WireStep } from '../../src/testing/index.ts';
import { type Json, jsonOf, startGateway } from './start-gateway.ts';

const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }];
const odd = '{"user_id": 1234567890123456789, "price": 1.10, "name": "M\\u00fcller"}';
const cut = '{"city": "Par';

const chatTurn = (written: string) => [
  { role: 'user', content: 'w' },
  {
    role: 'assistant',
    tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: written } }],
  },
  { role: 'tool', tool_call_id: 'call_1', content: 'ok' },
];
const responseTurn = (written: string) => [
  { role: 'user', content: 'w' },
  { type: 'function_call', call_id: 'call_1', name: 'f', arguments: written },
  { type: 'function_call_output', call_id: 'call_1', output: 'ok' },
];
const answering = (choice: object): WireStep => ({
  raw: JSON.stringify({ choices: [choice] }),
  headers: { 'content-type': 'application/json' },
});

async function over(steps: WireStep[], config: object = {}) {
  const upstream = await startWireDouble(steps);
  const endpoint = `${upstream.url}/v1`;
  const local = openaiCompatible({ model: 'm', endpoint, place: 'device' });
  const cloud = openaiCompatible({ model: 'c', endpoint, place: 'cloud' });
  const gateway = await startGateway({ local, cloud }, config);
  return {
    gateway,
    sent: (at: number): Json => upstream.requests[at]!.body,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await upstream.close();
    },
  };
}

it.each([odd, cut, '{ }', '[1,2]', '"text"', '{"a":1e3}', 'not json'])(
  'arguments of earlier calls reach the model byte for byte, over both interfaces: %s',
  async written => {
    await using it = await over([{}, {}, {}]);
    const chat = { model: 'local', tools, messages: chatTurn(written) };
    expect((await it.gateway.send('/v1/chat/completions', chat)).status).toBe(200);
    const streamed = await it.gateway.send('/v1/chat/completions', { ...chat, stream: true });
    await streamed.text();
    await it.gateway.send('/v1/responses', { model: 'local', input: responseTurn(written) });
    for (const at of [0, 1, 2])
      expect(it.sent(at).messages[1].tool_calls[0].function.arguments).toBe(written);
  },
);

const nestings = {
  lists: `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  objects: `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
  'text in text': Array.from({ length: 12 }).reduce<string>(text => JSON.stringify([text]), '1'),
};

it.each(Object.entries(nestings))(
  'JSON in JSON as deep as may be is no failure of the server, masked or not: %s',
  async (_name, written) => {
    await using it = await over(Array.from({ length: 16 }, () => ({})));
    for (const model of ['local', 'cloud'])
      for (const mask of ['true', 'false'])
        for (const stream of [false, true])
          for (const [path, body] of [
            ['/v1/chat/completions', { tools, messages: chatTurn(written) }],
            ['/v1/responses', { input: responseTurn(written) }],
          ] as const) {
            const headers = { 'content-type': 'application/json', 'x-tandem-mask': mask };
            const answer = await it.gateway.send(path, { model, stream, ...body }, { headers });
            const said = await answer.text();
            expect([path, answer.status, said.includes('internal_error')]).toEqual([
              path,
              expect.toSatisfy((status: number) => status < 500),
              false,
            ]);
          }
  },
);

it('a kept response sends its calls again as the model wrote them, with its thoughts', async () => {
  const message = {
    role: 'assistant',
    reasoning_content: 'I think',
    tool_calls: [{ id: 'call_1', function: { name: 'f', arguments: odd } }],
  };
  await using it = await over([answering({ message, finish_reason: 'tool_calls' }), {}]);
  const asked = { model: 'local', tools: [{ type: 'function', name: 'f' }], input: 'w' };
  const first = await jsonOf(it.gateway.send('/v1/responses', asked));
  const [, call] = first.output;
  expect(call.arguments).toBe(odd);
  const result = { type: 'function_call_output', call_id: call.call_id, output: 'ok' };
  const again = { ...asked, previous_response_id: first.id, input: [result] };
  expect((await it.gateway.send('/v1/responses', again)).status).toBe(200);
  expect(it.sent(1).messages[1]).toMatchObject({
    reasoning_content: 'I think',
    tool_calls: [{ id: 'call_1', function: { arguments: odd } }],
  });
});

it('an input that a server writes as an object keeps its digits, whole and streamed', async () => {
  const call =
    '{"id":"call_1","index":0,"function":{"name":"f","arguments":{"id":1234567890123456789}}}';
  const whole = `{"choices":[{"message":{"tool_calls":[${call}]},"finish_reason":"tool_calls"}]}`;
  const events = `data: ${whole.replace('message', 'delta')}\n\ndata: [DONE]\n\n`;
  const json = { 'content-type': 'application/json' };
  await using it = await over([
    { raw: whole, headers: json },
    { raw: events, headers: { 'content-type': 'text/event-stream' } },
  ]);
  const asked = { model: 'local', tools, messages: [{ role: 'user', content: 'w' }] };
  const { choices } = await jsonOf(it.gateway.send('/v1/chat/completions', asked));
  expect(choices[0].message.tool_calls[0].function.arguments).toBe('{"id":1234567890123456789}');
  const streamed = await it.gateway.send('/v1/chat/completions', { ...asked, stream: true });
  expect(await streamed.text()).toContain('{\\"id\\":1234567890123456789}');
});

it('what is masked is found however it is escaped; clean inputs stay as written', async () => {
  const masked = { privacy: { mask: true, words: ['Müller'] } };
  await using it = await over([{}, {}, {}], masked);
  const ask = (written: string) =>
    it.gateway.send('/v1/chat/completions', {
      model: 'cloud',
      tools,
      messages: chatTurn(written),
    });
  for (const written of [odd, '{"name": "M\\u00fcl', '{"id": 1.10}']) await ask(written);
  const given = [0, 1, 2].map(at => it.sent(at).messages[1].tool_calls[0].function.arguments);
  expect(given[0]).not.toMatch(/M.*ller/);
  expect(JSON.parse(given[0]).price).toBe(1.1);
  expect(given[2]).toBe('{"id": 1.10}');
});

it('Ollama gets objects with their digits, and its own calls keep theirs', async () => {
  const line =
    '{"message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"f",' +
    '"arguments":{"id":1234567890123456789}}}]},"done":true,"done_reason":"stop"}\n';
  const raw = { raw: line, headers: { 'content-type': 'application/x-ndjson' } };
  await using upstream = await startWireDouble([raw, raw, {}, {}]);
  const model = ollama({ model: 'm', endpoint: upstream.url });
  await using gateway = await startGateway({ local: model });
  const asked = { model: 'local', tools, messages: [{ role: 'user', content: 'w' }] };
  const { choices } = await jsonOf(gateway.send('/v1/chat/completions', asked));
  expect(choices[0].message.tool_calls[0].function.arguments).toBe('{"id":1234567890123456789}');
  const streamed = await gateway.send('/v1/chat/completions', { ...asked, stream: true });
  expect(await streamed.text()).toContain('{\\"id\\":1234567890123456789}');
  await gateway.send('/v1/chat/completions', { ...asked, messages: chatTurn(odd) });
  const sent = upstream.requests.filter(({ path }) => path === '/api/chat').at(-1)!;
  expect(sent.text).toContain('"user_id":1234567890123456789,"price":1.10');
  const broken = await jsonOf(
    gateway.send('/v1/chat/completions', { ...asked, messages: chatTurn(cut) }),
  );
  expect(broken.tandem.warnings.join()).toContain('Ollama takes an object alone');
});

it('a call of the SDK is written as before', async () => {
  await using upstream = await startWireDouble([{}]);
  const model = openaiCompatible({ model: 'm', endpoint: `${upstream.url}/v1`, place: 'device' });
  const call = userCall('w');
  const part = { type: 'tool-call' as const, toolCallId: '1', toolName: 'f', input: { a: 1.1 } };
  await model.doGenerate({
    ...call,
    prompt: [...call.prompt, { role: 'assistant', content: [part] }],
  });
  const [, said] = upstream.requests[0]!.body.messages as Json;
  expect(said.tool_calls[0].function.arguments).toBe('{"a":1.1}');
});

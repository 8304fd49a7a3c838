import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openaiCompatible } from '../../../../src/entries/backends.ts';
import { startWireDouble, type WireDouble } from '../../../../src/testing/index.ts';
import { type Json, jsonOf, startGateway, type TestGateway } from '../../start-gateway.ts';

const parameters = { type: 'object', properties: { a: { type: 'string' } } };
const tool = { type: 'function', function: { name: 'f', parameters } };
const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5C';
const url = `data:image/png;base64,${png}`;
const picture = { type: 'image_url', image_url: { url } };
const user = (content: unknown) => ({ role: 'user', content });
const wrote = (more: object) => ({ role: 'assistant', content: 'b', ...more });
const called = (call: object, result: object = {}) => [
  user('a'),
  { role: 'assistant', content: null, tool_calls: [call] },
  { role: 'tool', content: 'r', ...result },
];
const format = (schema: object) => ({
  response_format: { type: 'json_schema', json_schema: { name: 'response', schema } },
});

let upstream: WireDouble;
let gateway: TestGateway;

beforeAll(async () => {
  upstream = await startWireDouble([{}]);
  const endpoint = `${upstream.url}/v1`;
  gateway = await startGateway({
    local: openaiCompatible({ model: 'm', endpoint, place: 'device' }),
    cloud: openaiCompatible({ model: 'c', endpoint, place: 'cloud' }),
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await upstream.close();
});

async function sentFor(path: string, body: object): Promise<Json> {
  const response = await gateway.send(path, { model: 'local', ...body });
  expect([response.status, await response.text()]).toEqual([200, expect.anything()]);
  return JSON.parse(upstream.requests.at(-1)!.text);
}

describe('another spelling reaches a server as OpenAI’s', () => {
  it.each<[string, object, object]>([
    ['no limit', { max_tokens: -1 }, {}],
    ['an effort by default', { reasoning_effort: 'default' }, {}],
    ['the most effort', { reasoning_effort: 'max' }, { reasoning_effort: 'max' }],
    ['many stops', { stop: [...'abcdef'] }, { stop: [...'abcdef'] }],
    ['a choice in an object', { tools: [tool], tool_choice: { type: 'auto' } }, { tools: [tool] }],
    ['a flat tool', { tools: [{ type: 'function', ...tool.function }] }, { tools: [tool] }],
    [
      'a tool of Anthropic’s',
      { tools: [{ name: 'f', input_schema: parameters }] },
      { tools: [tool] },
    ],
    ['a tool without a type', { tools: [{ function: tool.function }] }, { tools: [tool] }],
    [
      'a flat schema',
      { response_format: { type: 'json_schema', schema: parameters } },
      format(parameters),
    ],
    [
      'a schema beside JSON',
      { response_format: { type: 'json_object', schema: parameters } },
      format(parameters),
    ],
  ])('%s', async (_, given, wanted) => {
    const plain = { messages: [user('hi')] };
    const sent = await sentFor('/v1/chat/completions', { ...plain, ...given });
    expect(sent).toMatchObject(wanted);
    if (Object.keys(wanted).length === 0) expect(Object.keys(sent)).toEqual(['model', 'messages']);
  });

  it.each<[string, object[], object]>([
    ['parts of plain text', [user(['a', 'b'])], { content: [{ text: 'a' }, { text: 'b' }] }],
    ['no text', [user([{ type: 'text', text: null }])], { content: '' }],
    ['nothing', [user(null)], { content: '' }],
    [
      'a picture of responses',
      [user([{ type: 'input_image', image_url: url }])],
      { content: [picture] },
    ],
    [
      'a picture of Anthropic’s',
      [user([{ type: 'image', source: { media_type: 'image/png', data: png } }])],
      { content: [picture] },
    ],
    [
      'a text of responses',
      [wrote({ content: [{ type: 'output_text', text: 'b' }] })],
      { content: 'b' },
    ],
    [
      'a thought in parts',
      [wrote({ content: [{ type: 'think', think: 't' }] })],
      { reasoning_content: 't' },
    ],
    ['a thought in an object', [wrote({ thinking: { content: 't' } })], { reasoning_content: 't' }],
    ['a thought of another name', [wrote({ reasoning_text: 't' })], { reasoning_content: 't' }],
    [
      'a thought in details',
      [wrote({ reasoning_details: [{ type: 'reasoning.text', text: 't' }] })],
      { reasoning_content: 't' },
    ],
    [
      'a result that is an object',
      called(
        { id: 'i', function: { name: 'f', arguments: '{}' } },
        { tool_call_id: 'i', content: { a: 1 } },
      ),
      { content: '{"a":1}' },
    ],
    [
      'a call without an id',
      called({ function: { name: 'f', arguments: '{}' } }),
      { tool_call_id: 'call_1_0' },
    ],
    [
      'arguments in an object',
      called({ function: { name: 'f', arguments: { a: 1 } } }),
      { content: 'r' },
    ],
  ])('%s', async (_, messages, wanted) => {
    const sent = await sentFor('/v1/chat/completions', { messages });
    expect(sent.messages.at(-1)).toMatchObject(wanted);
  });

  it('so do those of responses', async () => {
    const input = [
      { role: 'user', content: [picture, 'see'] },
      { type: 'function_call', call_id: 'i', name: 'f', arguments: { a: 1 } },
      { type: 'function_call_output', call_id: 'i', output: [picture] },
      { type: 'function_call', call_id: 'j', name: 'f', arguments: '{}' },
      { type: 'function_call_output', call_id: 'j', output: { b: 1 } },
    ];
    const sent = await sentFor('/v1/responses', {
      ...{ input, tools: [tool], tool_choice: 'auto', reasoning: { effort: 'default' } },
      text: { format: { type: 'json_schema', json_schema: { schema: parameters } } },
    });
    expect(sent).toMatchObject(format(parameters));
    expect(sent.reasoning_effort).toBeUndefined();
    expect(sent.messages.at(-1).content).toBe('{"b":1}');
    expect(sent.tools).toMatchObject([tool]);
    expect(sent.messages[0].content).toEqual([picture, { type: 'text', text: 'see' }]);
    expect(sent.messages[1].tool_calls[0].function.arguments).toBe('{"a":1}');
    expect(sent.messages[2].content).toEqual([picture]);
  });
});

describe('what a tool gave', () => {
  const messages = called(
    { id: 'i', type: 'function', function: { name: 'f', arguments: '{}' } },
    { tool_call_id: 'i', content: [{ type: 'text', text: 'of ann@example.org' }, picture] },
  );

  it('leaves with a picture for a cloud only where no mask must look into it', async () => {
    const before = upstream.requests.length;
    const masked = { model: 'cloud', messages, tandem: { mask: true } };
    const refused = await gateway.send('/v1/chat/completions', masked);
    expect([refused.status, upstream.requests.length]).toEqual([403, before]);
    const sent = await sentFor('/v1/chat/completions', { model: 'cloud', messages });
    expect(sent.messages[2].content).toEqual([
      { type: 'text', text: 'of ann@example.org' },
      picture,
    ]);
  });

  it('is named where it is a picture by its URL, which is handed on to nobody', async () => {
    const away = { type: 'image_url', image_url: { url: 'https://example.org/a.png' } };
    const [asked, call, result] = messages;
    const answer = await jsonOf(
      gateway.send('/v1/chat/completions', {
        model: 'local',
        messages: [asked, call, { ...result, content: [{ type: 'text', text: 'a' }, away] }],
      }),
    );
    expect(answer.tandem.warnings.join()).toContain('messages[2].content[1] (image_url)');
  });
});

it('parts, tools and turns of other kinds are named, and what is left is answered', async () => {
  const { tandem } = await jsonOf(
    gateway.send('/v1/chat/completions', {
      model: 'local',
      messages: [
        user([
          { type: 'text', text: 'a' },
          { type: 'document', source: {} },
        ]),
        wrote({ content: [{ type: 'text', text: 'b' }, picture] }),
        user('c'),
      ],
      tools: [tool, { type: 'web_search' }, { google_search: {} }],
    }),
  );
  const named = tandem.warnings.join();
  for (const each of [
    ...['messages[0].content[1] (document)', 'messages[1].content[1] (image_url)'],
    ...['tools[1] (web_search)', 'tools[2] (google_search)'],
  ])
    expect(named).toContain(each);
  const lost = [user([{ type: 'document', source: {} }])];
  const refused = await gateway.send('/v1/chat/completions', { model: 'local', messages: lost });
  expect([refused.status, (await jsonOf(refused)).error.param]).toEqual([
    400,
    'messages[0].content',
  ]);
});

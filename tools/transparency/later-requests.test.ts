/** Requests in forms that came up later: what a server is asked by them. */
import { describe, expect, it } from 'vitest';
import type { Body } from './differences.ts';
import { both, hello } from './odd-texts.ts';
import { startQuirkServer } from './quirk-server.ts';

const usual = both({ content: 'Hello world.' }, hello);
const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';
const url = `data:image/png;base64,${png}`;
const user = (content: unknown, more: object = {}) => ({ role: 'user', content, ...more });
const hi = [user('hi')];
const parameters = { type: 'object', properties: { city: { type: 'string' } } };
const weather = { type: 'function', function: { name: 'get_weather', parameters } };
const call = { id: 'a', type: 'function', function: { name: 'get_weather', arguments: '{}' } };
const given = (content: unknown) => [
  ...[...hi, { role: 'assistant', content: null, tool_calls: [call] }],
  { role: 'tool', tool_call_id: 'a', content },
];
const older = { role: 'assistant', content: null, function_call: { name: 'now', arguments: '{}' } };

const forms: Readonly<Record<string, readonly [request: object, sent: string]>> = {
  'a text under another name': [
    { messages: [user([{ type: 'text', content: 'hi' }])] },
    '"content":"hi"',
  ],
  'a picture as bytes alone': [
    { messages: [user([{ type: 'image_url', image_url: { url: png } }])] },
    url,
  ],
  'a picture in lines': [
    {
      messages: [
        user([{ type: 'image_url', image_url: `${url.slice(0, 60)}\r\n${url.slice(60)}` }]),
      ],
    },
    url,
  ],
  'a picture of the AI SDK': [
    { messages: [user([{ type: 'image', image: png, mediaType: 'image/png' }])] },
    url,
  ],
  'a picture of Ollama': [{ messages: [user('see', { images: [png] })] }, url],
  'a picture of MCP': [
    { messages: given([{ type: 'image', data: png, mimeType: 'image/png' }]) },
    url,
  ],
  'rows as a result': [{ messages: given([{ a: 1 }, { a: 2 }]) }, '[{\\"a\\":1},{\\"a\\":2}]'],
  'numbers as a result': [{ messages: given([1, 2]) }, '"[1,2]"'],
  'an object as an older result': [
    { messages: [...hi, older, { role: 'function', name: 'now', content: { a: 1 } }] },
    '{\\"a\\":1}',
  ],
  'no effort by another word': [
    { messages: hi, reasoning_effort: 'off' },
    '"reasoning_effort":"none"',
  ],
  'an effort in capitals': [
    { messages: hi, reasoning_effort: 'High' },
    '"reasoning_effort":"high"',
  ],
  'an effort as responses have it': [
    { messages: hi, reasoning: { effort: 'low' } },
    '"reasoning_effort":"low"',
  ],
  'thinking that is switched off': [
    { messages: hi, reasoning: { enabled: false } },
    '"reasoning_effort":"none"',
  ],
  'a tool of another alphabet': [
    {
      messages: hi,
      tools: [{ type: 'function', function: { name: '天气', parameters } }],
    },
    '"name":"天气"',
  ],
  'strictness beside the function': [
    { messages: hi, tools: [{ ...weather, strict: true }] },
    '"strict":true',
  ],
};

describe('a request', () => {
  it.each(Object.entries(forms))('with %s is sent as it is meant', async (_name, form) => {
    const [request, wanted] = form;
    await using it = await startQuirkServer({ usual });
    for (const stream of [false, true]) {
      const answer = await it.gateway.send('/v1/chat/completions', {
        ...{ model: 'usual', stream, ...request },
      });
      expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)]);
      expect(JSON.stringify(it.sent.get('usual'))).toContain(wanted);
    }
  });

  it('of responses has pictures as bytes, and rows as results', async () => {
    await using it = await startQuirkServer({ usual });
    const output = [{ a: 1 }];
    for (const stream of [false, true]) {
      const input = [
        user([{ type: 'input_image', image_url: png }]),
        { type: 'function_call', call_id: 'a', name: 'get_weather', arguments: '{}' },
        { type: 'function_call_output', call_id: 'a', output },
      ];
      const answer = await it.gateway.send('/v1/responses', { model: 'usual', stream, input });
      expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)]);
      const sent = JSON.stringify(it.sent.get('usual'));
      expect([sent.includes(url), sent.includes('[{\\"a\\":1}]')]).toEqual([true, true]);
    }
  });
});

describe('how tokens are drawn, and whether is thought', () => {
  const settings: Body = {
    ...{ top_k: 5, min_p: 0.1, repeat_penalty: 1.1, logit_bias: { 50256: -100 } },
    ...{ chat_template_kwargs: { enable_thinking: false }, enable_thinking: false },
    ...{ thinking: { type: 'enabled', budget_tokens: 100 }, reasoning: { max_tokens: 9 } },
  };
  const content = {
    chat_template_kwargs: { name: 'Jane Miller' },
    thinking: { type: 'what Jane said' },
    top_k: 'Jane',
  };
  const namedIn = (text: string, fields: Body) =>
    Object.keys(fields).filter(name => text.includes(`${name}: this field is ignored`));

  it('is told to a model by its own name, and named by patterns', async () => {
    await using it = await startQuirkServer({ usual }, ['cascade', 'router', 'auto']);
    for (const model of it.modelsOver('usual'))
      for (const stream of [false, true]) {
        const asked = { model, stream, messages: hi, ...settings };
        const answer = await it.gateway.send('/v1/chat/completions', asked);
        const named = namedIn(await answer.text(), settings);
        if (model === 'usual') expect(it.sent.get('usual')).toMatchObject(settings);
        expect(named).toEqual(model === 'usual' ? [] : Object.keys(settings));
      }
  });

  it('holds no content: what could be somebody’s words is named', async () => {
    await using it = await startQuirkServer({ usual });
    const asked = { model: 'usual', messages: hi, ...content };
    const answer = await it.gateway.send('/v1/chat/completions', asked);
    expect(namedIn(await answer.text(), content)).toEqual(Object.keys(content));
    expect(JSON.stringify(it.sent.get('usual'))).not.toContain('Jane');
  });
});

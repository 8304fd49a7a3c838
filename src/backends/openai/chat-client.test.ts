import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { describe, expect, it } from 'vitest';
import { userCall } from '../../model/answer.ts';
import {
  ApiCallError,
  type Call,
  type FilePart,
  type LanguageModel,
  type Prompt,
  type ProviderOptions,
} from '../../model/types.ts';
import { optionNamesOf } from '../provider-options.ts';
import { chatAnswer, chatHeaders } from './chat-client.ts';

const endpoint = 'http://127.0.0.1:1/v1';
const message = { role: 'assistant', content: 'Oslo' };
const whole = {
  id: 'a',
  created: 7,
  model: 'm-1',
  choices: [{ index: 0, message, finish_reason: 'stop' }],
};

function recorder(respond: () => Response) {
  const sent: { url: string; body: unknown; headers: Headers }[] = [];
  const fetch = (async (url: string, init: RequestInit) => {
    sent.push({ url, body: JSON.parse(String(init.body)), headers: new Headers(init.headers) });
    return respond();
  }) as typeof globalThis.fetch;
  return { sent, fetch };
}

async function both(call: Call, answer: unknown = whole, structuredOutputs = true) {
  const { sent, fetch } = recorder(() => Response.json(answer));
  const server = {
    model: 'm',
    endpoint,
    headers: chatHeaders('k'),
    structuredOutputs,
    optionsKey: 'server',
    optionNames: optionNamesOf([]),
    fetch,
  };
  const ours = await chatAnswer(server, call);
  const sdk = createOpenAICompatible({
    name: 'server',
    baseURL: endpoint,
    apiKey: 'k',
    supportsStructuredOutputs: structuredOutputs,
    fetch,
  }).chatModel('m') as LanguageModel;
  const theirs = await sdk.doGenerate(call);
  return { ours, theirs, sent };
}

const schema = { type: 'object' as const, properties: { city: { type: 'string' as const } } };
const loop: Prompt = [
  { role: 'system', content: 'Be brief.' },
  {
    role: 'user',
    content: [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ],
  },
  {
    role: 'assistant',
    content: [
      { type: 'reasoning', text: 'hm' },
      { type: 'tool-call', toolCallId: '1', toolName: 'w', input: { city: 'Oslo' } },
      { type: 'tool-call', toolCallId: '2', toolName: 'w', input: '{"city":"Rome"}' },
      { type: 'tool-call', toolCallId: '3', toolName: 'w', input: 'Bonn' },
    ],
  },
  {
    role: 'tool',
    content: [
      {
        type: 'tool-result',
        toolCallId: '1',
        toolName: 'w',
        output: { type: 'text', value: 'rain' },
      },
      {
        type: 'tool-result',
        toolCallId: '2',
        toolName: 'w',
        output: { type: 'json', value: 'sun' },
      },
      { type: 'tool-result', toolCallId: '3', toolName: 'w', output: { type: 'execution-denied' } },
    ],
  },
  { role: 'assistant', content: [{ type: 'text', text: 'Rain.' }] },
];
const bytes = new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10, 1, 2]);
const file = (mediaType: string, data: FilePart['data'], more: object = {}): FilePart => ({
  type: 'file',
  mediaType,
  data,
  ...more,
});
const inline = (mediaType: string, data: string | Uint8Array = 'AAEC', more: object = {}) =>
  file(mediaType, { type: 'data', data }, more);
const at = (mediaType: string, url = 'https://files.example/a?b=1') =>
  file(mediaType, { type: 'url', url: new URL(url) });
const files: Readonly<Record<string, FilePart>> = {
  'a picture of bytes': inline('image/png', bytes),
  'a picture in base64': inline('image/jpeg'),
  'a picture whose type its bytes tell': inline('image', bytes),
  'a picture at an address': at('image/png'),
  'a film': inline('video/mp4'),
  'a film at an address': at('video/mp4'),
  'a sound as WAV': inline('audio/wav'),
  'a sound as MP3': inline('audio/mpeg', bytes),
  'a PDF': inline('application/pdf', 'JVBERi0='),
  'a PDF with a name': inline('application/pdf', bytes, { filename: 'a.pdf' }),
  'a text file': inline('text/plain', 'bmHDr3Zl'),
  'a text file of bytes': inline('text/csv', new TextEncoder().encode('naïve,1')),
  'a text': file('text/markdown', { type: 'text', text: '# x' }),
  'a file that was sent before': file('application/pdf', {
    type: 'reference',
    reference: { server: 'file-1' },
  }),
  'a part with options': inline('image/png', bytes, {
    providerOptions: { openaiCompatible: { cached: true } },
  }),
};
const withFile = (part: FilePart): Call => ({
  prompt: [{ role: 'user', content: [{ type: 'text', text: 'See:' }, part] }],
});
const hinted = (key: string, options: ProviderOptions[string] = { hint: 1 }) => ({
  providerOptions: { [key]: options },
});
const calls: Readonly<Record<string, Call>> = {
  ...Object.fromEntries(Object.entries(files).map(([name, part]) => [name, withFile(part)])),
  'a file alone': { prompt: [{ role: 'user', content: [inline('image/png')] }] },
  'options of messages and parts': {
    prompt: [
      { role: 'system', content: 'Be brief.', ...hinted('openaiCompatible') },
      { role: 'user', content: [{ type: 'text', text: 'x', ...hinted('openaiCompatible') }] },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a', ...hinted('openaiCompatible', { part: 1 }) },
          { type: 'text', text: 'b' },
        ],
        ...hinted('openaiCompatible'),
      },
      {
        role: 'assistant',
        content: [
          {
            type: 'tool-call',
            toolCallId: '1',
            toolName: 'w',
            input: {},
            ...hinted('server', { thoughtSignature: 's' }),
          },
          {
            type: 'tool-call',
            toolCallId: '2',
            toolName: 'w',
            input: {},
            ...hinted('google', { thoughtSignature: 't' }),
          },
          {
            type: 'tool-call',
            toolCallId: '3',
            toolName: 'w',
            input: {},
            ...hinted('openaiCompatible'),
          },
        ],
        ...hinted('openaiCompatible'),
      },
      {
        role: 'tool',
        content: [
          {
            type: 'tool-result',
            toolCallId: '1',
            toolName: 'w',
            output: { type: 'content', value: [{ type: 'text', text: 'rain' }] },
            ...hinted('openaiCompatible'),
          },
        ],
      },
      { role: 'user', content: [] },
    ],
  },
  'options by the old name': userCall('x', {
    providerOptions: { 'openai-compatible': { user: 'u' } },
  }),
  plain: userCall('x'),
  settings: userCall('x', {
    temperature: 0.2,
    topP: 0.9,
    topK: 3,
    seed: 4,
    maxOutputTokens: 9,
    stopSequences: ['.'],
    presencePenalty: 0.1,
    frequencyPenalty: 0.2,
    reasoning: 'low',
    headers: { 'X-Own': '1' },
  }),
  options: userCall('x', {
    providerOptions: {
      openaiCompatible: { user: 'u' },
      server: { reasoningEffort: null, textVerbosity: 'low', logprobs: true, other: { deep: 1 } },
    },
  }),
  'a tool loop': { prompt: loop },
  tools: userCall('x', {
    tools: [
      { type: 'function', name: 'w', description: 'weather', inputSchema: schema, strict: true },
      { type: 'provider', id: 'p.search', name: 'search', args: {} },
    ],
    toolChoice: { type: 'tool', toolName: 'w' },
  }),
  'a choice without tools': userCall('x', { tools: [], toolChoice: { type: 'required' } }),
  JSON: userCall('x', { responseFormat: { type: 'json' } }),
  'a schema': userCall('x', {
    responseFormat: { type: 'json', schema, name: 'place', description: 'where' },
    providerOptions: { server: { strictJsonSchema: false } },
  }),
};

describe('our client beside that of the SDK', () => {
  it.each(Object.entries(calls))('sends the same: %s', async (_name, call) => {
    for (const structured of [true, false]) {
      const { ours, theirs, sent } = await both(call, whole, structured);
      expect(sent[0]!.body).toEqual(sent[1]!.body);
      expect(sent[0]!.url).toBe(sent[1]!.url);
      for (const name of ['authorization', 'content-type', 'x-own']) {
        expect(sent[0]!.headers.get(name)).toBe(sent[1]!.headers.get(name));
      }
      const told = (warnings: readonly object[]) =>
        warnings.map(warning => ({ ...warning, details: '' }));
      expect(told(ours.warnings)).toEqual(told(theirs.warnings));
    }
  });

  const usage = {
    prompt_tokens: 9,
    completion_tokens: 5,
    prompt_tokens_details: { cached_tokens: 4 },
    completion_tokens_details: { reasoning_tokens: 2, accepted_prediction_tokens: 1 },
  };
  const called = { id: 'c1', type: 'function', function: { name: 'w', arguments: '{"city":' } };
  const signed = { ...called, id: 'c2', extra_content: { google: { thought_signature: 's' } } };
  const parts = [
    { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
    { type: 'text', text: 'Oslo' },
  ];
  const answerOf = (more: object, reason: string | null = 'stop') => ({
    ...whole,
    choices: [{ message: { ...message, ...more }, finish_reason: reason }],
  });
  it.each([
    ['a text', whole],
    ['usage', { ...whole, usage }],
    ['counts that are null', { ...whole, usage: { prompt_tokens: null, completion_tokens: 3 } }],
    ['tool calls', answerOf({ content: null, tool_calls: [called, signed] }, 'tool_calls')],
    ['reasoning', answerOf({ reasoning_content: 'hm' })],
    ['reasoning by another name', answerOf({ reasoning: 'hm' }, 'length')],
    ['a refusal', answerOf({ content: null, refusal: 'No.' })],
    ['content in parts', answerOf({ content: parts }, 'content_filter')],
    ['nothing about itself', { choices: whole.choices }],
  ])('reads the same: %s', async (_name, answer) => {
    const { ours, theirs } = await both(userCall('x'), answer);
    // A refusal bears a mark of ours.
    const plain = ours.content.map(({ providerMetadata, ...part }) =>
      providerMetadata?.leaf ? part : { ...part, ...(providerMetadata && { providerMetadata }) },
    );
    expect(plain).toEqual(theirs.content);
    for (const key of ['finishReason', 'usage', 'providerMetadata'] as const) {
      expect(ours[key]).toEqual(theirs[key]);
    }
    for (const key of ['id', 'modelId', 'timestamp', 'headers', 'body'] as const) {
      expect(ours.response?.[key]).toEqual(theirs.response?.[key]);
    }
  });

  it.each([
    [null, 'stop'],
    ['', 'stop'],
    ['eos', 'stop'],
    ['eos_token', 'stop'],
    ['stop_sequence', 'stop'],
    ['end_turn', 'stop'],
    ['COMPLETE', 'stop'],
    ['max_tokens', 'length'],
    ['model_length', 'length'],
    ['tool_calls', 'stop'],
    ['something new', 'other'],
  ])('reads the end that a server calls %s as %s where it brought a text', async (raw, unified) => {
    const { ours } = await both(userCall('x'), answerOf({}, raw));
    expect(ours.finishReason.unified).toBe(unified);
  });

  it.each(['stop', 'eos', null, 'tool_calls'])(
    'ends with calls where it brought some: %s',
    async raw => {
      const calls = [{ ...called, function: { name: 'w', arguments: '{}' } }];
      const { ours } = await both(
        userCall('x'),
        answerOf({ content: null, tool_calls: calls }, raw),
      );
      expect(ours.finishReason.unified).toBe('tool-calls');
    },
  );

  it.each([
    ['', '{}'],
    [null, '{}'],
    [undefined, '{}'],
    ['null', '{}'],
    [{ city: 'Oslo' }, '{"city":"Oslo"}'],
    ['"{\\"city\\":\\"Oslo\\"}"', '{"city":"Oslo"}'],
    ["{'city': 'Oslo'}", '{"city":"Oslo"}'],
    ['{"city": "Oslo"}', '{"city": "Oslo"}'],
  ])('writes the input %j of a call as JSON', async (given, input) => {
    const calls = [{ id: 'c1', type: 'function', function: { name: 'w', arguments: given } }];
    const answer = answerOf({ content: null, tool_calls: calls });
    const server = { model: 'm', endpoint, structuredOutputs: true, optionsKey: 'server' };
    const fetch = async () => Response.json(answer);
    const { content } = await chatAnswer({ ...server, fetch }, userCall('x'));
    expect(content).toMatchObject([{ type: 'tool-call', input }]);
  });

  it('tells parallel calls of one id apart', async () => {
    const calls = ['{"a":1}', '{"a":2}'].map(input => ({
      id: 'c1',
      type: 'function',
      function: { name: 'w', arguments: input },
    }));
    const { ours } = await both(userCall('x'), answerOf({ content: null, tool_calls: calls }));
    const ids = ours.content.map(part => (part.type === 'tool-call' ? part.toolCallId : ''));
    expect(new Set(ids).size).toBe(2);
  });

  it.each<[string, unknown]>([
    ['no choices', { choices: [] }],
    ['nothing', null],
    [
      'a tool call without a name',
      answerOf({ tool_calls: [{ id: '1', function: { arguments: '' } }] }),
    ],
    ['counts that are words', { ...whole, usage: { prompt_tokens: 'many' } }],
  ])('fails without the request on %s', async (_name, answer) => {
    const error = await both(userCall('secret'), answer).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiCallError);
    expect(error).toMatchObject({ statusCode: 200, isRetryable: false, requestBodyValues: {} });
  });

  it.each([
    { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
    { prompt_tokens: -1, completion_tokens: -1 },
    { total_tokens: 90 },
    {},
  ])('knows no counts where a server did not count: %j', async usage => {
    const { ours } = await both(userCall('x'), { ...whole, usage });
    expect(ours.usage.inputTokens.total).toBeUndefined();
    expect(ours.usage.outputTokens.total).toBeUndefined();
  });

  it('hands on what a token that cannot be had says', async () => {
    const refused = new Error('no token');
    const fetch = () => Promise.reject(refused);
    const server = { model: 'm', endpoint, structuredOutputs: true, optionsKey: 'server', fetch };
    await expect(chatAnswer(server, userCall('x'))).rejects.toBe(refused);
  });
});

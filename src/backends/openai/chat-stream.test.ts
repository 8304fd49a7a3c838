import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { describe, expect, it } from 'vitest';
import { userCall } from '../../model/answer.ts';
import { direct } from '../../model/pattern/direct.ts';
import { run } from '../../model/run/scope-life.ts';
import { ApiCallError, type Call, type LanguageModel, type StreamPart } from '../../model/types.ts';
import { collectStream } from '../../testing/double.ts';
import { startWireDouble } from '../../testing/wire/wire-double.ts';
import { chatStream } from './chat-stream.ts';
import { openaiCompatible } from './openai-compatible.ts';

const endpoint = 'http://127.0.0.1:1/v1';
const head = { id: 'c1', object: 'chat.completion.chunk', created: 7, model: 'm-1' };
const usage = {
  prompt_tokens: 9,
  completion_tokens: 5,
  total_tokens: 14,
  prompt_tokens_details: { cached_tokens: 4 },
  completion_tokens_details: {
    reasoning_tokens: 2,
    accepted_prediction_tokens: 1,
    rejected_prediction_tokens: 0,
  },
};
const delta = (content: object, more: object = {}) => ({
  ...head,
  choices: [{ index: 0, delta: content, finish_reason: null, ...more }],
});
const end = (reason: string | null) => delta({}, { finish_reason: reason });
const call = (
  index: number | null,
  id: string | null,
  name: string | null,
  text: string | null,
  more = {},
) => ({
  tool_calls: [{ index, id, type: 'function', function: { name, arguments: text }, ...more }],
});
const signed = { extra_content: { google: { thought_signature: 's' } } };

const streams: Readonly<Record<string, readonly unknown[]>> = {
  'a text': [
    delta({ role: 'assistant', content: '' }),
    delta({ content: 'Os' }),
    delta({ content: 'lo' }),
    end('stop'),
  ],
  'a text of many scripts': [delta({ content: '日本語 – naïve 👩‍🚀' }), end('stop')],
  'usage in a chunk of its own': [
    delta({ content: 'a' }),
    end('stop'),
    { ...head, choices: [], usage },
  ],
  'usage in every chunk': [
    { ...delta({ content: 'a' }), usage },
    { ...end('stop'), usage },
  ],
  'no usage': [delta({ content: 'a' }), end('length')],
  reasoning: [
    delta({ reasoning_content: 'hm' }),
    delta({ content: 'a' }),
    delta({ reasoning_content: 'oh' }),
    end('stop'),
  ],
  'reasoning by another name': [delta({ reasoning: 'hm' }), end('stop')],
  'content in parts': [
    delta({
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
        { type: 'text', text: 'a' },
      ],
    }),
    end('stop'),
  ],
  'a refusal': [delta({ refusal: 'No' }), delta({ refusal: '.' }, { finish_reason: 'stop' })],
  'a filtered end': [delta({ content: 'a' }), end('content_filter')],
  'tool calls in pieces': [
    delta({ content: 'so' }),
    delta(call(0, 'c1', 'w', '')),
    delta(call(0, null, null, '{"city"')),
    delta(call(0, null, null, ':"Oslo"}')),
    delta(call(1, 'c2', 'w', '{"city":"Rome"}')),
    end('tool_calls'),
  ],
  'interleaved tool calls': [
    delta(call(0, 'c1', 'w', '{"a":')),
    delta(call(1, 'c2', 'v', '{"b":')),
    delta(call(0, null, null, '1}')),
    delta(call(1, null, null, '2}')),
    end('tool_calls'),
  ],
  'a tool call whose name comes late': [
    delta(call(0, 'c1', null, '{"a"')),
    delta(call(0, null, 'w', ':1}')),
    end('tool_calls'),
  ],
  'tool calls without numbers': [
    delta(call(null, 'c1', 'w', '{}')),
    delta(call(null, 'c2', 'w', '{}')),
    end('tool_calls'),
  ],
  'a tool call after reasoning, signed': [
    delta({ reasoning_content: 'hm' }),
    delta(call(0, 'c1', 'w', '{}', signed)),
    end('function_call'),
  ],
  'a head that comes late': [{ choices: [] }, delta({ content: 'a' }), end('stop')],
  'nothing about itself': [
    { choices: [{ delta: { content: 'a' } }] },
    { choices: [{ finish_reason: 'stop' }] },
  ],
  'another reason': [delta({ content: 'a' }), end('own_word')],
  'a choice without a delta': [
    { ...head, choices: [{ index: 0 }] },
    delta({ content: 'a' }),
    end('stop'),
  ],
};
const broken: Readonly<Record<string, readonly unknown[]>> = {
  nothing: [],
  'an error': [delta({ content: 'a' }), { error: { message: 'overloaded', type: 'server_error' } }],
  'an error, and an end': [{ error: { message: 'overloaded' } }, end('stop')],
  'a chunk of another kind': [{ choices: 'many' }, end('stop')],
  'a chunk that is no JSON': ['{"choices":', end('stop')],
};

const encoded = (chunks: readonly unknown[], newline = '\n', done = 'data: [DONE]') =>
  new TextEncoder().encode(
    [
      ...chunks.map(chunk => `data: ${typeof chunk === 'string' ? chunk : JSON.stringify(chunk)}`),
      done,
    ]
      .filter(line => line !== '')
      .map(line => line + newline + newline)
      .join(''),
  );

function served(bytes: Uint8Array, piece = bytes.length) {
  const sent: unknown[] = [];
  const fetch = (async (_url: string, init: RequestInit) => {
    sent.push(JSON.parse(String(init.body)));
    const pieces = Array.from({ length: Math.ceil(bytes.length / piece) }, (_, at) =>
      bytes.slice(at * piece, (at + 1) * piece),
    );
    return new Response(ReadableStream.from(pieces) as never, {
      headers: { 'content-type': 'text/event-stream' },
    });
  }) as typeof globalThis.fetch;
  return { sent, fetch };
}

async function partsOf(stream: ReadableStream<StreamPart>): Promise<StreamPart[]> {
  const parts: StreamPart[] = [];
  for await (const part of stream as unknown as AsyncIterable<StreamPart>) parts.push(part);
  return parts;
}

async function both(
  bytes: Uint8Array,
  { asked = userCall('x'), piece }: { asked?: Call; piece?: number } = {},
) {
  const { sent, fetch } = served(bytes, piece);
  const ours = await chatStream(
    { model: 'm', endpoint, structuredOutputs: true, optionsKey: 'server', fetch },
    asked,
  );
  const provider = {
    name: 'server',
    baseURL: endpoint,
    supportsStructuredOutputs: true,
    includeUsage: true,
    fetch,
  };
  const sdk = createOpenAICompatible(provider).chatModel('m') as LanguageModel;
  const theirs = await sdk.doStream(asked);
  expect(ours.response?.headers).toEqual(theirs.response?.headers);
  expect(ours.request?.body).toBe(JSON.stringify(sent[0]));
  expect(sent[0]).toEqual(sent[1]);
  return { ours: await partsOf(ours.stream), theirs: await partsOf(theirs.stream) };
}

// A refusal is a text of its own, with a mark of ours.
const withoutMarks = (parts: readonly StreamPart[]) =>
  parts.map(part => {
    if (!('id' in part) || part.id !== 'refusal-0') return part;
    const { providerMetadata: _mark, ...plain } = part as StreamPart & {
      providerMetadata?: object;
    };
    return { ...plain, id: 'txt-0' };
  });

const withoutErrors = (parts: readonly StreamPart[]) =>
  parts.map(part => (part.type === 'error' ? { type: 'error' } : part));

describe('our streams beside those of the SDK', () => {
  it.each(Object.entries(streams))('have the same parts: %s', async (_name, chunks) => {
    const whole = await both(encoded(chunks));
    expect(withoutMarks(whole.ours)).toEqual(whole.theirs);
    for (const newline of ['\n', '\r\n']) {
      for (const piece of [1, 7, 64])
        expect(withoutMarks((await both(encoded(chunks, newline), { piece })).ours)).toEqual(
          whole.theirs,
        );
    }
    expect(withoutMarks((await both(encoded(chunks, '\n', ''))).ours)).toEqual(whole.theirs);
  });

  it.each(Object.entries(broken))(
    'fail at the same place, by an error of ours: %s',
    async (_name, chunks) => {
      const { ours, theirs } = await both(encoded(chunks));
      expect(withoutErrors(ours)).toEqual(withoutErrors(theirs));
      const error = ours.find(part => part.type === 'error');
      expect(error?.error).toBeInstanceOf(ApiCallError);
      expect(error?.error).toMatchObject({ requestBodyValues: {} });
    },
  );

  it('end where the server says that all is said, though not how', async () => {
    const { ours } = await both(encoded([delta({ content: 'a' })]));
    expect(ours.at(-1)).toMatchObject({ type: 'finish', finishReason: { unified: 'stop' } });
    const cut = await both(encoded([delta({ content: 'a' })], '\n', ''));
    expect(cut.ours.some(({ type }) => type === 'error')).toBe(true);
  });

  it('pass over comments, event names and numbers, and read data of several lines', async () => {
    const text = JSON.stringify(delta({ content: 'a' })).replace(',"created"', ',\ndata:"created"');
    const events =
      `\ufeff: hello\n\nid: 1\nevent: message\ndata: ${text}\n\nretry: 3\ndata: ` +
      `${JSON.stringify(end('stop'))}\n\n`;
    const { ours, theirs } = await both(new TextEncoder().encode(events));
    expect(ours).toEqual(theirs);
    expect(ours.some(part => part.type === 'text-delta')).toBe(true);
  });

  it('read one of several answers that nobody asked for', async () => {
    const second = (content: string) => ({ ...head, choices: [{ index: 1, delta: { content } }] });
    const { choices } = delta({ content: 'b' });
    const events = [
      delta({ content: 'a' }),
      second('x'),
      { ...head, choices: [...second('y').choices, ...choices] },
      { ...head, choices: [{ delta: { content: 'c' } }] },
      end('stop'),
    ];
    const { ours } = await both(encoded(events));
    const said = ours.flatMap(part => (part.type === 'text-delta' ? [part.delta] : []));
    expect(said.join('')).toBe('abc');
  });

  it('show chunks as they came where that is asked for', async () => {
    const { ours, theirs } = await both(encoded(streams['a text']!), {
      asked: userCall('x', { includeRawChunks: true }),
    });
    expect(ours).toEqual(theirs);
    expect(ours.filter(({ type }) => type === 'raw')).toHaveLength(4);
  });

  it('end with the answer although the server leaves the connection open', async () => {
    const fetch = (async () => {
      const body = new ReadableStream({ start: to => to.enqueue(encoded(streams['a text']!)) });
      return new Response(body);
    }) as typeof globalThis.fetch;
    const server = { model: 'm', endpoint, structuredOutputs: true, optionsKey: 'server', fetch };
    const parts = await partsOf((await chatStream(server, userCall('x'))).stream);
    expect(parts.at(-1)).toMatchObject({ type: 'finish', finishReason: { unified: 'stop' } });
  });
});

describe('our streams over the wire', () => {
  const leafAt = (url: string) => openaiCompatible({ model: 'm', endpoint: `${url}/v1` });
  const streamed = async (model: LanguageModel, asked: Call = userCall('x')) =>
    (await model.doStream(asked)).stream;

  it('read an answer, its usage and its log-probabilities', async () => {
    await using server = await startWireDouble([{ text: 'one two three' }]);
    const parts = await partsOf(await streamed(leafAt(server.url)));
    expect(parts.flatMap(part => (part.type === 'text-delta' ? part.delta : [])).join('')).toBe(
      'one two three',
    );
    expect(parts.at(-1)).toMatchObject({ type: 'finish', usage: { inputTokens: { total: 7 } } });
    expect(server.requests[0]?.body).toMatchObject({
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  it('say by an error what a server refuses with', async () => {
    await using server = await startWireDouble([{ status: 429, headers: { 'retry-after': '7' } }]);
    const error = await streamed(leafAt(server.url)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      statusCode: 429,
      responseHeaders: { 'retry-after': '7' },
      requestBodyValues: {},
    });
  });

  it('fail in the middle where the connection is cut', async () => {
    await using server = await startWireDouble([{ text: 'one two three four', cut: 'close' }]);
    const error = await partsOf(await streamed(leafAt(server.url))).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ApiCallError);
    expect(error).toMatchObject({ isRetryable: true, statusCode: 200 });
  });

  it('are given up when nothing comes for long, and when they are no longer wanted', async () => {
    await using server = await startWireDouble([{ text: 'one two three four', cut: 'idle' }]);
    const idle = run({ idleMs: 50 }, async () =>
      collectStream((await direct(leafAt(server.url)).doStream(userCall('x'))).stream),
    );
    await expect(idle).rejects.toMatchObject({
      code: 'model_failed',
      data: { failure: 'timeout' },
    });
    await expect.poll(() => server.aborted()).toBe(1);
    const controller = new AbortController();
    const stream = await streamed(leafAt(server.url), {
      ...userCall('x'),
      abortSignal: controller.signal,
    });
    const reading = partsOf(stream);
    setTimeout(() => controller.abort(new Error('enough')), 20);
    await expect(reading).rejects.toThrow('enough');
    await expect.poll(() => server.aborted()).toBe(2);
    const reader = (await streamed(leafAt(server.url))).getReader();
    await reader.read();
    await reader.cancel();
    await expect.poll(() => server.aborted()).toBe(3);
  });

  it('are read to the end of the response, so that the connection serves again', async () => {
    await using server = await startWireDouble([{ text: 'one two' }]);
    const model = direct(leafAt(server.url));
    for (let n = 0; n < 5; n++) await collectStream((await model.doStream(userCall('x'))).stream);
    expect([server.requests.length, server.aborted()]).toEqual([5, 0]);
  });
});

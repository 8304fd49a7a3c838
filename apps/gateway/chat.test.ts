import { describe, expect, it } from 'vitest';
import { openaiCompatible } from '../../src/entries/backends.ts';
import type { Call, LanguageModel } from '../../src/index.ts';
import { scriptedModel, startWireDouble } from '../../src/testing/index.ts';
import { type Json, jsonOf, startGateway } from './start-gateway.ts';

const hello = { messages: [{ role: 'user', content: 'hello' }] };
const chat = '/v1/chat/completions';

/** A model that answers the same to all. */
const saying = (text: string, more: object = {}): LanguageModel & { calls: readonly Call[] } =>
  scriptedModel(
    Array.from({ length: 50 }, () => ({ text, ...more })),
    { modelId: 'local' },
  );

interface Chunk {
  readonly choices: {
    readonly index: number;
    readonly delta: Record<string, unknown>;
    readonly finish_reason: string;
  }[];
  readonly usage?: object;
  readonly tandem?: Record<string, unknown>;
}

async function chunksOf(response: Response): Promise<{ chunks: Chunk[]; isDone: boolean }> {
  const events = (await response.text()).split('\n\n').filter(event => event.startsWith('data: '));
  const chunks = events
    .filter(event => event !== 'data: [DONE]')
    .map(event => JSON.parse(event.slice(6)) as Chunk);
  return { chunks, isDone: events.at(-1) === 'data: [DONE]' };
}

describe('a chat completion', () => {
  it('answers in OpenAI’s shape, with a tandem object and headers on who answered', async () => {
    await using gateway = await startGateway({ local: saying('hi there') });
    const response = await gateway.send(chat, { model: 'local', ...hello });
    const body = await jsonOf(response);
    expect(response.status).toBe(200);
    expect(body).toMatchObject({
      object: 'chat.completion',
      model: 'local',
      choices: [
        { index: 0, message: { role: 'assistant', content: 'hi there' }, finish_reason: 'stop' },
      ],
      tandem: {
        answeredBy: 'local',
        place: 'device',
        calls: { device: 1, cloud: 0 },
        egress: { calls: 0 },
      },
    });
    expect(body.usage.total_tokens).toBe(body.usage.prompt_tokens + body.usage.completion_tokens);
    expect(response.headers.get('x-tandem-answered-by')).toBe('local');
    expect(response.headers.get('x-tandem-run-id')).toBe(body.tandem.runId);
  });

  it('streams the same text, its usage only if asked for, and ends with [DONE]', async () => {
    await using gateway = await startGateway({ local: saying('hi there') });
    const plain = await chunksOf(
      await gateway.send(chat, { model: 'tandem/local', ...hello, stream: true }),
    );
    expect(plain.chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe(
      'hi there',
    );
    expect(plain.chunks[0]?.choices[0]?.delta.role).toBe('assistant');
    expect(plain.chunks.at(-1)?.tandem).toMatchObject({ answeredBy: 'local' });
    expect(plain.chunks.some(chunk => chunk.usage)).toBe(false);
    expect(plain.isDone).toBe(true);
    const withUsage = {
      model: 'local',
      ...hello,
      stream: true,
      stream_options: { include_usage: true },
    };
    const { chunks } = await chunksOf(await gateway.send(chat, withUsage));
    expect(chunks.at(-1)).toMatchObject({
      choices: [],
      usage: { total_tokens: expect.any(Number) },
    });
  });

  it('hands every option on, and names those that it ignores', async () => {
    const local = saying('{"a":1}');
    await using gateway = await startGateway({ local });
    const schema = { type: 'object', properties: { a: { type: 'number' } } };
    const response = await gateway.send(chat, {
      model: 'local',
      messages: [{ role: 'developer', content: 'be brief' }, ...hello.messages],
      temperature: 0.5,
      top_p: 0.9,
      seed: 7,
      stop: ['END'],
      max_completion_tokens: 12,
      frequency_penalty: 0.1,
      presence_penalty: 0.2,
      reasoning_effort: 'low',
      response_format: { type: 'json_schema', json_schema: { name: 'thing', schema } },
      logit_bias: { 5: 1 },
    });
    expect((await jsonOf(response)).tandem.warnings).toEqual([
      'unsupported: logit_bias: this field is ignored.',
    ]);
    expect(local.calls[0]).toMatchObject({
      prompt: [{ role: 'system', content: 'be brief' }, { role: 'user' }],
      temperature: 0.5,
      topP: 0.9,
      seed: 7,
      stopSequences: ['END'],
      maxOutputTokens: 12,
      frequencyPenalty: 0.1,
      presencePenalty: 0.2,
      reasoning: 'low',
      responseFormat: { type: 'json', name: 'thing', schema },
    });
  });

  it('gives log-probabilities where the answerer does, else null with a warning', async () => {
    const logprobs = [{ token: 'hi', logprob: -0.1 }];
    await using gateway = await startGateway({
      local: saying('hi', { logprobs }),
      mute: saying('hi'),
    });
    const asked = { ...hello, logprobs: true };
    const given = await jsonOf(gateway.send(chat, { model: 'local', ...asked }));
    expect(given.choices[0].logprobs.content).toMatchObject([
      { token: 'hi', logprob: -0.1, bytes: [104, 105] },
    ]);
    const none = await jsonOf(gateway.send(chat, { model: 'mute', ...asked }));
    expect(none.choices[0].logprobs).toBeNull();
    const warning = 'unsupported: logprobs: local sends no log-probabilities.';
    expect(none.tandem.warnings).toEqual([warning]);
    const muted = await chunksOf(
      await gateway.send(chat, { model: 'mute', ...asked, stream: true }),
    );
    expect(JSON.stringify(muted.chunks.at(-1))).toContain(warning);
    expect(given.tandem.warnings).toBeUndefined();
    const streamed = await chunksOf(
      await gateway.send(chat, { model: 'local', ...asked, stream: true }),
    );
    const withText = streamed.chunks.filter(chunk => JSON.stringify(chunk).includes('-0.1'));
    expect(withText.map(({ choices }) => choices[0]?.delta)).toMatchObject([{ content: 'hi' }]);
  });

  it('gives the likeliest tokens of each place, as many as asked, whole and streamed', async () => {
    await using upstream = await startWireDouble([{ text: 'one two' }]);
    const local = openaiCompatible({ model: 'm', endpoint: `${upstream.url}/v1` });
    await using gateway = await startGateway({
      local,
      plain: saying('hi', { logprobs: [{ token: 'hi', logprob: -1 }] }),
    });
    const asked = { model: 'local', ...hello, logprobs: true, top_logprobs: 2 };
    const top = [
      { token: 'one ', logprob: -0.1, bytes: [111, 110, 101, 32] },
      { token: 'other0', logprob: -0.2 },
    ];
    const whole = await jsonOf(gateway.send(chat, asked));
    expect(upstream.requests[0]?.body).toMatchObject({ logprobs: true, top_logprobs: 2 });
    expect(whole.choices[0].logprobs.content[0]).toMatchObject({
      token: 'one ',
      top_logprobs: top,
    });
    expect(whole.tandem.warnings).toBeUndefined();
    const { chunks } = await chunksOf(await gateway.send(chat, { ...asked, stream: true }));
    const first = chunks.find(({ choices }) => choices[0]?.delta.content !== undefined);
    const { logprobs } = first!.choices[0] as unknown as { logprobs: Json };
    expect(logprobs.content[0].top_logprobs).toMatchObject(top);
    const bare = await jsonOf(gateway.send(chat, { ...asked, top_logprobs: null }));
    expect(bare.choices[0].logprobs.content[0].top_logprobs).toEqual([]);
    const without = await jsonOf(gateway.send(chat, { ...asked, model: 'plain' }));
    expect(without.tandem.warnings).toEqual(['unsupported: top_logprobs: this field is ignored.']);
  });

  it('answers n times, each with a seed of its own, streamed or not', async () => {
    const local = scriptedModel(['one', 'two', 'three', 'four'], { modelId: 'local' });
    await using gateway = await startGateway({ local });
    const twice = { model: 'local', ...hello, n: 2, seed: 5 };
    const body = await jsonOf(gateway.send(chat, twice));
    expect(
      body.choices.map((choice: { message: { content: string } }) => choice.message.content),
    ).toEqual(['one', 'two']);
    expect(local.calls.map(({ seed }) => seed)).toEqual([5, 6]);
    const { chunks } = await chunksOf(await gateway.send(chat, { ...twice, stream: true }));
    const texts = [0, 1].map(index =>
      chunks
        .flatMap(({ choices }) => choices)
        .filter(choice => choice.index === index)
        .map(choice => choice.delta.content ?? '')
        .join(''),
    );
    expect(texts).toEqual(['three', 'four']);
  });

  it('hands tool arguments on as they come, where no gate has to see them whole', async () => {
    const delta = (called: object, reason: string | null = null) => {
      const choice = { index: 0, delta: { tool_calls: [called] }, finish_reason: reason };
      return `data: ${JSON.stringify({ choices: [choice] })}\n\n`;
    };
    const raw = [
      delta({ index: 0, id: 'call_a', type: 'function', function: { name: 'w', arguments: '' } }),
      delta({ index: 0, function: { arguments: '{"city"' } }),
      delta({ index: 0, function: { arguments: ':"Oslo"}' } }, 'tool_calls'),
      'data: [DONE]\n\n',
    ];
    await using upstream = await startWireDouble([{ raw: raw.join('') }]);
    const local = openaiCompatible({ model: 'm', endpoint: `${upstream.url}/v1` });
    await using gateway = await startGateway({ local });
    const tools = [
      {
        type: 'function',
        function: { name: 'w', parameters: { type: 'object', properties: {} } },
      },
    ];
    const { chunks } = await chunksOf(
      await gateway.send(chat, { model: 'local', ...hello, tools, stream: true }),
    );
    const calls = chunks.flatMap(({ choices }) => (choices[0]?.delta.tool_calls as Json[]) ?? []);
    expect(
      calls.map(({ index, function: called }) => [index, called.name, called.arguments]),
    ).toEqual([
      [0, 'w', ''],
      [0, undefined, '{"city"'],
      [0, undefined, ':"Oslo"}'],
    ]);
    expect(calls[0].id).toMatch(/^[0-9A-Za-z]{17,40}$/);
    const events = await (
      await gateway.send('/v1/responses', {
        model: 'local',
        input: 'hello',
        stream: true,
        tools: [{ type: 'function', name: 'w', parameters: { type: 'object', properties: {} } }],
      })
    ).text();
    const told = events.match(/^event: .*$/gm)!.map(line => line.slice('event: response.'.length));
    expect(told.filter(type => type.startsWith('function'))).toEqual([
      'function_call_arguments.delta',
      'function_call_arguments.delta',
      'function_call_arguments.done',
    ]);
  });

  it('takes images and files as data, and declines URLs unless the server allows it', async () => {
    const local = saying('seen');
    await using gateway = await startGateway({ local });
    const part = (url: string) => [
      { role: 'user', content: [{ type: 'image_url', image_url: { url } }] },
    ];
    const data = await gateway.send(chat, {
      model: 'local',
      messages: part('data:image/png;base64,AAAA'),
    });
    expect(data.status).toBe(200);
    expect(local.calls[0]?.prompt[0]).toMatchObject({
      content: [{ type: 'file', mediaType: 'image/png', data: { type: 'data', data: 'AAAA' } }],
    });
    const url = await gateway.send(chat, {
      model: 'local',
      messages: part('https://example.com/a.png'),
    });
    expect(url.status).toBe(400);
    expect((await jsonOf(url)).error).toMatchObject({
      code: 'urls_not_allowed',
      param: expect.stringContaining('image_url'),
    });
    expect(local.calls).toHaveLength(1);
  });

  it('names the field that is wrong', async () => {
    await using gateway = await startGateway({ local: saying('hi') });
    const wrong: [unknown, number, string | null][] = [
      [{ model: 'local' }, 400, 'messages'],
      [{ model: 'local', messages: [{ role: 'robot', content: 'x' }] }, 400, 'messages[0].role'],
      [{ model: 'local', ...hello, temperature: 9 }, 400, 'temperature'],
      [{ model: 'nobody', ...hello }, 404, 'model'],
      [{ model: 'local', ...hello, tool_choice: 'required' }, 400, 'tool_choice'],
      [
        { model: 'local', messages: [{ role: 'tool', content: 'x', tool_call_id: 'y' }] },
        400,
        'messages[0].tool_call_id',
      ],
      [{ model: 'local', ...hello, tandem: { modus: 'x' } }, 400, 'tandem'],
      ['{', 400, null],
    ];
    for (const [body, status, param] of wrong) {
      const response = await gateway.send(chat, body);
      const { error } = await jsonOf(response);
      expect([response.status, error.param], error.message).toEqual([status, param]);
      expect(error.message).toMatch(/\. [A-Z]/);
    }
  });
});

/** Ends, counts and failures of servers in forms that came up later, through the gateway. */
import { describe, expect, it } from 'vitest';
import { readResponse } from './as-response.ts';
import { base, both, chunk, done, ev, hello, whole } from './odd-texts.ts';
import { startQuirkServer } from './quirk-server.ts';
import type { Quirk } from './quirks.ts';
import { readSaid, type Said } from './said.ts';

const patterns = ['cascade', 'router'];
type Server = Awaited<ReturnType<typeof startQuirkServer>>;

/** Asks over both interfaces, whole and streamed. */
async function everySaid({ gateway }: Server, model: string): Promise<Said[]> {
  const messages = [{ role: 'user', content: 'hi' }];
  const ways = [false, true].map(async stream => [
    await readSaid(await gateway.send('/v1/chat/completions', { model, stream, messages })),
    await readResponse(await gateway.send('/v1/responses', { model, stream, input: 'hi' })),
  ]);
  return (await Promise.all(ways)).flat();
}

const ended = (end: string) => both({ content: 'Hello world.' }, hello, end);
const counted = (usage: object, more: object = {}): Quirk => ({
  says: hello,
  whole: whole({ content: 'Hello world.' }, 'stop', { usage, ...more }),
  stream: chunk({ content: 'Hello world.' }) + chunk({}, 'stop', { usage, ...more }) + done,
});
const refused = (body: unknown, status = 200): Quirk => ({
  ...{ says: hello, status },
  ...{ whole: JSON.stringify(body), stream: JSON.stringify(body) },
});

describe('an answer that its server broke off', () => {
  const ends = ['insufficient_system_resource', 'network_error', 'abort', 'ERROR', 'cancelled'];
  it.each(ends)('is a failure, and no whole answer: %s', async end => {
    await using it = await startQuirkServer({ broken: ended(end) }, patterns);
    for (const model of it.modelsOver('broken'))
      for (const { error } of await everySaid(it, model))
        expect(error?.words).toContain(`The server broke its answer off: ${end}`);
  });
});

it('an end under another name is the end, whole and streamed', async () => {
  const choice = (more: object) => ({ ...base, choices: [{ index: 0, ...more }] });
  const spelled = (name: string, end: string): Quirk => ({
    says: hello,
    whole: JSON.stringify(choice({ message: { content: 'Hello world.' }, [name]: end })),
    stream: chunk({ content: 'Hello world.' }) + ev(choice({ delta: {}, [name]: end })) + done,
  });
  const quirks = {
    camel: spelled('finishReason', 'length'),
    stop: spelled('stop_reason', 'max_tokens'),
    done: spelled('done_reason', 'length'),
  };
  await using it = await startQuirkServer(quirks);
  for (const name of Object.keys(quirks))
    for (const { text, finish } of await everySaid(it, name))
      expect([name, text, finish]).toEqual([name, 'Hello world.', 'length']);
});

describe('counts', () => {
  const timings = { prompt_n: 2, cache_n: 3, predicted_n: 3 };
  const moonshot = { prompt_tokens: 5, completion_tokens: 3, cached_tokens: 4 };
  const apart = { input_tokens: 2, cache_read_input_tokens: 2, cache_creation_input_tokens: 1 };
  it.each([
    ['llama.cpp counts what it knew apart', counted(null as never, { timings }), 3],
    ['Anthropic counts what it knew apart', counted({ ...apart, output_tokens: 3 }), 2],
    [
      'Moonshot counts in the choice',
      {
        says: hello,
        whole: JSON.stringify({
          ...base,
          choices: [{ index: 0, message: { content: 'Hello world.' }, usage: moonshot }],
        }),
        stream:
          chunk({ content: 'Hello world.' }) +
          ev({
            ...base,
            choices: [{ index: 0, delta: {}, finish_reason: 'stop', usage: moonshot }],
          }) +
          done,
      },
      4,
    ],
    ['a proxy counts both ways', counted({ ...apart, prompt_tokens: 5, completion_tokens: 3 }), 2],
    [
      'one names them alone',
      counted({ prompt_tokens: 5, completion_tokens: 3, cached_tokens: 4 }),
      4,
    ],
  ])('are whole where %s', async (_name, quirk, cached) => {
    await using it = await startQuirkServer({ counts: quirk }, patterns);
    for (const model of it.modelsOver('counts')) {
      const messages = [{ role: 'user', content: 'hi' }];
      const body = { model, messages, stream_options: { include_usage: true } };
      for (const stream of [false, true]) {
        const answer = await it.gateway.send('/v1/chat/completions', { ...body, stream });
        const text = await answer.text();
        const told = JSON.parse(/"usage":(\{.*?\}\}|\{.*?\})[,}]/.exec(text)![1]!);
        expect([told.prompt_tokens, told.completion_tokens]).toEqual([5, 3]);
        expect(told.prompt_tokens_details.cached_tokens).toBe(cached);
      }
    }
  });
});

it('an input that begins with nothing is the input behind it', async () => {
  const call = (input: string) => ({
    id: 'a',
    function: { name: 'get_weather', arguments: input },
  });
  const pieces = ['{}', '{"city":', '"Paris"}'];
  const calls: Quirk = {
    says: hello,
    whole: whole({ content: null, tool_calls: [call(pieces.join(''))] }, 'tool_calls'),
    stream:
      chunk({ tool_calls: [{ index: 0, ...call('{}') }] }) +
      pieces
        .slice(1)
        .map(each => chunk({ tool_calls: [{ index: 0, function: { arguments: each } }] }))
        .join('') +
      chunk({}, 'tool_calls') +
      done,
  };
  await using it = await startQuirkServer({ calls }, patterns);
  const parameters = { type: 'object', properties: { city: { type: 'string' } } };
  const tools = [{ type: 'function', function: { name: 'get_weather', parameters } }];
  for (const model of it.modelsOver('calls'))
    for (const stream of [false, true]) {
      const body = { model, stream, tools, messages: [{ role: 'user', content: 'hi' }] };
      const said = await readSaid(await it.gateway.send('/v1/chat/completions', body));
      expect(said.calls).toEqual([{ name: 'get_weather', arguments: '{"city":"Paris"}' }]);
    }
});

it.each([
  { detail: 'Engine died' },
  { status: 'error', message: 'Engine died' },
  { error: 'Engine died' },
  { type: 'stream-error', message: 'Engine died' },
  { success: false, message: 'Engine died' },
  { code: -1, msg: 'Engine died', data: null },
])('a failure behind the first words is told, whatever form it has: %j', async failure => {
  const half = chunk({ content: 'Hello' });
  const broken: Quirk = { says: hello, whole: '', stream: half + ev(failure) + done };
  await using it = await startQuirkServer({ broken });
  const messages = [{ role: 'user', content: 'hi' }];
  const body = { model: 'broken', stream: true, messages };
  const said = await readSaid(await it.gateway.send('/v1/chat/completions', body));
  expect([said.text, said.error?.words]).toEqual(['Hello', expect.stringContaining('Engine died')]);
});

it('a failure that is quoted, or said with success, is told with its words', async () => {
  const raw = JSON.stringify({ error: { message: 'no such tool_choice', type: 'x' } });
  const quoted = { message: 'Provider returned error', code: 400, metadata: { raw } };
  const failures: Readonly<Record<string, readonly [Quirk, string, number, string]>> = {
    routed: [refused({ error: quoted }, 400), 'no such tool_choice', 400, ''],
    minimax: [
      refused({
        choices: null,
        base_resp: { status_code: 1008, status_msg: 'insufficient balance' },
      }),
      ...(['insufficient balance', 429, 'insufficient_quota'] as const),
    ],
    throttled: [
      refused({ __type: 'ThrottlingException', message: 'Too many requests' }, 400),
      ...(['Too many requests', 429, 'rate_limit_exceeded'] as const),
    ],
  };
  const quirks = Object.fromEntries(
    Object.entries(failures).map(([name, [quirk]]) => [name, quirk]),
  );
  await using it = await startQuirkServer(quirks);
  for (const [name, [, words, status, code]] of Object.entries(failures))
    for (const { error } of await everySaid(it, name)) {
      expect(error?.words).toContain(words);
      if (error?.status !== 200) expect(error?.status).toBe(status);
      if (code !== '') expect(error?.code).toBe(code);
    }
});

it('pages that are named beside an answer are its citations, once', async () => {
  const url = 'https://example.com/a';
  const pages = { citations: [url], search_results: [{ title: 'A', url }] };
  const text = { content: 'Hello world.' };
  const searched: Quirk = {
    says: hello,
    whole: whole(text, 'stop', pages),
    stream: chunk(text, null, pages) + chunk({}, 'stop', pages) + done,
  };
  await using it = await startQuirkServer({ searched }, patterns);
  for (const model of it.modelsOver('searched'))
    for (const stream of [false, true]) {
      const messages = [{ role: 'user', content: 'hi' }];
      const said = await it.gateway.send('/v1/chat/completions', { model, stream, messages });
      const found = (await said.text()).match(/"url_citation":\{[^}]*\}/g);
      expect(found).toHaveLength(1);
      expect(found![0]).toMatch(/example\.com\/a.*"title":"A"|"title":"A".*example\.com\/a/);
    }
});

it('what OpenAI alone keeps is refused, and a refusal of before is told again', async () => {
  await using it = await startQuirkServer({ usual: both({ content: 'Hello world.' }, hello) });
  for (const stream of [false, true]) {
    const asked = { model: 'usual', stream, prompt: { id: 'pmpt_1', variables: {} } };
    for (const body of [asked, { ...asked, input: 'hi' }]) {
      const { error } = await readResponse(await it.gateway.send('/v1/responses', body));
      expect([error?.status, error?.words]).toEqual([400, expect.stringContaining('`prompt`')]);
    }
    const refusal = { role: 'assistant', content: null, refusal: 'I cannot.' };
    const messages = [{ role: 'user', content: 'hi' }, refusal, { role: 'user', content: 'Why?' }];
    await it.gateway.send('/v1/chat/completions', { model: 'usual', stream, messages });
    expect(it.sent.get('usual')?.messages).toMatchObject([{}, { content: 'I cannot.' }, {}]);
  }
});

it('a value that is not one of those that there are is told with the error', async () => {
  await using it = await startQuirkServer({ usual: both({ content: 'Hello world.' }, hello) });
  const asked = { model: 'usual', messages: [{ role: 'narrator', content: 'hi' }] };
  const { error } = await readSaid(await it.gateway.send('/v1/chat/completions', asked));
  expect(error?.words).toContain('received "narrator"');
});

const tool = { type: 'function', function: { name: 'now', parameters: '{}' } };
const said = (part: object) => [{ role: 'user', content: [part] }];
it.each([
  ['/v1/chat/completions', { messages: said({ type: 'text', text: 'a' }), tools: [tool] }],
  ['/v1/chat/completions', { messages: said({ type: 'image_url', image_url: { url: 5 } }) }],
  ['/v1/responses', { input: 'a', tools: [{ type: 'function', name: 'now', parameters: '{}' }] }],
  ['/v1/responses', { input: [{ type: 'function_call', call_id: 'a', name: 5, arguments: '' }] }],
  ['/v1/responses', { input: [{ type: 'item_reference', id: 5 }] }],
])('a field of a thing that is known is named, not its kind, by %s: %j', async (path, body) => {
  await using it = await startQuirkServer({ usual: both({ content: 'Hello world.' }, hello) });
  const answer = await it.gateway.send(path, { model: 'usual', ...body });
  const { param } = (JSON.parse(await answer.text()) as { error: { param: string } }).error;
  expect([answer.status, param]).toEqual([
    400,
    expect.stringMatching(/\.(parameters|name|id|url|image_url)$/),
  ]);
});

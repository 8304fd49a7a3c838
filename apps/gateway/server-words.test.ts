import { expect, it } from 'vitest';
import { openaiCompatible } from '../../src/entries/backends.ts';
import { startWireDouble, type WireStep } from '../../src/testing/index.ts';
import { jsonOf, startGateway } from './start-gateway.ts';

async function askedOver(step: WireStep, path: string, body: object): Promise<Response> {
  await using upstream = await startWireDouble([step]);
  const local = openaiCompatible({ model: 'm', endpoint: `${upstream.url}/v1`, place: 'cloud' });
  await using gateway = await startGateway({ local }, { retry: { tries: 1 } });
  const response = await gateway.send(path, { model: 'local', ...body });
  return new Response(await response.text(), response);
}

const chat = { messages: [{ role: 'user', content: 'hi' }] };
const refused = (status: number, error: object, headers = {}): WireStep => ({
  status,
  headers,
  error: { error },
});

it.each<[WireStep, object]>([
  [refused(400, { message: 'maximum context length is 9' }), { code: 'context_length_exceeded' }],
  [refused(404, { message: 'no such model' }), { code: 'model_not_found', param: 'model' }],
  [refused(400, { message: 'x', code: 'content_filter' }), { code: 'content_filter' }],
  [
    refused(400, { message: 'no', code: 'odd_value', param: 'n' }),
    { code: 'odd_value', param: 'n' },
  ],
  [refused(429, { message: 'insufficient_quota' }), { code: 'insufficient_quota' }],
  [refused(400, { message: 'Your credit balance is too low' }), { code: 'insufficient_quota' }],
  [refused(400, { message: 'no', code: 'data_inspection_failed' }), { code: 'content_filter' }],
  [refused(403, { message: 'requires moderation, and was flagged' }), { code: 'content_filter' }],
  [refused(400, { message: 'Invalid model: x' }), { code: 'model_not_found' }],
  [
    refused(500, { message: '{"error":{"message":"boom"}}' }),
    { message: expect.stringMatching(/ boom\. /) },
  ],
])('what a server names of its refusal reaches clients of both APIs: %j', async (step, error) => {
  for (const [path, body] of [
    ['/v1/chat/completions', chat],
    ['/v1/responses', { input: 'hi' }],
  ] as const) {
    expect((await jsonOf(askedOver(step, path, body))).error).toMatchObject(error);
    const streamed = await askedOver(step, path, { ...body, stream: true });
    expect((await jsonOf(Promise.resolve(streamed))).error).toMatchObject(error);
  }
});

it.each([
  ['Please retry after 20 seconds.', '20'],
  ['Please try again in 6.5s.', '7'],
  ['Try again in 1m30s', '90'],
  ['Please try again in 250ms', '1'],
  ['Resource exhausted. {"retryDelay": "34s"}', '34'],
])(
  'the time that a server asks for in its message alone reaches a client: %s',
  async (message, s) => {
    const response = await askedOver(refused(429, { message }), '/v1/chat/completions', chat);
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, s]);
  },
);

it('a refusal of the model stands in its own field, whole', async () => {
  const message = { role: 'assistant', content: null, refusal: 'I cannot.' };
  const raw = JSON.stringify({ choices: [{ message, finish_reason: 'stop' }] });
  const step = { raw, headers: { 'content-type': 'application/json' } };
  const completion = await jsonOf(askedOver(step, '/v1/chat/completions', chat));
  expect(completion.choices[0]).toMatchObject({
    message: { content: null, refusal: 'I cannot.' },
    finish_reason: 'stop',
  });
  const response = await jsonOf(askedOver(step, '/v1/responses', { input: 'hi' }));
  expect(response).toMatchObject({
    status: 'completed',
    output: [{ content: [{ type: 'refusal', refusal: 'I cannot.' }] }],
  });
});

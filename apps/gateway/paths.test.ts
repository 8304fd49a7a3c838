import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { scriptedModel } from '../../src/testing/index.ts';
import { jsonOf, startGateway } from './start-gateway.ts';

const chat = '/v1/chat/completions';

it.each([
  ['/chat/completions', chat],
  ['/v1/v1/chat/completions', chat],
  ['/v1/chat/completions/', chat],
  ['/v1//chat/completions', chat],
  ['/openai/v1/chat/completions', chat],
  ['/openai/deployments/local/chat/completions', chat],
  ['/v1/engines/local/chat/completions', chat],
  ['/api/v1/chat/completions', chat],
  ['/V1/Chat/Completions', chat],
  ['/models', '/v1/models'],
  ['/v1/healthz', '/healthz'],
])('a path that is nearly one names the right one: %s', async (given, right) => {
  await using gateway = await startGateway({ local: scriptedModel([]) });
  const answer = await gateway.send(given, {});
  expect(answer.status).toBe(404);
  expect((await jsonOf(answer)).error.message.toLowerCase()).toContain(`did you mean ${right}?`);
});

it.each(['/v1/messages', '/api/chat', '/v1/moderations', '/v1/assistants', '/v1/nothing'])(
  'what is not served says so: %s',
  async given => {
    await using gateway = await startGateway({ local: scriptedModel([]) });
    const answer = await gateway.send(given, {});
    expect(answer.status).toBe(404);
    expect((await jsonOf(answer)).error.message).toMatch(/served|See \//);
    expect(answer.headers.get('x-request-id')).not.toBeNull();
  },
);

it.each(['qwen/qwen3:8b', 'a b (x)', 'ünï'])('a model of any name is found: %s', async name => {
  await using gateway = await startGateway({ [name]: scriptedModel([]) });
  for (const path of [encodeURI(name), encodeURIComponent(name)]) {
    const answer = await gateway.send(`/v1/models/${path}`);
    expect([answer.status, (await jsonOf(answer)).id]).toEqual([200, name]);
  }
  const other = await jsonOf(gateway.send(`/v1/models/other/${encodeURI(name)}`));
  expect(other.error.code).toBe('model_not_found');
});

it('the root names every route, and every answer has an id', async () => {
  await using gateway = await startGateway({ local: scriptedModel([]) });
  const root = await gateway.send('/');
  expect((await jsonOf(root)).routes.length).toBeGreaterThan(20);
  expect(root.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
});

it('a compressed body is read, and bounded as it is when it is unpacked', async () => {
  const local = scriptedModel(['hi', 'hi'], { modelId: 'local' });
  const limits = { bodyBytes: 2048 };
  await using gateway = await startGateway({ local }, { gateway: { limits } });
  const asked = { model: 'local', messages: [{ role: 'user', content: 'hello' }] };
  const post = (body: Uint8Array, coding: string) =>
    gateway.send(chat, undefined, {
      method: 'POST',
      body: new Uint8Array(body),
      headers: { 'content-type': 'application/json', 'content-encoding': coding },
    });
  const json = Buffer.from(JSON.stringify(asked));
  expect((await post(gzipSync(json), 'gzip')).status).toBe(200);
  expect((await post(zstdCompressSync(json), 'zstd')).status).toBe(200);
  const long = Buffer.from(JSON.stringify({ ...asked, user: 'x'.repeat(100_000) }));
  expect((await post(gzipSync(long), 'gzip')).status).toBe(413);
  expect((await post(json, 'gzip')).status).toBe(400);
  const odd = await post(json, 'compress');
  expect([odd.status, odd.headers.get('accept-encoding')]).toEqual([
    415,
    expect.stringContaining('gzip'),
  ]);
});

it('an allowed page may send whatever headers its client has, and reads refusals', async () => {
  const origin = 'https://app.example';
  const config = { gateway: { allowOrigins: [origin] } };
  await using gateway = await startGateway({ local: scriptedModel([]) }, config);
  const asked = 'authorization,content-type,x-stainless-os,x-tandem-label';
  const preflight = await gateway.send(chat, undefined, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': asked,
    },
  });
  expect(preflight.headers.get('access-control-allow-headers')).toBe(asked);
  const lost = await gateway.send('/nothing', undefined, { headers: { origin } });
  expect(lost.headers.get('access-control-allow-origin')).toBe(origin);
  const own = await gateway.send('/v1/models', undefined, { headers: { origin: gateway.url } });
  expect(own.status).toBe(200);
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { doubleOf } from '../../src/testing/index.ts';
import { openapiDocument } from './openapi.ts';
import { routes } from './routes.ts';
import { type Json, jsonOf, startGateway } from './start-gateway.ts';

const local = doubleOf({ modelId: 'local' }, () => ({ text: 'hi' }));

describe('the OpenAPI document', () => {
  it('is the one that is published beside the guide', () => {
    const published = JSON.parse(
      readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'),
    );
    expect(published, 'run `node tools/write-openapi.ts`').toEqual(
      JSON.parse(JSON.stringify(openapiDocument(routes))),
    );
  });

  it('names every route that is there, and no other', async () => {
    await using gateway = await startGateway({ local });
    const document: Json = await jsonOf(gateway.send('/openapi.json'));
    const headers = { authorization: `Bearer ${gateway.studio.url.split('#key=')[1]}` };
    for (const [path, operations] of Object.entries(document.paths as Record<string, object>)) {
      const real = path.replace(/\{\w+\}/g, 'none');
      const methods = Object.keys(operations);
      const allow = (await gateway.send(real, undefined, { method: 'PATCH' })).headers.get('allow');
      expect(
        allow?.split(', ').map(method => method.toLowerCase()),
        path,
      ).toEqual(methods);
      for (const method of methods) {
        const { status } = await gateway.send(real, method === 'post' ? {} : undefined, {
          method: method.toUpperCase(),
          headers,
        });
        expect([200, 400, 404, 409, 415], `${method} ${path} answers ${status}`).toContain(status);
      }
    }
    expect((await gateway.send('/v1/unknown')).status).toBe(404);
  });

  it('says of every route what it answers', () => {
    const document = openapiDocument(routes) as Json;
    for (const { path, method } of routes) {
      const { content } = document.paths[path][method].responses[200];
      for (const { schema } of Object.values<Json>(content))
        expect(schema, `${method} ${path}`).not.toEqual({ type: 'object' });
    }
  });

  it('says what each body may hold: what it calls valid is taken', async () => {
    const document = openapiDocument(routes) as Json;
    const { schema } =
      document.paths['/v1/chat/completions'].post.requestBody.content['application/json'];
    expect(schema.required).toEqual(['model', 'messages']);
    expect(Object.keys(schema.properties)).toEqual(
      expect.arrayContaining([
        'tools',
        'response_format',
        'n',
        'seed',
        'stop',
        'logprobs',
        'stream_options',
        'tandem',
      ]),
    );
  });
});

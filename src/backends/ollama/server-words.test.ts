import { describe, expect, it } from 'vitest';
import { userCall } from '../../model/answer.ts';
import { model } from '../../registry/model.ts';
import { collectStream } from '../../testing/double.ts';

const answering = (status: number, body: string) =>
  model('ollama:phi4-mini', {
    endpoint: 'http://127.0.0.1:9',
    fetch: async input =>
      String(input).endsWith('/api/chat')
        ? new Response(body, { status })
        : Response.json({ models: [] }),
  });

async function failureOf(status: number, body: string, isStreamed: boolean): Promise<string> {
  const asked = answering(status, body);
  const call = userCall('hi');
  const answer = isStreamed
    ? (async () => collectStream((await asked.doStream(call)).stream))()
    : asked.doGenerate(call);
  return Promise.resolve(answer).then(
    () => '',
    (error: unknown) => String(error),
  );
}

const bodies = [
  '{"error":"the disk of tenant 7 is full"}',
  '{"error":{"message":"the disk of tenant 7 is full","code":"full"}}',
  '{"message":"the disk of tenant 7 is full"}',
  '{"detail":[{"loc":["body"],"msg":"the disk of tenant 7 is full"}]}',
  '{"errors":[{"message":"the disk of tenant 7 is full"}]}',
  '{"error_message":"the disk of tenant 7 is full"}',
  'the disk\nof tenant 7 is full',
  '<html><head><title>the disk of tenant 7 is full</title></head></html>',
];

describe.each([false, true])('a failure of Ollama, or of a proxy (streamed: %s)', isStreamed => {
  it.each(bodies)('is told in its own words: %j', async body => {
    for (const status of [400, 403, 500])
      expect(await failureOf(status, body, isStreamed)).toContain('the disk of tenant 7 is full');
  });

  it('is told too where it comes behind status 200', async () => {
    for (const error of ['out of memory', { message: 'out of memory' }])
      expect(await failureOf(200, JSON.stringify({ error }), isStreamed)).toContain(
        '"out of memory"',
      );
  });

  it('is a missing model where the server says so, and not where a path is missing', async () => {
    const gone = '{"error":"model \'phi4-mini\' not found"}';
    expect(await failureOf(404, gone, isStreamed)).toContain('ollama pull phi4-mini');
    const proxy = await failureOf(404, '404 page not found', isStreamed);
    expect(proxy).toContain('HTTP 404: 404 page not found');
  });
});

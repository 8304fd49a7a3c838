import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { openaiCompatible } from '../../src/entries/backends.ts';

/**
 * The floor: Hono and a bare leaf, the SDK's or with `own` Tandem's, nothing else: `floor.ts PORT
 * UPSTREAM [own]`.
 */
const [port = '0', upstream = '', leaf] = process.argv.slice(2);
const model =
  leaf === 'own'
    ? openaiCompatible({ model: 'double', endpoint: upstream })
    : createOpenAICompatible({ name: 'floor', baseURL: upstream, includeUsage: true }).chatModel(
        'double',
      );
const app = new Hono();
app.post('/v1/chat/completions', async c => {
  const body = (await c.req.json()) as { messages: { content: string }[]; stream?: boolean };
  const text = body.messages.map(({ content }) => content).join('\n');
  const call = { prompt: [{ role: 'user' as const, content: [{ type: 'text' as const, text }] }] };
  if (!body.stream) {
    const { content } = await model.doGenerate(call);
    const [part] = content;
    return c.json({
      choices: [
        { message: { role: 'assistant', content: part?.type === 'text' ? part.text : '' } },
      ],
    });
  }
  const { stream } = await model.doStream(call);
  return streamSSE(c, async sse => {
    for await (const part of stream as unknown as AsyncIterable<{ type: string; delta?: string }>) {
      if (part.type !== 'text-delta') continue;
      await sse.writeSSE({
        data: JSON.stringify({ choices: [{ delta: { content: part.delta } }] }),
      });
    }
    await sse.writeSSE({ data: '[DONE]' });
  });
});
serve({ fetch: app.fetch, port: Number(port), hostname: '127.0.0.1' }, () =>
  console.log('listening'),
);

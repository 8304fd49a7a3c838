import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { guardedFetch } from '../model/guarded-fetch.ts';
import type { LanguageModel } from '../model/types.ts';
import { ollama } from './ollama/ollama.ts';
import { openaiCompatible } from './openai/openai-compatible.ts';

type Answerer = (response: ServerResponse) => void;

async function startServer(answer: Answerer) {
  const server = createServer((request, response) => {
    request.resume();
    response.on('error', () => {});
    if (request.url?.endsWith('/chat/completions') || request.url?.endsWith('/api/chat'))
      answer(response);
    else response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"none"}');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

// Writes the same piece over and over, as fast as it is taken.
function endless(first: string, piece: string, type: string): Answerer {
  const bytes = Buffer.from(piece.repeat(Math.ceil(262_144 / piece.length)));
  return response => {
    response.writeHead(200, { 'content-type': type });
    response.write(first);
    const more = () => {
      while (!response.destroyed && response.write(bytes));
    };
    response.on('drain', more);
    more();
  };
}

function packed(coding: 'gzip' | 'br'): Answerer {
  const whole = Buffer.alloc(40_000_000, ' ');
  const bytes = coding === 'gzip' ? gzipSync(whole) : brotliCompressSync(whole, { params: {} });
  return response =>
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-encoding': coding })
      .end(bytes);
}

const content = 'x'.repeat(900);
const chunk = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`;
const message = { role: 'assistant', content };
const line = `${JSON.stringify({ model: 'm', message, done: false })}\n`;
const whole: Record<string, Answerer> = {
  'white space': endless('{', ' ', 'application/json'),
  gzip: packed('gzip'),
  br: packed('br'),
};
const streamed: Record<string, Answerer> = {
  events: endless('', chunk, 'text/event-stream'),
  lines: endless('', line, 'application/x-ndjson'),
  'one line': endless('{"a":"', 'x', 'application/x-ndjson'),
};
const backends: Record<string, (url: string, own?: typeof fetch) => LanguageModel> = {
  'openai-compatible': (url, own) =>
    openaiCompatible({
      model: 'm',
      endpoint: `${url}/v1`,
      place: 'device',
      ...(own && { fetch: own }),
    }),
  ollama: (url, own) => ollama({ model: 'm', endpoint: url, ...(own && { fetch: own }) }),
};
const call = {
  prompt: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Hi' }] }],
};

async function readToEnd(model: LanguageModel): Promise<void> {
  const { stream } = await model.doStream(call);
  for await (const part of stream) if (part.type === 'error') throw part.error;
}

const ownFetch: typeof fetch = (...given) => fetch(...given);

for (const [name, make] of Object.entries(backends)) {
  it.each(Object.keys(whole))(
    `${name}: a whole answer without end ends in an error: %s`,
    async what => {
      await using server = await startServer(whole[what]!);
      for (const own of [undefined, ownFetch])
        await expect(make(server.url, own).doGenerate(call)).rejects.toThrow(
          /longer than|not JSON|JSON/,
        );
    },
    120_000,
  );

  it.each(Object.keys(streamed))(
    `${name}: a stream without end ends in an error: %s`,
    async what => {
      await using server = await startServer(streamed[what]!);
      await expect(readToEnd(make(server.url))).rejects.toThrow(/longer than|without end|no end/);
    },
    120_000,
  );
}

it('a guarded fetch sends nothing to another host', async () => {
  let sent = 0;
  const guarded = guardedFetch(
    async () => {
      sent++;
      return new Response('ok');
    },
    { endpoint: 'https://models.example/v1' },
  );
  for (const url of [
    'https://models.example.evil/v1/x',
    'http://models.example/v1',
    'https://models.example:444/',
  ])
    await expect(guarded(url)).rejects.toThrow(/not the configured host/);
  expect(sent).toBe(0);
  expect(await (await guarded('https://models.example/v1/x?y')).text()).toBe('ok');
});

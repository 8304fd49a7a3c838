import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as zlib from 'node:zlib';
import { expect, it } from 'vitest';
import { patientFetch } from '../http.ts';

const compress: Record<string, (bytes: Buffer) => Buffer> = {
  gzip: zlib.gzipSync,
  deflate: zlib.deflateSync,
  br: zlib.brotliCompressSync,
  zstd: zlib.zstdCompressSync,
};

async function startServer(answer: (response: ServerResponse) => void) {
  const server = createServer((request, response) => {
    request.resume();
    answer(response);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    ask: () => patientFetch(true)(url, { method: 'POST', body: '{}' }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

it.each(['gzip', 'deflate', 'br', 'zstd', 'gzip, br'])(
  'reads an answer that came compressed unasked, whole and in pieces: %s',
  async coding => {
    const words = 'naïve '.repeat(20_000);
    await using server = await startServer(response => {
      let body: Buffer = Buffer.from(words);
      for (const name of coding.split(', ')) body = compress[name]!(body);
      response.writeHead(429, { 'content-encoding': coding, 'retry-after': '7' }).end(body);
    });
    const response = await server.ask();
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7']);
    expect(await response.text()).toBe(words);
    const streamed = await server.ask();
    let text = '';
    const decoder = new TextDecoder();
    for await (const piece of streamed.body!) text += decoder.decode(piece, { stream: true });
    expect(text).toBe(words);
  },
);

it('what is no gzip, whatever it says, fails; what is coded as nothing is read', async () => {
  await using server = await startServer(response =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end('plain'),
  );
  await expect((await server.ask()).text()).rejects.toThrow();
  await using plain = await startServer(response =>
    response.writeHead(200, { 'content-encoding': 'identity' }).end('plain'),
  );
  expect(await (await plain.ask()).text()).toBe('plain');
});

it.each([
  ['iso-8859-1', 'latin1', 'Grüße aus Köln'],
  ['ISO-8859-1', 'utf8', 'Grüße, 日本語 🎉'],
  ['utf-16', 'utf16le', 'Grüße 🎉'],
  ['"latin1"', 'latin1', 'é'],
] as const)(
  'reads what is written in %s, or only said to be: as %s',
  async (charset, as, words) => {
    const bytes = Buffer.from(words.repeat(3), as);
    await using server = await startServer(response => {
      response.writeHead(200, { 'content-type': `application/json; charset=${charset}` });
      for (const byte of bytes) response.write(Buffer.of(byte));
      response.end();
    });
    expect(await (await server.ask()).text()).toBe(words.repeat(3));
  },
);

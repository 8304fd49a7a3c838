import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { expect, it } from 'vitest';
import { quickFetch, quickRequest } from './quick-fetch.ts';

async function startServer(answer: (response: ServerResponse) => void) {
  const seen = { connections: 0, aborted: 0 };
  const server = createServer((request, response) => {
    response.on('close', () => {
      if (!response.writableFinished) seen.aborted++;
    });
    request.resume();
    answer(response);
  });
  server.on('connection', () => seen.connections++);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const agent = new Agent();
  return {
    seen,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/a?b=c`,
    ask: (url: string, signal?: AbortSignal) =>
      quickFetch(agent, quickRequest(url, signal ? { signal } : {})!),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await Promise.all([agent.destroy(), new Promise(resolve => server.close(resolve))]);
    },
  };
}

const settled = () => new Promise(resolve => setTimeout(resolve, 50));

it('gathers a text of several pieces, less a byte order mark, and its headers', async () => {
  await using server = await startServer(response => {
    response.writeHead(201, { 'X-Own': 'a' });
    response.write('\ufeffna');
    setTimeout(() => response.end('ïve'), 5);
  });
  const response = await server.ask(server.url);
  expect([response.status, response.ok, response.headers.get('X-OWN'), response.url]).toEqual([
    201,
    true,
    'a',
    server.url,
  ]);
  expect(await response.text()).toBe('naïve');
  expect(response.bodyUsed).toBe(true);
});

it('lets a server wait that sends more than is read', async () => {
  let written = 0;
  await using server = await startServer(response => {
    const write = () => {
      for (let isTaken = true; isTaken && written < 50_000_000; written += 100_000) {
        isTaken = response.write(Buffer.alloc(100_000));
      }
      if (written < 50_000_000) response.once('drain', write);
      else response.end();
    };
    write();
  });
  const response = await server.ask(server.url);
  await settled();
  const before = written;
  await settled();
  expect(written).toBe(before);
  expect(written).toBeLessThan(40_000_000);
  let read = 0;
  while (await response.more()) read += response.take()!.length;
  expect(read).toBeGreaterThanOrEqual(50_000_000);
});

it('refuses redirects, and keeps the connection', async () => {
  await using server = await startServer(response =>
    response.writeHead(302, { location: '/' }).end('elsewhere'),
  );
  for (let n = 0; n < 2; n++) {
    await expect(server.ask(server.url)).rejects.toMatchObject({
      code: 'model_failed',
      data: { failure: 'redirected' },
    });
    await settled();
  }
  expect(server.seen.connections).toBe(1);
});

it('fails as fetch does: nobody there, cut midway, given up before and after start', async () => {
  await using server = await startServer(response => {
    response.write('half');
    setTimeout(() => response.destroy(), 20);
  });
  await expect(server.ask('http://127.0.0.1:1/')).rejects.toMatchObject({
    name: 'TypeError',
    message: 'fetch failed',
  });
  const cut = await server.ask(server.url);
  await expect(cut.text()).rejects.toMatchObject({ name: 'TypeError', message: 'terminated' });
  const reason = new Error('enough');
  await expect(server.ask(server.url, AbortSignal.abort(reason))).rejects.toBe(reason);
  const controller = new AbortController();
  const asked = server.ask(server.url, controller.signal);
  controller.abort(reason);
  await expect(asked).rejects.toBe(reason);
  const later = new AbortController();
  const response = await server.ask(server.url, later.signal);
  later.abort(reason);
  await expect(response.text()).rejects.toBe(reason);
});

it('keeps the connection where nobody waits for the end, and ends it when cancelled', async () => {
  await using server = await startServer(response => {
    response.write('one');
    setTimeout(() => response.end('two'), 20);
  });
  for (let n = 0; n < 3; n++) {
    const controller = new AbortController();
    const response = await server.ask(server.url, controller.signal);
    await response.more();
    response.dismiss();
    controller.abort();
    await settled();
  }
  expect(server.seen).toEqual({ connections: 1, aborted: 0 });
  const response = await server.ask(server.url);
  await response.more();
  response.cancel();
  await expect.poll(() => server.seen.aborted, { timeout: 5000 }).toBe(1);
  await expect(response.more()).rejects.toThrow('terminated');
});

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, vi } from 'vitest';
import { sendEvents } from './send-events.ts';
import { problemOf } from './wire/problem.ts';

async function served(events: () => AsyncGenerator<string>) {
  const statuses: number[] = [];
  const server = createServer((_request, outgoing) => {
    const controller = new AbortController();
    outgoing.once('close', () => !outgoing.writableFinished && controller.abort());
    void sendEvents(events(), outgoing, {
      headers: { 'x-own': 'a' },
      audit: {},
      begunMs: performance.now(),
      hasGone: () => controller.signal.aborted,
      ended: status => void statuses.push(status),
      failed: problemOf,
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    statuses,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

it('says that a stream has begun before its first event has come', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  await using server = await served(async function* () {
    await promise;
    yield 'data: 1\n\n';
  });
  const response = await fetch(server.url);
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'text/event-stream',
  ]);
  resolve();
  expect(await response.text()).toBe('data: 1\n\n');
  expect(server.statuses).toEqual([200]);
});

it('sends a line within ten seconds while an answer is held back, headers after five', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    const { promise, resolve } = Promise.withResolvers<void>();
    await using server = await served(async function* () {
      await promise;
      yield 'data: 1\n\n';
    });
    const response = await fetch(server.url);
    vi.advanceTimersByTime(5000);
    vi.advanceTimersByTime(9999);
    resolve();
    const lines = (await response.text()).split('\n\n').filter(Boolean);
    expect(lines).toEqual([...Array(3).fill(': still at work'), 'data: 1']);
  } finally {
    vi.useRealTimers();
  }
});

it('sends what comes in one turn as one piece', async () => {
  await using server = await served(async function* () {
    for (let n = 0; n < 100; n++) yield `data: ${n}\n\n`;
  });
  const pieces: Uint8Array[] = [];
  for await (const piece of (await fetch(server.url)).body!) pieces.push(piece);
  expect(pieces.length).toBeLessThanOrEqual(3);
  expect(Buffer.concat(pieces).toString().match(/data/g)).toHaveLength(100);
});

it('ends a stream that fails by an error in it, and notes who has gone away', async () => {
  await using failing = await served(async function* () {
    yield 'data: 1\n\n';
    throw new Error('secret');
  });
  const text = await (await fetch(failing.url)).text();
  expect(text).toContain('"error":{');
  expect(text).not.toContain('secret');
  await using endless = await served(async function* () {
    for (let n = 0; ; n++) {
      yield `data: ${n}\n\n`;
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  });
  const controller = new AbortController();
  const response = await fetch(endless.url, { signal: controller.signal });
  await response.body!.getReader().read();
  controller.abort();
  await expect.poll(() => endless.statuses).toEqual([499]);
});

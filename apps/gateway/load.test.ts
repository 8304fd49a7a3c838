import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openaiCompatible } from '../../src/entries/backends.ts';
import { apiFailure, doubleOf, startWireDouble } from '../../src/testing/index.ts';
import { jsonOf, startGateway, workspaceOf } from './start-gateway.ts';

const chat = '/v1/chat/completions';
const hello = { messages: [{ role: 'user', content: 'hello' }] };
const settled = () => new Promise(resolve => setTimeout(resolve, 100));
const hanging = () => {
  const seen = { begun: 0, aborted: 0 };
  const model = doubleOf({ modelId: 'slow' }, call => {
    seen.begun++;
    call.abortSignal?.addEventListener('abort', () => seen.aborted++, { once: true });
    return { text: 'late', delayMs: 1e8 } as never;
  });
  return { model, seen };
};

describe('a client that goes away', () => {
  it('TRAP 11: ends every call upstream, whole or streamed, and no other begins', async () => {
    const { model, seen } = hanging();
    const cloud = doubleOf({ modelId: 'cloud', place: 'cloud' }, () => ({ text: 'never' }));
    await using gateway = await startGateway({ local: model, cloud });
    for (const stream of [false, true]) {
      for (const name of ['local', 'cascade']) {
        const controller = new AbortController();
        const sent = gateway.send(
          chat,
          { model: name, ...hello, stream },
          { signal: controller.signal },
        );
        sent.catch(() => {});
        while (seen.begun === seen.aborted) await new Promise(resolve => setTimeout(resolve, 5));
        controller.abort();
        await settled();
        expect(seen.aborted, `${name} ${stream}`).toBe(seen.begun);
      }
    }
    expect(gateway.lines.some(line => line.includes('499'))).toBe(true);
  });

  it('stops a stream that nobody reads, by pressing back on the model', async () => {
    let given = 0;
    const endless = {
      ...doubleOf({ modelId: 'endless' }, () => ({ text: 'x' })),
      doStream: async () => ({
        stream: new ReadableStream({
          start: controller => controller.enqueue({ type: 'text-start' as const, id: '0' }),
          pull(controller) {
            given += 10_000;
            controller.enqueue({ type: 'text-delta' as const, id: '0', delta: 'x'.repeat(10_000) });
          },
        }),
      }),
    };
    await using gateway = await startGateway({ local: endless });
    const { port } = new URL(gateway.url);
    const body = JSON.stringify({ model: 'local', ...hello, stream: true });
    const socket = connect(Number(port), '127.0.0.1');
    socket.pause();
    socket.write(
      `POST ${chat} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ` +
        `application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await new Promise(resolve => setTimeout(resolve, 1500));
    const after = given;
    await new Promise(resolve => setTimeout(resolve, 300));
    expect(given).toBe(after);
    expect(given).toBeLessThan(20_000_000);
    socket.destroy();
  });
});

describe('an overloaded server', () => {
  it('answers 503 with Retry-After beyond what may wait, and forgets who gave up', async () => {
    const { model } = hanging();
    const limits = { concurrency: 1, waiting: 1, waitMs: 50 };
    await using gateway = await startGateway({ local: model }, { gateway: { limits } });
    const controller = new AbortController();
    const first = gateway.send(chat, { model: 'local', ...hello }, { signal: controller.signal });
    first.catch(() => {});
    await settled();
    const [second, third] = await Promise.all(
      [1, 2].map(() => gateway.send(chat, { model: 'local', ...hello })),
    );
    expect([second!.status, third!.status]).toEqual([503, 503]);
    expect(second!.headers.get('retry-after')).toBe('2');
    expect((await jsonOf(second!)).error.code).toBe('overloaded');
    expect((await gateway.send('/v1/models')).status).toBe(200);
    controller.abort();
  });

  it('passes a rate limit of the upstream on, with its time', async () => {
    const busy = doubleOf({ modelId: 'busy' }, () => {
      throw apiFailure(429, { headers: { 'retry-after-ms': '0' } });
    });
    await using gateway = await startGateway({ local: busy });
    const response = await gateway.send(chat, { model: 'local', ...hello });
    expect([
      response.status,
      response.headers.get('retry-after'),
      response.headers.get('x-should-retry'),
    ]).toEqual([429, '1', 'true']);
  });
});

describe('a server that ends', () => {
  it('lets answers end, takes no more, and ends what is longer than the grace', async () => {
    const slow = doubleOf(
      { modelId: 'slow' },
      () => ({ text: 'done at last', delayMs: 150 }) as never,
    );
    const gateway = await startGateway({ local: slow });
    const answer = gateway.send(chat, { model: 'local', ...hello });
    await new Promise(resolve => setTimeout(resolve, 50));
    const closed = gateway.close(5000);
    expect((await jsonOf(answer)).choices[0].message.content).toBe('done at last');
    await closed;
    await expect(gateway.send('/healthz')).rejects.toThrow();
    const stuck = await startGateway({ local: hanging().model });
    const hung = stuck.send(chat, { model: 'local', ...hello });
    hung.catch(() => {});
    await new Promise(resolve => setTimeout(resolve, 50));
    await stuck.close(50);
    await expect(hung).rejects.toThrow();
  });
});

describe('a changed configuration', () => {
  it('takes the place of the old one, and a wrong one changes nothing', async () => {
    const model = (text: string) => doubleOf({ modelId: text }, () => ({ text }));
    let load = async () => workspaceOf({ local: model('old') }, {});
    await using gateway = await startGateway({}, {}, { load: () => load() });
    const say = async () =>
      (await jsonOf(gateway.send(chat, { model: 'local', ...hello }))).choices[0].message.content;
    expect(await say()).toBe('old');
    load = async () => workspaceOf({ local: model('new') }, {});
    expect(await gateway.reload()).toBeUndefined();
    expect(await say()).toBe('new');
    load = async () =>
      workspaceOf({ local: model('wrong') }, { patterns: { x: { pattern: 'cascad' } } });
    expect((await gateway.reload())?.message).toContain('cascade');
    load = async () => workspaceOf({ local: model('wrong') }, { gateway: { limit: {} } });
    expect((await gateway.reload())?.message).toContain('limit');
    expect(await say()).toBe('new');
    expect(gateway.lines.join()).toContain('the old one stays');
  });
});

describe('the first byte', () => {
  it('TRAP 8: comes as soon as the upstream sends it, with the rest still to come', async () => {
    await using upstream = await startWireDouble([{ text: 'one two three four', cut: 'idle' }]);
    const leaf = openaiCompatible({ model: 'm', endpoint: `${upstream.url}/v1` });
    await using gateway = await startGateway({ local: leaf });
    const controller = new AbortController();
    const response = await gateway.send(
      chat,
      { model: 'local', ...hello, stream: true },
      { signal: controller.signal },
    );
    const { value } = await response.body!.getReader().read();
    // The upstream has stopped in the middle: nothing was held back for more to come.
    expect(new TextDecoder().decode(value)).toContain('one ');
    controller.abort();
  });
});

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'vite';
import { beforeAll, expect, it } from 'vitest';
import { startGateway } from '../../apps/gateway/start-gateway.ts';
import { doubleOf } from '../../src/testing/index.ts';
import { browserProgram, startBrowser } from '../prove/studio/browser.ts';

const program = browserProgram();
// Whoever reads the stage learns that nothing was tried.
if (!program) process.stdout.write('skipped: no Chromium here, so no page asked the gateway\n');

const page = `<!doctype html><script type="module">
import OpenAI from '/client.js'; globalThis.OpenAI = OpenAI;</script>`;
let client = '';

/** The official client, bundled as web applications are. */
beforeAll(async () => {
  const entry = join(import.meta.dirname, 'node_modules/openai/index.mjs');
  const made = await build({
    ...{ configFile: false, logLevel: 'silent' },
    build: { write: false, minify: false, lib: { entry, formats: ['es'], fileName: 'client' } },
  });
  const [bundle] = [made].flat();
  const [chunk] = bundle && 'output' in bundle ? bundle.output : [];
  client = chunk?.code ?? '';
}, 60_000);

/** Serves a page with the client from an origin of its own. */
async function servePage() {
  const server = createServer((request, response) => {
    const isScript = request.url === '/client.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? client : page);
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise(done => server.close(done));
    },
  };
}

/** What a page does with the client, over both interfaces, and what it can read of the answers. */
const asking = (url: string, key: string) => `(async () => {
  const openai = new OpenAI({
    baseURL: ${JSON.stringify(`${url}/v1`)}, apiKey: ${JSON.stringify(key)},
    dangerouslyAllowBrowser: true, maxRetries: 0,
  });
  const messages = [{ role: 'user', content: 'How do I reset my password?' }];
  const { data, response, request_id } = await openai.chat.completions
    .create({ model: 'local', messages }, { headers: { 'x-tandem-mode': 'local-only' } })
    .withResponse();
  let streamed = '';
  const chat = { model: 'local', messages, stream: true };
  for await (const { choices } of await openai.chat.completions.create(chat))
    streamed += choices[0]?.delta.content ?? '';
  const answer = await openai.responses.create({ model: 'local', input: 'Hello' });
  let events = '';
  const asked = { model: 'local', input: 'Hello', stream: true };
  for await (const event of await openai.responses.create(asked))
    if (event.type === 'response.output_text.delta') events += event.delta;
  const models = (await openai.models.list()).data.map(({ id }) => id);
  const deleted = await openai.responses.delete(answer.id).then(() => true);
  const failed = await openai.chat.completions.create({ model: 'nobody', messages })
    .catch(error => error.status);
  return {
    whole: data.choices[0].message.content, streamed, response: answer.output_text, events,
    deleted, failed,
    knows: models.includes('local'), id: request_id, place: response.headers.get('x-tandem-place'),
  };
})()`;

it.skipIf(!program)(
  'a page of an allowed origin uses the official client in a browser, and one of another does not',
  { timeout: 60_000 },
  async () => {
    let asked = 0;
    const local = doubleOf({ modelId: 'local' }, () => {
      asked++;
      return { text: 'Click on "forgotten".' };
    });
    await using allowed = await servePage();
    await using other = await servePage();
    await using gateway = await startGateway(
      { local },
      { gateway: { allowOrigins: [allowed.origin] } },
    );
    await using browser = await startBrowser(program!);

    const own = await browser.page();
    await own.go(allowed.origin);
    await own.until('typeof OpenAI === "function"');
    const text = 'Click on "forgotten".';
    expect(await own.run(asking(gateway.url, 'none'))).toEqual({
      ...{ whole: text, streamed: text, response: text, events: text },
      ...{ deleted: true, failed: 404, knows: true, place: 'device' },
      id: expect.stringMatching(/^[\da-f-]{36}$/),
    });

    const before = asked;
    const strange = await browser.page();
    await strange.go(other.origin);
    await strange.until('typeof OpenAI === "function"');
    await expect(strange.run(asking(gateway.url, 'none'))).rejects.toThrow(/Connection error/);
    // Nor does what a browser sends without asking first.
    const plain = (mode: string) =>
      `fetch('${gateway.url}/v1/chat/completions', { method: 'POST', mode: '${mode}', body:
        JSON.stringify({ model: 'local', messages: [{ role: 'user', content: 'hi' }] }) })
        .then(({ type, status }) => type + status, error => error.name)`;
    expect(await strange.run(plain('cors'))).toBe('TypeError');
    expect(await strange.run(plain('no-cors'))).toBe('opaque0');
    expect(asked).toBe(before);
  },
);

import { routes } from '../../../apps/gateway/routes.ts';
import { type RunningServer, startServer } from '../../../apps/gateway/server.ts';
import { workspaceOf } from '../../../apps/gateway/start-gateway.ts';
import { openaiCompatible } from '../../../src/entries/backends.ts';
import { extractive } from '../../../src/index.ts';
import type { KeptKind } from '../../../src/runs/store.ts';
import { startWireDouble } from '../../../src/testing/index.ts';
import type { Proof } from '../journal.ts';
import { documentText, marksIn, question } from './document.ts';
import { keptAttempts } from './kept-doors.ts';

/** How an attempt reaches the gateway. */
export interface Door {
  send(
    path: string,
    body: object | FormData,
    headers?: Readonly<Record<string, string>>,
  ): Promise<string>;
  idOf(answer: string): string;
  /** The run of an answer of chat completions. */
  runOf(answer: string): string;
  /** The key of the page, as headers. */
  readonly page: Readonly<Record<string, string>>;
}

/** Sends the document in a way that must not take it to the cloud. */
export type Attempt = (door: Door) => Promise<unknown>;

const chat = '/v1/chat/completions';
const secret = { 'x-tandem-label': 'local-only' };
const only = { 'x-tandem-mode': 'local-only' };
const said = (content: unknown, role = 'user') => ({ role, content });
const file = (label?: string) => ({
  type: 'file',
  file: {
    filename: 'a.txt',
    file_data: `data:text/plain;base64,${Buffer.from(documentText).toString('base64')}`,
    ...(label && { label }),
  },
});
const asked = said([file(), { type: 'text', text: question }]);

async function uploaded(door: Door, label?: string, lines?: string): Promise<string> {
  const form = new FormData();
  form.set('file', new Blob([lines ?? documentText]), 'x.txt');
  if (lines !== undefined) form.set('purpose', 'batch');
  if (label !== undefined) form.set('label', label);
  return door.idOf(await door.send('/v1/files', form));
}

/** Attempts by the route that they go through; a route without one fails the proof. */
const attemptsByRoute: Readonly<Record<string, readonly Attempt[]>> = {
  ...keptAttempts,
  [`post ${chat}`]: [false, true].flatMap((stream): Attempt[] => [
    door => door.send(chat, { model: 'cloud', stream, messages: [said(documentText)] }, secret),
    door => door.send(chat, { model: 'cloud', stream, messages: [said(documentText)] }, only),
    door =>
      door.send(chat, {
        model: 'cloud',
        stream,
        messages: [said(documentText)],
        tandem: { label: 'extracts' },
      }),
    ...['docs', 'relay', 'auto'].flatMap((model): Attempt[] => [
      door =>
        door.send(chat, {
          model,
          stream,
          messages: [said('Copy chapter 2.'), said(documentText, 'assistant'), asked],
        }),
      door =>
        door.send(chat, {
          model,
          stream,
          messages: [
            said('Read it.'),
            {
              role: 'assistant',
              tool_calls: [
                {
                  id: 'c1',
                  type: 'function',
                  function: { name: 'read', arguments: JSON.stringify({ documentText }) },
                },
              ],
            },
            { role: 'tool', tool_call_id: 'c1', content: documentText },
            asked,
          ],
        }),
      door => door.send(chat, { model, stream, messages: [said(documentText, 'system'), asked] }),
      async door => {
        const looser = model === 'relay' ? { unitTokens: 100_000 } : { maxReleased: 1_000_000 };
        const tandem = { options: model === 'auto' ? { cloud: 'local' } : looser };
        const said = await door.send(chat, { model, stream, messages: [asked], tandem });
        if (!said.includes('policy_stricter')) throw new Error('A looser option was not refused.');
      },
    ]),
  ]),
  'post /v1/responses': [false, true].flatMap((stream): Attempt[] => [
    async door => {
      const id = door.idOf(
        await door.send('/v1/responses', { model: 'local', input: documentText }, secret),
      );
      await door.send('/v1/responses', {
        model: 'cloud',
        stream,
        previous_response_id: id,
        input: '?',
      });
      await door.send('/v1/responses', {
        model: 'docs',
        stream,
        previous_response_id: id,
        input: [{ role: 'user', content: question }],
      });
    },
    async door => {
      const id = await uploaded(door, 'local-only');
      const input = [
        {
          role: 'user',
          content: [
            { type: 'input_file', file_id: id },
            { type: 'input_text', text: '?' },
          ],
        },
      ];
      const answer = await door.send('/v1/responses', { model: 'local', input });
      const item = /"id":"(msg_[^"]+)"/.exec(answer)?.[1] ?? '';
      await door.send('/v1/responses', {
        model: 'cloud',
        stream,
        input: [
          { type: 'item_reference', id: item },
          { role: 'user', content: 'go on' },
        ],
      });
    },
  ]),
  'post /v1/embeddings': [secret, only].map(
    (headers): Attempt =>
      door =>
        door.send('/v1/embeddings', { model: 'small', input: documentText }, headers),
  ),
  'post /v1/files': ['local-only', 'extracts'].map(
    (label): Attempt =>
      async door => {
        const id = await uploaded(door, label);
        const content = [
          { type: 'file', file: { file_id: id } },
          { type: 'text', text: question },
        ];
        await door.send(chat, { model: 'cloud', messages: [said(content)] });
        if (label === 'local-only')
          await door.send(chat, { model: 'docs', messages: [said(content)] });
      },
  ),
  'post /v1/batches': ['file', 'line', 'request'].map(
    (where): Attempt =>
      async door => {
        const body = {
          ...{ model: 'cloud', messages: [said(documentText)] },
          ...(where === 'line' && { tandem: { label: 'local-only' } }),
        };
        const line = JSON.stringify({ custom_id: 'a', url: chat, body });
        const file = await uploaded(door, where === 'file' ? 'local-only' : undefined, line);
        const about = { input_file_id: file, endpoint: chat, completion_window: '24h' };
        await door.send('/v1/batches', about, where === 'request' ? secret : {});
        await new Promise(resolve => setTimeout(resolve, 50));
      },
  ),
  'post /v1/batches/{id}/cancel': [
    async door => {
      const body = { model: 'cloud', messages: [said(documentText)] };
      const line = JSON.stringify({ custom_id: 'a', url: chat, body });
      const about = { endpoint: chat, completion_window: '24h' };
      const file = await uploaded(door, 'local-only', line);
      const id = door.idOf(await door.send('/v1/batches', { ...about, input_file_id: file }));
      await door.send(`/v1/batches/${id}/cancel`, {});
    },
  ],
  'post /v1/runs': [
    door => door.send('/v1/runs', { model: 'cloud', messages: [said(documentText)] }, secret),
  ],
  'post /v1/runs/{id}/resume': [
    async door => {
      const body = {
        model: 'cloud',
        messages: [said(documentText)],
        tandem: { label: 'local-only' },
      };
      const id = door.idOf(await door.send('/v1/runs', body));
      await new Promise(resolve => setTimeout(resolve, 50));
      await door.send(`/v1/runs/${id}/resume`, {});
    },
  ],
  'post /v1/runs/{id}/cancel': [
    async door => {
      const body = {
        model: 'docs',
        messages: [said(documentText)],
        tandem: { label: 'local-only' },
      };
      const id = door.idOf(await door.send('/v1/runs', body));
      await door.send(`/v1/runs/${id}/cancel`, {});
    },
  ],
  // What was asked of the cascade under a label is not asked of the cloud by another pattern.
  'post /v1/runs/{id}/replay': [secret, only].flatMap(headers =>
    ['cloud', 'docs', 'relay', 'first'].map(
      (model): Attempt =>
        async door => {
          const asked = { model: 'first', messages: [said(documentText)] };
          const id = door.runOf(await door.send(chat, asked, headers));
          await door.send(`/v1/runs/${id}/replay`, { model }, door.page);
        },
    ),
  ),
  'post /v1/feedback': [
    async door => {
      const id = door.runOf(await door.send(chat, { model: 'local', messages: [said('?')] }));
      await door.send('/v1/feedback', { run_id: id, rating: 'down', prompt: documentText });
    },
  ],
  'post /v1/preview': ['cloud', 'docs', 'relay', 'auto'].flatMap(model =>
    [secret, only].map(
      (headers): Attempt =>
        door =>
          door.send('/v1/preview', { model, messages: [said(documentText), asked] }, headers),
    ),
  ),
  // What was labelled, or asked on this device alone, is not asked of the cloud later.
  'post /v1/pairs/ask': [secret, only].map(
    (headers): Attempt =>
      async door => {
        await door.send(chat, { model: 'first', messages: [said(documentText)] }, headers);
        await door.send('/v1/pairs/ask', { count: 50 }, door.page);
      },
  ),
  'post /v1/pairs/{id}/rating': [
    async door => {
      const asked = { model: 'first', messages: [said(documentText)] };
      const id = door.runOf(await door.send(chat, asked, secret));
      const rating = { right: 'first', comment: documentText.slice(0, 4000) };
      await door.send(`/v1/pairs/${id}/rating`, rating, door.page);
    },
  ],
  'post /studio/session': [
    door => door.send('/studio/session', { code: documentText.slice(0, 64) }),
  ],
  'post /v1/route': [
    door => door.send('/v1/route', { model: 'router', messages: [said(documentText)] }, secret),
  ],
};

/** By which route what a store keeps can leave; a new kind without one does not compile. */
const routeByKind: Readonly<Record<KeptKind, string>> = {
  document: `post ${chat}`,
  reading: `post ${chat}`,
  file: 'post /v1/files',
  response: 'post /v1/responses',
  conversation: 'post /v1/conversations',
  rating: 'post /v1/feedback',
  batch: 'post /v1/batches',
  'batch-line': 'post /v1/batches',
  setting: 'none: a secret of the server, which no call holds',
};

function withoutCase(): string[] {
  const isSending = (method: string) => method !== 'get' && method !== 'delete';
  const doors = routes
    .filter(({ method, path }) => isSending(method) && !(`${method} ${path}` in attemptsByRoute))
    .map(({ method, path }) => `the route "${method} ${path}" has no case`);
  const kinds = Object.entries(routeByKind)
    .filter(([, route]) => !(route in attemptsByRoute) && !route.startsWith('none'))
    .map(([kind]) => `what is kept as "${kind}" has no case`);
  return [...doors, ...kinds];
}

/** Tries every door of the gateway's table, so many times. */
export async function proveDoors(times: number): Promise<Proof> {
  const problems = withoutCase();
  await using double = await startWireDouble([{ text: 'It costs 21 crowns [e1].' }]);
  await using server = await gatewayAt(double.url);
  const attempts = Object.entries(attemptsByRoute).flatMap(([route, list]) =>
    list.map((attempt, index) => ({ attempt, name: `${route}, attempt ${index}` })),
  );
  let seen = 0;
  for (let time = 0; time < times; time++) {
    for (const { attempt, name } of attempts) {
      await attempt(doorOf(server)).catch((error: unknown) =>
        problems.push(`${String(error)} (${name})`),
      );
      const sent = double.requests.slice(seen).map(each => each.text);
      seen = double.requests.length;
      const { size } = marksIn(sent.join('\n'));
      if (size > mostReleased) problems.push(`${size} marks left by ${name}`);
    }
  }
  const says = [`${routes.length} routes: ${times * attempts.length} attempts, ${seen} arrived`];
  return { says, problems };
}

// What 500 characters of extracts, and three passages beside them, can hold.
const mostReleased = 9;

async function gatewayAt(url: string): Promise<RunningServer & AsyncDisposable> {
  const cloud = openaiCompatible({ model: 'gpt-4.1', endpoint: `${url}/v1`, place: 'cloud' });
  const config = {
    patterns: {
      docs: { pattern: 'minions', maxReleased: 500, plan: 'plain' },
      relay: { pattern: 'chain', unitTokens: 150 },
      first: { pattern: 'cascade', matches: '.' },
    },
    gateway: { embeddings: { small: { model: 'e', endpoint: url, place: 'cloud' } } },
  };
  const server = await startServer({
    load: async () => workspaceOf({ local: extractive(), cloud }, config as never),
    port: 0,
    journal: { path: ':memory:' },
    log: { write: () => undefined },
  });
  return { ...server, [Symbol.asyncDispose]: () => server.close(0) };
}

function doorOf({ url, studio }: RunningServer): Door {
  return {
    page: { authorization: `Bearer ${studio.url.split('#key=')[1]}` },
    async send(path, body, headers = {}) {
      const isForm = body instanceof FormData;
      const response = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { ...(!isForm && { 'content-type': 'application/json' }), ...headers },
        body: isForm ? body : JSON.stringify(body),
      });
      return response.text();
    },
    idOf: answer => /"id":\s*"([^"]+)"/.exec(answer)?.[1] ?? '',
    runOf: answer =>
      (/"id":\s*"chatcmpl-(\w{32})/.exec(answer)?.[1] ?? '').replace(
        /^(.{8})(.{4})(.{4})(.{4})/,
        '$1-$2-$3-$4-',
      ),
  };
}

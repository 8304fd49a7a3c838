import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  diagnose,
  discoverLocal,
  discoverServers,
  openCapabilityCache,
  placeNow,
} from '../../entries/backends.ts';
import {
  cascade,
  direct,
  limit,
  model,
  openJournal,
  type RunOptions,
  run,
  summaryOf,
  type TandemError,
} from '../../index.ts';
import { textOf, userCall } from '../../model/answer.ts';
import type { Call, LanguageModel } from '../../model/types.ts';
import { collectStream } from '../../testing/double.ts';
import { scriptedModel } from '../../testing/scripted-model.ts';
import { type ServerDoubleOptions, startServerDouble } from '../../testing/wire/wire-servers.ts';

const name = 'gpt-oss:120b-cloud';
const remote: ServerDoubleOptions = { models: [name], isLoaded: false, elsewhere: [name] };
const asks = {
  whole: async (asked: LanguageModel, call: Call) => direct(asked).doGenerate(call),
  streamed: async (asked: LanguageModel, call: Call) =>
    collectStream((await direct(asked).doStream(call)).stream),
};
const labelled = (label: string): Call => ({
  ...userCall('SECRET'),
  providerOptions: { tandem: { label } },
});
const denied = async (work: () => Promise<unknown>): Promise<TandemError> => {
  const error: unknown = await work().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error, String(error)).toMatchObject({ code: 'egress_denied' });
  return error as TandemError;
};
const specs = (url: string) => ({
  ollama: model(`ollama:${name}`, { endpoint: url }),
  'openai-compatible': model(`openai-compatible:${name}`, { endpoint: `${url}/v1` }),
  vllm: model(`vllm:${name}`, { endpoint: `${url}/v1` }),
  'foundry-local': model(`foundry-local:${name}`, { endpoint: url }),
});

describe.each(Object.entries(asks))('a model that an Ollama runs elsewhere, %s', (_way, ask) => {
  it.each(['ollama', 'openai-compatible', 'vllm', 'foundry-local'] as const)(
    'is no local model by %s: no prompt goes to it that may not leave',
    async scheme => {
      await using double = await startServerDouble('ollama', remote);
      const asked = specs(double.url)[scheme];
      const error = await denied(() =>
        run({ mode: 'local-only' }, () => ask(asked, userCall('SECRET'))),
      );
      expect(error.message).toContain(`"${scheme}:${name}", which runs at ollama.com`);
      await denied(() => run({ mode: 'local-preferred' }, () => ask(asked, userCall('SECRET'))));
      for (const label of ['local-only', 'extracts'])
        await denied(() => run({}, () => ask(asked, labelled(label))));
      await denied(() =>
        run({ mode: 'local-only' }, () =>
          ask(limit(asked, { concurrency: 1 }), userCall('SECRET')),
        ),
      );
      const local = cascade({ local: asked, cloud: scriptedModel([], { place: 'cloud' }) });
      await denied(() => run({ mode: 'local-only' }, () => ask(local, userCall('SECRET'))));
      expect(double.requests.filter(({ text }) => text.includes('SECRET'))).toEqual([]);
      expect(double.requests.filter(({ path }) => path === '/api/show')).toHaveLength(1);
    },
  );

  it('counts as a cloud where it may be asked: in summary, journal and egress record', async () => {
    await using double = await startServerDouble('ollama', remote);
    using journal = openJournal({ path: ':memory:' });
    const asked = model(`ollama:${name}`, { endpoint: double.url });
    const answer = await run({ journal }, () => ask(asked, userCall('fine')));
    expect(textOf(answer)).toBe('hello from the wire');
    expect(summaryOf(answer)).toMatchObject({
      place: 'cloud',
      calls: { device: 0, cloud: 1 },
      egress: { calls: 1 },
    });
    expect(await journal.egress()).toMatchObject([{ destination: `ollama:${name}` }]);
  });

  it('is found out by its answer where its server did not say, and what left is told', async () => {
    await using double = await startServerDouble('ollama', { ...remote, elsewhereIn: ['answer'] });
    using journal = openJournal({ path: ':memory:' });
    const asked = model(`ollama:${name}`, { endpoint: double.url });
    const answer = await run({ journal }, () => ask(asked, userCall('fine')));
    expect(summaryOf(answer)).toMatchObject({ place: 'cloud', egress: { calls: 1 } });
    expect(JSON.stringify(answer.warnings)).toContain('the prompt has left this machine');
    expect(await journal.egress()).toHaveLength(1);
    await denied(() => run({ mode: 'local-only' }, () => ask(asked, userCall('SECRET'))));
    const another = model(`ollama:${name}`, { endpoint: double.url });
    const late = await denied(() =>
      run({ mode: 'local-only', journal }, () => ask(another, userCall('late'))),
    );
    expect(late.message).toContain('runs at ollama.com, as its answer says');
    expect(await journal.egress()).toHaveLength(2);
  });

  it('goes by the server’s word alone, whatever it is called', async () => {
    await using double = await startServerDouble('ollama', {
      models: ['my-cloud', 'plain'],
      elsewhere: ['plain'],
    });
    const modes: RunOptions = { mode: 'local-only' };
    const mine = model('ollama:my-cloud', { endpoint: double.url });
    const answer = await run(modes, () => ask(mine, userCall('x')));
    expect(summaryOf(answer)).toMatchObject({ place: 'device', egress: { calls: 0 } });
    await denied(() =>
      run(modes, () => ask(model('ollama:plain', { endpoint: double.url }), userCall('SECRET'))),
    );
  });
});

/** A server that speaks of a model as `show` does, and answers everything else as a chat. */
async function showing(show: (response: ServerResponse) => void) {
  const chats: string[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request) text += String(piece);
    if (request.url === '/api/show') return show(response);
    if (request.url === '/api/ps') return response.writeHead(404).end();
    chats.push(text);
    response.end(JSON.stringify({ message: { role: 'assistant', content: 'here' }, done: true }));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    chats,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>(resolve => server.close(() => resolve()));
    },
  };
}

describe('until it is known where a model runs', () => {
  const once = { retry: { tries: 2, baseMs: 1 } };

  it.each<[string, (response: ServerResponse) => void]>([
    ['cuts the connection', response => response.destroy()],
    ['fails', response => response.writeHead(500).end('{"error":"broken"}')],
    ['refuses', response => response.writeHead(403).end()],
    [
      'sends elsewhere',
      response => response.writeHead(307, { location: 'http://localhost:1/' }).end(),
    ],
  ])('no prompt is sent to a server that %s', async (_what, show) => {
    await using server = await showing(show);
    for (const scheme of ['ollama', 'openai-compatible']) {
      const asked = model(`${scheme}:m`, { endpoint: server.url });
      for (const ask of Object.values(asks)) {
        await expect(run(once, () => ask(asked, userCall('SECRET')))).rejects.toMatchObject({
          code: 'model_failed',
        });
      }
    }
    expect(server.chats).toEqual([]);
  });

  it.each([404, 405, 501])(
    'a server that knows no such question (HTTP %i) is taken for no Ollama',
    async status => {
      await using server = await showing(response =>
        response.writeHead(status).end('no such page'),
      );
      const asked = model('ollama:m', { endpoint: server.url });
      expect(
        textOf(await run({ mode: 'local-only' }, () => asks.whole(asked, userCall('x')))),
      ).toBe('here');
    },
  );

  it('a failure that passes costs a try, and the next one learns it', async () => {
    let shows = 0;
    await using server = await showing(response => {
      if (++shows === 1) response.destroy();
      else response.end('{"capabilities":["completion"]}');
    });
    const asked = model('ollama:m', { endpoint: server.url });
    for (let n = 0; n < 3; n++)
      await run({ mode: 'local-only', ...once }, () => asks.whole(asked, userCall('x')));
    expect([shows, server.chats.length]).toEqual([2, 3]);
  });

  it('many calls at once ask once', async () => {
    let shows = 0;
    await using server = await showing(response => {
      shows++;
      setTimeout(() => response.end('{"remote_model":"m"}'), 20);
    });
    const asked = model('ollama:m', { endpoint: server.url });
    const all = Array.from({ length: 5 }, () =>
      run({ mode: 'local-only' }, () => asks.whole(asked, userCall('x'))),
    );
    expect((await Promise.allSettled(all)).every(({ status }) => status === 'rejected')).toBe(true);
    expect([shows, server.chats.length]).toEqual([1, 0]);
  });
});

describe('finding local models', () => {
  const nowhere = Object.fromEntries(
    ['OLLAMA', 'LMSTUDIO', 'LLAMA_SERVER', 'VLLM', 'MLX'].map(server => [
      `${server}_ENDPOINT`,
      'http://127.0.0.1:9',
    ]),
  );

  it.each<[string, ServerDoubleOptions['elsewhereIn']]>([
    ['list', ['tags']],
    ['description', ['show']],
  ])('leaves out those that run elsewhere, by their %s', async (_where, elsewhereIn) => {
    const models = [name, 'plain', 'phi4-mini'];
    await using double = await startServerDouble('ollama', {
      ...remote,
      models,
      elsewhere: [name, 'plain'],
      elsewhereIn,
    });
    for (const variable of ['OLLAMA_ENDPOINT', 'OPENAI_COMPATIBLE_ENDPOINT']) {
      const env = { ...nowhere, [variable]: double.url };
      const scheme = variable.startsWith('OLLAMA') ? 'ollama' : 'openai-compatible';
      const server = (await discoverServers({ env })).find(found => found.state === 'running');
      expect(server?.models.map(found => found.name)).toEqual(['phi4-mini']);
      expect(server?.elsewhere?.[0]).toEqual({ name, host: 'ollama.com' });
      expect(await discoverLocal({ env })).toMatchObject({ spec: `${scheme}:phi4-mini` });
    }
  });

  it('proposes none where all run elsewhere, and asks none of them anything', async () => {
    await using double = await startServerDouble('ollama', remote);
    const env = { ...nowhere, OLLAMA_ENDPOINT: double.url, TANDEM_CACHE_DIR: '/dev/null' };
    expect(await discoverLocal({ env })).toBeUndefined();
    const found = await diagnose({ env, model, cache: openCapabilityCache(env) });
    expect(found.suggestion.models).toEqual({});
    expect(found.servers).toMatchObject([
      { scheme: 'ollama', models: [], elsewhere: [{ name, host: 'ollama.com' }] },
    ]);
    expect(JSON.stringify(found.advice)).toContain(
      `ollama:${name} runs at ollama.com: it is no local model`,
    );
    expect(double.requests.filter(({ path }) => /chat/.test(path))).toEqual([]);
    expect(await placeNow(model(`ollama:${name}`, { endpoint: double.url }))).toBe('cloud');
  });
});

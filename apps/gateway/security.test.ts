import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/index.ts';
import { doubleOf, startWireDouble } from '../../src/testing/index.ts';
import { hashOf, newKey } from './policy/keys.ts';
import { startServer } from './server.ts';
import { jsonOf, startGateway, workspaceOf } from './start-gateway.ts';

const chat = '/v1/chat/completions';
const hello = { messages: [{ role: 'user', content: 'hello' }] };
const local = doubleOf({ modelId: 'local' }, () => ({ text: 'hi' }));
const cloud = doubleOf({ modelId: 'azure:gpt-4.1', place: 'cloud' }, () => ({ text: 'from afar' }));
const bearer = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });

/** Sends a request whose headers `fetch` would not. */
function raw(url: string, headers: Record<string, string>, method = 'GET', path = '/v1/models') {
  return new Promise<{ status: number; headers: Record<string, unknown> }>((resolve, reject) => {
    const sent = request(url, { method, path, headers }, response => {
      response.resume();
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('who may come in', () => {
  it('listens elsewhere only with keys', async () => {
    const load = async () => workspaceOf({ local }, {});
    await expect(startServer({ load, host: '0.0.0.0', port: 0 })).rejects.toThrow(
      'Make one with `tandem key NAME`',
    );
  });

  it('demands a key where there are keys, and tells nobody which are close', async () => {
    const { key, hash } = newKey();
    await using gateway = await startGateway(
      { local },
      { gateway: { keys: [{ name: 'web', hash }] } },
    );
    for (const headers of [
      {},
      { authorization: 'Bearer wrong' },
      { authorization: `Bearer ${key}x` },
      { authorization: key },
    ]) {
      const response = await gateway.send(chat, { model: 'local', ...hello }, { headers });
      expect(response.status).toBe(401);
      expect((await jsonOf(response)).error.type).toBe('authentication_error');
    }
    expect((await gateway.send(chat, { model: 'local', ...hello }, bearer(key))).status).toBe(200);
    expect((await gateway.send('/healthz')).status).toBe(200);
    expect(gateway.lines.join()).not.toContain(key);
  });

  it('keeps keys to their scopes, models, rates and budgets', async () => {
    const keys = [
      { name: 'narrow', hash: hashOf('n'), scopes: ['chat'], models: ['local'] },
      { name: 'slow', hash: hashOf('s'), requestsPerMinute: 2 },
      { name: 'poor', hash: hashOf('p'), budgetUsdPerDay: 0.0001 },
    ];
    const prices = { 'gpt-4.1': { input: 2, output: 8 } };
    await using gateway = await startGateway({ local, cloud }, { gateway: { keys }, prices });
    const ask = (key: string, model = 'local') =>
      gateway.send(chat, { model, ...hello }, bearer(key));
    expect((await ask('n')).status).toBe(200);
    expect((await ask('n', 'cloud')).status).toBe(404);
    expect((await gateway.send('/v1/files', undefined, bearer('n'))).status).toBe(403);
    expect((await jsonOf(gateway.send('/v1/models', undefined, bearer('n')))).data).toHaveLength(1);
    expect([(await ask('s')).status, (await ask('s')).status]).toEqual([200, 200]);
    const third = await ask('s');
    expect([third.status, Number(third.headers.get('retry-after')) > 0]).toEqual([429, true]);
    const statuses: number[] = [];
    for (let n = 0; n < 40 && !statuses.includes(402) && !statuses.includes(429); n++)
      statuses.push((await ask('p', 'cloud')).status);
    expect(statuses.at(-1)).not.toBe(200);
  });

  it('sets aside what requests at work may cost, so that they keep a key’s budget', async () => {
    const keys = [{ name: 'poor', hash: hashOf('p'), budgetUsdPerDay: 0.001 }];
    const prices = { 'gpt-4.1': { input: 2, output: 8 } };
    const slow = doubleOf({ modelId: 'azure:gpt-4.1', place: 'cloud' }, () => ({
      text: 'from afar',
      delayMs: 100,
    }));
    await using gateway = await startGateway({ local, cloud: slow }, { gateway: { keys }, prices });
    const ask = () => gateway.send(chat, { model: 'cloud', ...hello, max_tokens: 50 }, bearer('p'));
    const answers = await Promise.all(Array.from({ length: 8 }, ask));
    const statuses = answers.map(({ status }) => status);
    // The most that each may cost is about $0.00044: two fit, whoever they are.
    expect(statuses.filter(status => status === 200)).toHaveLength(2);
    expect(statuses.filter(status => status === 402)).toHaveLength(6);
    const refused = answers.find(({ status }) => status === 402)!;
    expect((await jsonOf(refused)).error.message).toContain(`the day's budget of the key "poor"`);
    // What was set aside and not spent can be spent again.
    expect((await ask()).status).toBe(200);
  });

  it('refuses names and origins that are not its own, before it looks for a key', async () => {
    await using gateway = await startGateway(
      { local },
      { gateway: { allowOrigins: ['https://app.example'], allowHosts: ['tandem.lan'] } },
    );
    const port = new URL(gateway.url).port;
    const status = async (headers: Record<string, string>) =>
      (await raw(gateway.url, headers)).status;
    expect(await status({ host: `evil.example:${port}` })).toBe(421);
    expect(await status({ host: `127.0.0.1.evil.example` })).toBe(421);
    expect(await status({ host: `tandem.lan:${port}` })).toBe(200);
    expect(await status({ host: 'localhost', origin: 'https://evil.example' })).toBe(403);
    const allowed = await raw(gateway.url, { host: 'localhost', origin: 'https://app.example' });
    expect([allowed.status, allowed.headers['access-control-allow-origin']]).toEqual([
      200,
      'https://app.example',
    ]);
    const preflight = await raw(
      gateway.url,
      { host: 'localhost', origin: 'https://app.example' },
      'OPTIONS',
      chat,
    );
    expect([preflight.status, preflight.headers['access-control-allow-methods']]).toEqual([
      204,
      'GET, POST, DELETE',
    ]);
  });

  it('takes no body that a web page could send without being asked', async () => {
    await using gateway = await startGateway({ local });
    const body = JSON.stringify({ model: 'local', ...hello });
    const response = await gateway.send(chat, body, { headers: { 'content-type': 'text/plain' } });
    expect(response.status).toBe(415);
  });
});

describe('what a request may ask', () => {
  const strict: Config = { privacy: { mode: 'local-only' }, budgetUsd: 0.5 };

  it('can be stricter than the server, by headers and by the body, and never looser', async () => {
    await using open = await startGateway({ local, cloud });
    const asking = (tandem: object, headers: Record<string, string> = {}) =>
      open.send(chat, { model: 'cloud', ...hello, tandem }, { headers });
    expect((await asking({})).status).toBe(200);
    expect((await jsonOf(asking({ mode: 'local-only' }))).error.code).toBe('egress_denied');
    expect((await asking({}, { 'x-tandem-mode': 'local-only' })).status).toBe(403);
    expect((await asking({}, { 'x-tandem-mode': 'secret' })).status).toBe(400);
    expect((await asking({ budgetUsd: 0 })).status).toBe(402);
    await using closed = await startGateway({ local, cloud }, strict);
    for (const tandem of [
      { mode: 'cloud-allowed' },
      { budgetUsd: 2 },
      { deadlineMs: 86_000_000 },
    ]) {
      const response = await closed.send(chat, { model: 'local', ...hello, tandem });
      expect([response.status, (await jsonOf(response)).error.code]).toEqual([
        403,
        'policy_stricter',
      ]);
    }
    expect(
      (await closed.send(chat, { model: 'local', ...hello, tandem: { budgetUsd: 0.1 } })).status,
    ).toBe(200);
  });

  it('sets options of a pattern, not its models, and not where the server forbids it', async () => {
    await using gateway = await startGateway({ local, cloud });
    const ask = (options: object) =>
      gateway.send(chat, { model: 'cascade', ...hello, tandem: { options } });
    expect((await ask({ samples: 2 })).status).toBe(200);
    const other = await ask({ cloud: 'openai:gpt-4.1' });
    expect([other.status, (await jsonOf(other)).error.code]).toEqual([403, 'policy_stricter']);
    const wrong = await ask({ samples: -1 });
    expect(wrong.status).toBe(400);
    // In the words of programs and configurations.
    expect(await wrong.text()).toContain('`samples` must be a whole number from 2 to 25, got -1.');
    const misspelt = await ask({ sample: 2 });
    expect(misspelt.status).toBe(400);
    expect(await misspelt.text()).toContain(String.raw`Did you mean \"samples\"?`);
    await using closed = await startGateway({ local, cloud }, { gateway: { allowOptions: false } });
    expect(
      (
        await closed.send(chat, {
          model: 'cascade',
          ...hello,
          tandem: { options: { samples: 2 } },
        })
      ).status,
    ).toBe(403);
  });

  it('explains itself where asked, whole and streamed', async () => {
    await using gateway = await startGateway({ local, cloud });
    const asked = { model: 'local', ...hello, tandem: { explain: true } };
    expect((await jsonOf(gateway.send(chat, asked))).tandem.trace.children).toHaveLength(1);
    const streamed = await (await gateway.send(chat, { ...asked, stream: true })).text();
    expect(streamed).toContain('"trace":{');
  });

  it('TRAP 22: names no place to be fetched from, in whatever field', async () => {
    await using bait = await startWireDouble();
    await using gateway = await startGateway({ local });
    const { url } = bait;
    const attempts: [string, object, Record<string, string>?][] = [
      [
        chat,
        { model: 'local', ...hello, base_url: url, baseURL: url, endpoint: url, api_base: url },
      ],
      [
        chat,
        { model: 'local', ...hello },
        { 'x-portkey-custom-host': url, 'x-base-url': url, 'x-forwarded-host': url },
      ],
      [chat, { model: `openai-compatible:x@${url}`, ...hello }],
      [chat, { model: 'ollama:phi4-mini', ...hello }],
      [
        chat,
        {
          model: 'local',
          messages: [
            { role: 'user', content: [{ type: 'image_url', image_url: { url: `${url}/a.png` } }] },
          ],
        },
      ],
      [
        '/v1/responses',
        {
          model: 'local',
          input: [{ role: 'user', content: [{ type: 'input_file', file_url: `${url}/a.pdf` }] }],
        },
      ],
      [
        '/v1/responses',
        {
          model: 'local',
          input: [{ role: 'user', content: [{ type: 'input_image', image_url: `${url}/a.png` }] }],
        },
      ],
      ['/v1/embeddings', { model: 'x', input: 'a', base_url: url }],
      [
        chat,
        {
          model: 'cascade',
          ...hello,
          tandem: { options: { local: `openai-compatible:x`, endpoint: url } },
        },
      ],
    ];
    for (const [path, body, headers] of attempts)
      await gateway.send(path, body, headers ? { headers } : {});
    expect(bait.requests).toHaveLength(0);
  });
});

describe('what is logged', () => {
  it('is one line a request, with names and figures and no content', async () => {
    await using gateway = await startGateway({ local, cloud });
    const secret = 'the launch code is 0000';
    await gateway.send(chat, { model: 'cloud', messages: [{ role: 'user', content: secret }] });
    await gateway.send(chat, { model: secret, ...hello });
    await gateway.send(`/v1/${secret}`);
    const requests = () =>
      gateway.lines.map(line => JSON.parse(line)).filter(({ msg }) => msg === 'request');
    await expect.poll(requests).toHaveLength(3);
    const lines = requests();
    expect(lines[0]).toMatchObject({
      caller: 'local',
      path: chat,
      status: 200,
      model: 'cloud',
      egressCalls: 1,
    });
    expect(gateway.lines.join()).not.toContain('launch');
    expect(gateway.lines.join()).not.toContain('from afar');
  });

  it('is counted for Prometheus', async () => {
    await using gateway = await startGateway({ local });
    await gateway.send(chat, { model: 'local', ...hello });
    const text = await (await gateway.send('/metrics')).text();
    expect(text).toContain('tandem_requests_total{route="/v1/chat/completions",status="200"} 1');
    const labels = 'key="local",model="local",answered_by="local",place="device"';
    expect(text).toContain(`\ntandem_runs_total{${labels},reason="only model"} 1\n`);
    const tokens = `tandem_tokens_total{${labels},reason="only model",kind="output"}`;
    expect(text).toContain(tokens);
    for (const line of text.trim().split('\n'))
      expect(line).toMatch(/^(# TYPE \w+ (gauge|counter|histogram)|\w+(\{[^}]*\})? [\d.e+-]+)$/);
  });
});

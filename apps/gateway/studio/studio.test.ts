import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { doubleOf } from '../../../src/testing/index.ts';
import { hashOf } from '../policy/keys.ts';
import { jsonOf, startGateway, type TestGateway } from '../start-gateway.ts';

// Records reach the store a moment after the answer; how long that is, a busy machine decides.
const patience = { timeout: 15_000 };
const folder = mkdtempSync(join(tmpdir(), 'tandem-studio-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let file = 0;
const journal = () => ({ path: join(folder, `${file++}.db`) });

const local = doubleOf({ modelId: 'phi' }, () => ({ text: 'short <b>answer</b>' }));
const cloud = doubleOf({ modelId: 'gpt', place: 'cloud' }, () => ({ text: 'long answer' }));
const models = { local, cloud };
const prices = { prices: { gpt: { input: 1000, output: 1000 } } } as never;

function keyOf({ studio }: TestGateway): Record<string, string> {
  return { authorization: `Bearer ${/#key=(.+)$/.exec(studio.url)?.[1]}` };
}

const chat = (model: string, content = 'What is the notice period?') => ({
  model,
  messages: [{ role: 'user', content }],
});

async function asked(gateway: TestGateway, model: string, headers = {}): Promise<string> {
  const response = await gateway.send('/v1/chat/completions', chat(model), { headers });
  return response.headers.get('x-tandem-run-id')!;
}

const at = (gateway: TestGateway, path: string, headers = keyOf(gateway)) =>
  jsonOf(gateway.send(path, undefined, { headers }));

describe('what the page is shown', () => {
  it('lists every kept run with its figures and words, its calls, answer and border', async () => {
    await using gateway = await startGateway(models, prices, { journal: journal() });
    const here = await asked(gateway, 'local');
    const there = await asked(gateway, 'cloud');
    await expect
      .poll(
        async () => (await at(gateway, '/v1/runs')).data.map((run: { id: string }) => run.id),
        patience,
      )
      .toEqual([there, here]);
    const { data, keeping } = await at(gateway, '/v1/runs');
    expect(keeping).toBe('content');
    expect(data[1]).toMatchObject({ state: 'done', calls: 1, cloudCalls: 0, leftCharacters: 0 });
    expect(data[0]).toMatchObject({ title: 'What is the notice period?', leftCalls: 1 });
    const details = await at(gateway, `/v1/runs/${there}/details`);
    expect(details.egress).toMatchObject([{ destination: 'gpt', run: there }]);
    expect(details.calls).toMatchObject([{ seq: 1, model: 'gpt', place: 'cloud' }]);
    const said = await at(gateway, `/v1/runs/${here}/calls/1/content`);
    expect(said).toMatchObject({ text: 'short <b>answer</b>', thinking: '', tools: [] });
    const calls = await at(gateway, `/v1/runs/${there}/calls?after=1`);
    expect(calls).toMatchObject({ data: [], total: 1 });
    const trace = await jsonOf(gateway.send(`/v1/runs/${there}/trace`));
    expect(trace.egress).toHaveLength(1);
  });

  it('finds runs by filters, and says which word of one it does not know', async () => {
    await using gateway = await startGateway(models, prices, { journal: journal() });
    await asked(gateway, 'local');
    const there = await asked(gateway, 'cloud');
    const ids = async (q: string) =>
      (await at(gateway, `/v1/runs?q=${encodeURIComponent(q)}`)).data.map(
        (run: { id: string }) => run.id,
      );
    await expect.poll(() => ids('left>0'), patience).toEqual([there]);
    expect(await ids('notice cost>0')).toEqual([there]);
    expect(await ids('nothing-like-it')).toEqual([]);
    const refused = await gateway.send('/v1/runs?q=colour:red', undefined, {
      headers: keyOf(gateway),
    });
    expect(refused.status).toBe(400);
    expect((await jsonOf(refused)).error.message).toContain('"colour:red" is not known');
  });

  it('sums what was spent by day, and never adds a saving against nobody’s model', async () => {
    await using gateway = await startGateway(models, prices, { journal: journal() });
    await asked(gateway, 'cloud');
    const spent = async () => (await at(gateway, '/v1/spend')).data;
    await expect.poll(spent, patience).toHaveLength(1);
    const [row] = await spent();
    const { costUsd } = (await at(gateway, '/v1/runs')).data[0];
    expect(row).toMatchObject({ runs: 1, cloudCalls: 1, costUsd, unpriced: 0 });
    const left = await at(gateway, '/v1/egress');
    expect(left.totals).toMatchObject([{ destination: 'gpt', calls: 1 }]);
    expect((await at(gateway, '/v1/egress?until=2020-01-01')).data).toEqual([]);
  });

  it('shows the figures of the last runs where none are kept, and says so', async () => {
    await using gateway = await startGateway(models, prices);
    const id = await asked(gateway, 'cloud');
    await expect
      .poll(async () => (await at(gateway, '/v1/runs')).data, patience)
      .toMatchObject([{ id, place: 'cloud', leftCalls: 1, title: null, state: 'done' }]);
    const details = await at(gateway, `/v1/runs/${id}/details`);
    expect(details).toMatchObject({ keeping: 'nothing', callCount: 1 });
    const path = `/v1/runs/${id}/calls/1/content`;
    const refused = await gateway.send(path, undefined, { headers: keyOf(gateway) });
    expect((await jsonOf(refused)).error).toMatchObject({ code: 'content_not_kept' });
  });

  it('shows hashes alone where texts are not kept', async () => {
    const kept = { ...journal(), content: 'hashes' as const };
    await using gateway = await startGateway(models, prices, { journal: kept });
    const id = await asked(gateway, 'local');
    await expect.poll(async () => (await at(gateway, '/v1/runs')).data.length, patience).toBe(1);
    const path = `/v1/runs/${id}/calls/1/content`;
    const refused = await gateway.send(path, undefined, { headers: keyOf(gateway) });
    expect(refused.status).toBe(404);
    expect((await jsonOf(refused)).error.message).toContain("'hashes'");
  });
});

describe('who may see it', () => {
  it('refuses callers without a key, and those with a wrong one', async () => {
    await using gateway = await startGateway(models, prices, { journal: journal() });
    const id = await asked(gateway, 'local');
    for (const path of ['/v1/runs', `/v1/runs/${id}/details`, '/v1/spend', '/v1/egress'])
      expect((await gateway.send(path)).status, path).toBe(403);
    const wrong = { authorization: 'Bearer tds_wrong' };
    expect((await gateway.send('/v1/runs', undefined, { headers: wrong })).status).toBe(401);
  });

  it('shows a key its own runs alone, without words, unless it has the scopes', async () => {
    const keys = [
      { name: 'one', hash: hashOf('1') },
      { name: 'two', hash: hashOf('2') },
      { name: 'boss', hash: hashOf('3'), scopes: ['runs', 'studio', 'content'] },
    ];
    const config = { ...(prices as object), gateway: { keys } } as never;
    await using gateway = await startGateway(models, config, { journal: journal() });
    const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
    const mine = await asked(gateway, 'cloud', bearer('1'));
    await asked(gateway, 'cloud', bearer('2'));
    await expect
      .poll(async () => (await at(gateway, '/v1/runs', bearer('3'))).data.length, patience)
      .toBe(2);
    const own = await at(gateway, '/v1/runs', bearer('1'));
    expect(own.data).toMatchObject([{ id: mine, title: null, key: 'one' }]);
    expect((await at(gateway, '/v1/egress', bearer('1'))).data).toHaveLength(1);
    const theirs = `/v1/runs/${mine}/details`;
    expect((await gateway.send(theirs, undefined, { headers: bearer('2') })).status).toBe(404);
    const said = `/v1/runs/${mine}/calls/1/content`;
    expect((await gateway.send(said, undefined, { headers: bearer('1') })).status).toBe(403);
    expect(await at(gateway, said, bearer('3'))).toMatchObject({ text: 'long answer' });
  });

  it('changes a code for the key once', async () => {
    await using gateway = await startGateway(models, prices);
    const code = /#code=(.+)$/.exec(gateway.studio.once())?.[1];
    const { key } = await jsonOf(gateway.send('/studio/session', { code }));
    expect(gateway.studio.url).toContain(key);
    const again = await gateway.send('/studio/session', { code });
    expect((await jsonOf(again)).error.code).toBe('code_used');
  });

  it('lets a page of its own in, and none of another origin or port', async () => {
    await using gateway = await startGateway(models, prices);
    const own = { ...keyOf(gateway), origin: gateway.url, 'sec-fetch-site': 'same-origin' };
    expect((await gateway.send('/v1/runs', undefined, { headers: own })).status).toBe(200);
    for (const strange of [
      { origin: 'http://127.0.0.1:1' },
      { origin: 'null' },
      { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' },
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    ]) {
      const headers = { ...keyOf(gateway), ...strange };
      expect((await gateway.send('/v1/runs', undefined, { headers })).status).toBe(403);
    }
  });

  it('serves a journal alone, and refuses to be asked or changed', async () => {
    const kept = journal();
    {
      await using gateway = await startGateway(models, prices, { journal: kept });
      await asked(gateway, 'cloud');
    }
    const load = { studioAlone: true, journal: kept };
    await using alone = await startGateway(models, prices, load);
    expect((await at(alone, '/v1/runs')).data).toHaveLength(1);
    expect(await at(alone, '/v1/machine')).toMatchObject({ isAlone: true, models: [] });
    const refused = await alone.send('/v1/chat/completions', chat('local'));
    expect(refused.status).toBe(404);
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { TandemError } from '../../../src/index.ts';
import { doubleOf } from '../../../src/testing/index.ts';
import { jsonOf, startGateway, type TestGateway } from '../start-gateway.ts';

const patience = { timeout: 15_000 };
const folder = mkdtempSync(join(tmpdir(), 'tandem-what-if-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let file = 0;

function opened(more: Parameters<typeof startGateway>[2] = {}) {
  let asked = 0;
  const double = (modelId: string, place: 'device' | 'cloud', text: string) =>
    doubleOf({ modelId, place }, () => {
      asked++;
      return { text, logprobs: [{ token: text, logprob: -0.01 }] };
    });
  const models = {
    local: double('small', 'device', 'It is blue.'),
    cloud: double('large', 'cloud', 'It is blue, by Rayleigh scattering.'),
  };
  const patterns = { support: { pattern: 'cascade', gate: 'default' } };
  const config = { patterns, prices: { large: { input: 10, output: 10 } } } as never;
  const journal = { path: join(folder, `${file++}.db`) };
  return { asked: () => asked, gateway: startGateway(models, config, { journal, ...more }) };
}

const keyOf = ({ studio }: TestGateway) => ({
  authorization: `Bearer ${studio.url.split('#key=')[1]}`,
});

async function ask(gateway: TestGateway, model: string, content: string): Promise<string> {
  const messages = [{ role: 'user', content }];
  const headers = keyOf(gateway);
  const response = await gateway.send('/v1/chat/completions', { model, messages }, { headers });
  const id = response.headers.get('x-tandem-run-id')!;
  const path = `/v1/runs/${id}/details`;
  const state = async () =>
    (await jsonOf(gateway.send(path, undefined, { headers }))).run?.state as string | undefined;
  await expect.poll(state, patience).toBe('done');
  return id;
}

it('a run is replayed with another pattern from its recorded calls; nobody is asked', async () => {
  const { gateway: starting, asked } = opened();
  await using gateway = await starting;
  const id = await ask(gateway, 'support', 'What colour is the sky?');
  const before = asked();
  const replay = (model: string) => {
    const headers = keyOf(gateway);
    return jsonOf(gateway.send(`/v1/runs/${id}/replay`, { model }, { headers }));
  };
  await expect.poll(async () => (await replay('local')).object, patience).toBe('replay');
  expect(await replay('local')).toMatchObject({
    was: { model: 'support', answeredBy: 'small', cloudCalls: 0, costUsd: 0 },
    wouldBe: { model: 'local', answeredBy: 'small', answer: 'It is blue.' },
    agrees: true,
  });
  expect(await replay('cloud')).toMatchObject({
    wouldBe: { answeredBy: null, answer: null, reason: expect.stringContaining('never asked') },
    agrees: false,
  });
  expect(asked()).toBe(before);
  expect((await replay('nobody')).error.code).toBe('model_not_found');
});

it('a run whose question is not kept whole is not replayed, and says so', async () => {
  await using gateway = await opened().gateway;
  const id = await ask(gateway, 'local', 'What colour is the sky?');
  const headers = keyOf(gateway);
  const refused = await gateway.send(`/v1/runs/${id}/replay`, { model: 'cloud' }, { headers });
  expect(refused.status).toBe(404);
  expect((await jsonOf(refused)).error.code).toBe('content_not_kept');
});

it('a router says which words of a question move its score; other runs have none', async () => {
  const { gateway: starting } = opened();
  await using gateway = await starting;
  const headers = keyOf(gateway);
  const at = (id: string) => jsonOf(gateway.send(`/v1/runs/${id}/routing`, undefined, { headers }));
  const routed = await at(await ask(gateway, 'router', 'Prove that the root of two is irrational'));
  expect(routed.score).toBeGreaterThan(0);
  expect(routed.words).toHaveLength(8);
  const sizes = routed.words.map(({ change }: { change: number }) => Math.abs(change));
  expect(sizes).toEqual(sizes.toSorted((a: number, b: number) => b - a));
  expect(sizes[0]).toBeGreaterThan(0);
  expect((await at(await ask(gateway, 'support', 'Say hello'))).error.code).toBe('not_routed');
});

it('a machine is looked at once for all who ask, by whoever started the server', async () => {
  let looks = 0;
  const found = { sections: [], advice: [{ what: 'x', command: 'y' }], elapsedMs: 1 };
  const examine = async () => {
    looks++;
    return found;
  };
  await using gateway = await opened({ examine }).gateway;
  const headers = keyOf(gateway);
  const look = () => jsonOf(gateway.send('/v1/machine/examined', undefined, { headers }));
  const all = await Promise.all([look(), look()]);
  expect(all).toEqual([{ object: 'machine.examined', ...found }, expect.objectContaining(found)]);
  expect(looks).toBe(1);
  await using alone = await opened().gateway;
  const none = await jsonOf(
    alone.send('/v1/machine/examined', undefined, { headers: keyOf(alone) }),
  );
  expect(none.error.code).toBe('not_examined');
  expect((await gateway.send('/v1/machine/examined')).status).toBe(403);
});

it('a journal that cannot be read is said by every route that the page looks through', async () => {
  const unreadable = new TandemError('journal_failed', 'The journal was written with another key.');
  const models = { local: doubleOf({ modelId: 'small' }, () => ({ text: 'x' })) };
  await using alone = await startGateway(models, {}, { studioAlone: true, unreadable });
  const headers = keyOf(alone);
  const paths = ['runs', 'runs/x/details', 'egress', 'spend', 'machine', 'pairs', 'calibration'];
  for (const path of paths) {
    const { error } = await jsonOf(alone.send(`/v1/${path}`, undefined, { headers }));
    expect(error, path).toMatchObject({ code: 'journal_failed', message: unreadable.message });
  }
});

it('ratings of single answers alone are refused as half a pair each', async () => {
  const { gateway: starting } = opened();
  await using gateway = await starting;
  const headers = keyOf(gateway);
  const run = await ask(gateway, 'support', 'What colour is the sky?');
  const rated = { run_id: run, rating: 'up' };
  expect((await gateway.send('/v1/feedback', rated, { headers })).ok).toBe(true);
  const { refusal } = await jsonOf(gateway.send('/v1/calibration', undefined, { headers }));
  expect(refusal).toMatch(/^Rated alone: 1\. Each is half a pair.*No pair was rated yet/);
});

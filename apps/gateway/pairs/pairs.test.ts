import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { calibrate, parseOutcomes } from '../../../src/entries/eval.ts';
import { apiFailure, doubleOf, lastUserText } from '../../../src/testing/index.ts';
import { newKey } from '../policy/keys.ts';
import { type Json, jsonOf, startGateway, type TestGateway } from '../start-gateway.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-pairs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

// A hard question makes the local model wrong, and unsure; the cloud is right.
const isHard = (text: string) => text.includes('hard');
const local = doubleOf({ modelId: 'small', place: 'device' }, call => {
  const hard = isHard(lastUserText(call));
  return {
    text: hard ? 'Perhaps it is red.' : 'It is blue.',
    logprobs: [{ token: 'It', logprob: hard ? -2 : -0.01 }],
  };
});
const cloud = doubleOf({ modelId: 'large', place: 'cloud' }, () => ({ text: 'It is blue.' }));
const config = {
  prices: { large: { input: 10, output: 20 } },
  patterns: { desk: { pattern: 'cascade', gate: 'default' } },
} as const;
const journal = () => ({ path: join(folder, 'tandem.db') });
const start = (more = {}) =>
  startGateway({ local, cloud }, config, { journal: journal(), ...more });

const keyOf = ({ studio }: TestGateway) => ({
  authorization: `Bearer ${/#key=(.+)$/.exec(studio.url)?.[1]}`,
});
const at = (gateway: TestGateway, path: string): Promise<Json> =>
  jsonOf(gateway.send(path, undefined, { headers: keyOf(gateway) }));
const post = (gateway: TestGateway, path: string, body: object): Promise<Json> =>
  jsonOf(gateway.send(path, body, { headers: keyOf(gateway) }));

async function ask(gateway: TestGateway, content: string, more = {}): Promise<string> {
  const body = { model: 'desk', messages: [{ role: 'user', content }], ...more };
  const answer = await gateway.send('/v1/chat/completions', body);
  return answer.headers.get('x-tandem-run-id')!;
}

// As somebody who knows that it is blue, and not whose answer is which.
async function rate(gateway: TestGateway, { run, first, second }: Json): Promise<Json> {
  const [one, other] = [first, second].map(text => text.includes('blue'));
  const right = one && other ? 'both' : one ? 'first' : other ? 'second' : 'neither';
  return post(gateway, `/v1/pairs/${run}/rating`, { right });
}

async function rateAll(gateway: TestGateway): Promise<void> {
  for (;;) {
    const { data } = await at(gateway, '/v1/pairs?limit=20');
    if (data.length === 0) return;
    await Promise.all(data.map((pair: Json) => rate(gateway, pair)));
  }
}

const filtered = { message: 'The content filter refused this prompt: content_filter.' };
const patience = { timeout: 20_000 };

it('goes from kept runs over ratings to a calibrated cascade', { timeout: 120_000 }, async () => {
  let calibration: Json;
  {
    await using gateway = await start();
    const questions = Array.from({ length: 240 }, (_, n) =>
      n % 3 === 0 ? `A hard question ${n}` : `Question ${n}`,
    );
    while (questions.length > 0)
      await Promise.all(questions.splice(0, 8).map(question => ask(gateway, question)));
    await expect.poll(async () => (await at(gateway, '/v1/pairs')).sampled, patience).toBe(240);
    const before = await at(gateway, '/v1/pairs?asks=50');
    expect(before.ask).toMatchObject({ count: 50, destination: 'large' });
    expect(before.ask.costUsd).toBeGreaterThan(0);
    expect(before.data.length).toBeLessThan(5);
    const refused = await at(gateway, '/v1/calibration');
    expect(refused).toMatchObject({ rows: 0, guarantee: null });
    expect(refused.refusal).toContain('No pair was rated yet');

    for (let left = before; left.whole < 240; left = await at(gateway, '/v1/pairs')) {
      const came = await post(gateway, '/v1/pairs/ask', { count: 50 });
      expect(came).toMatchObject({ stopped: null });
      expect(came.asked).toBeGreaterThan(0);
    }
    const asked = await at(gateway, '/v1/runs?q=pattern:outcomes&limit=200');
    expect(asked.data).toHaveLength(160);
    expect(asked.data[0]).toMatchObject({ place: 'cloud', answeredBy: 'large', cloudCalls: 1 });
    await rateAll(gateway);
    const rated = await at(gateway, '/v1/pairs');
    expect(rated).toMatchObject({ sampled: 240, whole: 240, rated: 240, data: [], ask: null });
    calibration = await at(gateway, '/v1/calibration?quality=0.9');
    expect(calibration).toMatchObject({ rows: 240, name: 'desk', refusal: null });
    expect(calibration.guarantee).toContain('With probability 0.95');
    expect(calibration.command).toBe('tandem calibrate desk pairs.jsonl --target-quality 0.9');
    const log = await gateway.send('/v1/pairs/log', undefined, { headers: keyOf(gateway) });
    const fromLog = calibrate(parseOutcomes(await log.text(), 'pairs.jsonl'), {
      name: 'desk',
      demands: { quality: 0.9, confidence: 0.95 },
      date: calibration.calibration.date,
      origin: 'pairs.jsonl',
    });
    expect(calibration.calibration).toEqual(JSON.parse(JSON.stringify(fromLog.calibration)));
    const strict = await at(gateway, '/v1/calibration?quality=0.99&escalation=0.01');
    expect(strict.refusal).toContain('No threshold gives a cascade');
    // A list holds what was said of runs for a second.
    const rightInCloud = async () => (await at(gateway, '/v1/runs?q=rated:cloud&limit=200')).data;
    await expect.poll(async () => (await rightInCloud()).length, patience).toBe(80);
    expect((await rightInCloud())[0].title).toContain('hard');
  }
  const file = join(folder, calibration.file);
  writeFileSync(file, JSON.stringify(calibration.calibration));
  const desk = { pattern: 'cascade', calibration: file } as const;
  const calibrated = { ...config, patterns: { desk } } as never;
  await using gateway = await startGateway({ local, cloud }, calibrated, { journal: journal() });
  const run = await ask(gateway, 'A hard question at last');
  await expect
    .poll(async () => (await at(gateway, `/v1/runs/${run}/details`)).run?.place, patience)
    .toBe('cloud');
  expect((await at(gateway, `/v1/runs/${run}/details`)).reason).toContain('desk');
});

it('takes no question that may not leave, with tools or of another route', async () => {
  await using gateway = await start();
  const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }];
  await ask(gateway, 'Not to leave', { tandem: { label: 'local-only' } });
  await ask(gateway, 'Not in this mode', { tandem: { mode: 'local-only' } });
  await ask(gateway, 'With a tool', { tools });
  await ask(gateway, 'x'.repeat(17_000));
  await gateway.send('/v1/chat/completions', {
    model: 'local',
    messages: [{ role: 'user', content: 'To one model' }],
  });
  const kept = await ask(gateway, 'A plain question');
  await expect.poll(async () => (await at(gateway, '/v1/pairs')).sampled, patience).toBe(1);
  await post(gateway, '/v1/pairs/ask', { count: 5 });
  const { data } = await at(gateway, '/v1/pairs');
  expect(data).toMatchObject([{ run: kept, question: 'A plain question', model: 'desk' }]);
});

it('notes what the cloud refuses, and ends at any other failure', async () => {
  const refusing = doubleOf({ modelId: 'large', place: 'cloud' }, call => {
    throw lastUserText(call).includes('forbidden') ? apiFailure(400, filtered) : apiFailure(401);
  });
  const more = { journal: journal() };
  await using gateway = await startGateway({ local, cloud: refusing }, config, more);
  await ask(gateway, 'A forbidden question');
  await expect.poll(async () => (await at(gateway, '/v1/pairs')).sampled, patience).toBe(1);
  expect(await post(gateway, '/v1/pairs/ask', { count: 5 })).toMatchObject({ stopped: null });
  expect(await at(gateway, '/v1/pairs')).toMatchObject({ whole: 0, ask: null, data: [] });
  await ask(gateway, 'Another question');
  await expect.poll(async () => (await at(gateway, '/v1/pairs')).sampled, patience).toBe(2);
  const came = await post(gateway, '/v1/pairs/ask', { count: 5 });
  expect(came).toMatchObject({ asked: 0, stopped: expect.stringContaining('large') });
});

it('is shown to keys with the scopes, and over a journal alone without rating', async () => {
  const [reader, asker] = [newKey(), newKey()];
  const keys = [
    { name: 'reader', hash: reader.hash, scopes: ['content', 'studio'] },
    { name: 'asker', hash: asker.hash, scopes: ['chat', 'content'] },
  ] as const;
  {
    await using gateway = await start();
    await ask(gateway, 'A hard question');
    await expect.poll(async () => (await at(gateway, '/v1/pairs')).whole, patience).toBe(1);
    const [pair] = (await at(gateway, '/v1/pairs')).data;
    expect(await rate(gateway, pair)).toEqual({
      object: 'pair.rating',
      run: pair.run,
      right: 'cloud',
    });
    const nowhere = await gateway.send(
      '/v1/pairs/none/rating',
      { right: 'both' },
      { headers: keyOf(gateway) },
    );
    expect([nowhere.status, (await jsonOf(nowhere)).error.code]).toEqual([404, 'pair_not_found']);
    expect((await gateway.send('/v1/pairs')).status).toBe(403);
  }
  const keyed = { ...config, gateway: { keys } } as never;
  const load = { journal: journal() };
  {
    await using gateway = await startGateway({ local, cloud }, keyed, load);
    const as = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });
    const own = await gateway.send('/v1/pairs', undefined, as(asker.key));
    expect(own.status).toBe(403);
    const shown = await jsonOf(gateway.send('/v1/pairs', undefined, as(reader.key)));
    expect(shown).toMatchObject({ rated: 1, mayRate: false, ask: null });
    const rated = await gateway.send('/v1/pairs/ask', { count: 1 }, as(reader.key));
    expect(rated.status).toBe(403);
  }
  await using alone = await start({ studioAlone: true });
  expect(await at(alone, '/v1/pairs')).toMatchObject({ rated: 1, mayRate: false });
  const { refusal } = await at(alone, '/v1/calibration');
  expect(refusal).toContain('A gate cannot be fitted and tested on 1 rows');
});

it('shows a question that may leave with its run, to be asked again', async () => {
  await using gateway = await start();
  const shown = async (content: string, more = {}) => {
    const id = await ask(gateway, content, more);
    return async () => (await at(gateway, `/v1/runs/${id}/details`)).request;
  };
  const open = await shown('What colour is the sky?', { temperature: 0.5 });
  const apart = await shown('What colour is my door?', { tandem: { label: 'local-only' } });
  await expect.poll(open, patience).toMatchObject({
    ...{ model: 'desk', temperature: 0.5 },
    messages: [{ role: 'user', content: 'What colour is the sky?' }],
  });
  expect(await apart()).toBeNull();
});

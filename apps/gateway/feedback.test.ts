import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openJournal } from '../../src/index.ts';
import { doubleOf, lastUserText } from '../../src/testing/index.ts';
import { newKey } from './policy/keys.ts';
import { jsonOf, startGateway, type TestGateway } from './start-gateway.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-feedback-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const local = doubleOf({ modelId: 'small', place: 'device' }, call => ({
  text: lastUserText(call).includes('hard') ? 'I do not know.' : 'Within 45 days.',
  logprobs: [{ token: 'x', logprob: -0.01 }],
}));
const cloud = doubleOf({ modelId: 'large', place: 'cloud' }, () => ({ text: 'It is blue.' }));
const patterns = { desk: { pattern: 'cascade', gate: 'default' } } as const;
const messages = (content: string) => [{ role: 'user', content }];
const path = () => join(folder, 'tandem.db');

const start = (gateway = {}) =>
  startGateway({ local, cloud }, { patterns, gateway }, { journal: { path: path() } });

async function asked(gateway: TestGateway, content: string, init?: RequestInit): Promise<string> {
  const body = { model: 'desk', messages: messages(content) };
  const response = await gateway.send('/v1/chat/completions', body, init);
  return response.headers.get('x-tandem-run-id')!;
}

it('keeps what readers thought, with their words', async () => {
  await using gateway = await start();
  const run_id = await asked(gateway, 'May I return it?');
  const words = { comment: 'So it is.', prompt: 'May I return it?' };
  const answer = await gateway.send('/v1/feedback', { run_id, rating: 'up', ...words });
  expect([answer.status, await jsonOf(answer)]).toEqual([
    200,
    { object: 'feedback', run_id, rating: 'up' },
  ]);
  await using journal = openJournal({ path: path() });
  expect(await journal.ratings()).toMatchObject([{ run: run_id, rating: 'up', ...words }]);
});

it('takes a second rating in place of the first, and forgets it with its run', async () => {
  await using gateway = await start();
  const run_id = await asked(gateway, 'May I return it?');
  for (const rating of ['down', 'up'])
    await gateway.send('/v1/feedback', { run_id, rating, prompt: 'May I return it?' });
  await using journal = openJournal({ path: path() });
  expect(await journal.ratings()).toMatchObject([{ run: run_id, rating: 'up' }]);
  await journal.store.forget(run_id);
  expect(await journal.ratings()).toEqual([]);
});

it('refuses ratings of runs that are not there, of another key, and of no run', async () => {
  const [mine, yours] = [newKey(), newKey()];
  const keys = [
    { name: 'mine', hash: mine.hash },
    { name: 'yours', hash: yours.hash },
  ];
  await using gateway = await start({ keys });
  const as = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });
  const run_id = await asked(gateway, 'May I return it?', as(mine.key));
  const rated = async (body: object, key: string) => {
    const response = await gateway.send('/v1/feedback', body, as(key));
    const { error } = await jsonOf(response);
    return [response.status, error?.code, error?.message];
  };
  expect(await rated({ run_id, rating: 'up' }, yours.key)).toEqual([
    404,
    'run_not_found',
    expect.stringContaining('--keep'),
  ]);
  expect(await rated({ run_id, rating: 'good' }, mine.key)).toMatchObject({ 0: 400 });
  expect(await rated({ rating: 'up' }, mine.key)).toMatchObject({ 0: 400 });
  expect(await rated({ run_id, rating: 'up' }, mine.key)).toMatchObject({ 0: 200 });
});

it('says that nothing is kept where the server keeps nothing', async () => {
  await using gateway = await startGateway({ local, cloud }, { patterns });
  const run_id = await asked(gateway, 'May I return it?');
  const response = await gateway.send('/v1/feedback', { run_id, rating: 'up' });
  expect([response.status, (await jsonOf(response)).error.message]).toEqual([
    404,
    expect.stringContaining('started with `--keep`'),
  ]);
});

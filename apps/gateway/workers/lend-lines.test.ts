import { randomBytes } from 'node:crypto';
import { Pool } from 'pg';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { openRunQueue } from '../../../src/entries/runs.ts';
import type { LanguageModel } from '../../../src/index.ts';
import { doubleOf, lastUserText } from '../../../src/testing/index.ts';
import { hashOf } from '../policy/keys.ts';
import { runWorker } from '../server.ts';
import {
  type Json,
  jsonOf,
  startGateway,
  type TestGateway,
  workspaceOf,
} from '../start-gateway.ts';

vi.setConfig({ testTimeout: 60_000 });
const server = process.env.TANDEM_TEST_POSTGRES;
const schemas: string[] = [];
const chat = '/v1/chat/completions';

afterAll(async () => {
  if (!server) return;
  const pool = new Pool({ connectionString: server, max: 1 });
  for (const name of schemas)
    await pool.query(`drop schema if exists ${name}, ${name}_queue cascade`);
  await pool.end();
}, 60_000);

function onServer(): string {
  const url = new URL(server!);
  const schema = `t_${randomBytes(6).toString('hex')}`;
  url.searchParams.set('schema', schema);
  schemas.push(schema);
  return url.href;
}

// Answers so many, then hangs until its call is given up.
function hanging(after: number) {
  const asked: string[] = [];
  const model = doubleOf({ modelId: 'echo' }, async call => {
    const text = lastUserText(call);
    if (asked.push(text) > after)
      await new Promise((_, reject) => {
        call.abortSignal?.addEventListener('abort', () => reject(call.abortSignal!.reason));
      });
    return { text };
  });
  return { model, asked };
}

describe.skipIf(!server)('a gateway beside workers', () => {
  const keys = [{ name: 'team', hash: hashOf('t') }];
  const init = { headers: { authorization: 'Bearer t' } };
  const config = { gateway: { keys } };

  // Works until it is told to end.
  async function startWorker(path: string, local: LanguageModel) {
    const ending = new AbortController();
    const ready = Promise.withResolvers<void>();
    const done = runWorker({
      load: async () => workspaceOf({ local }, config),
      ...{ journal: { path }, lanes: 4, labels: [], signal: ending.signal, graceMs: 0 },
      onReady: () => ready.resolve(),
    });
    await ready.promise;
    return async () => {
      ending.abort();
      return done;
    };
  }

  const sent = async (gateway: TestGateway, bodies: readonly object[]): Promise<Json> => {
    const form = new FormData();
    form.set('purpose', 'batch');
    const rows = bodies.map((body, n) => ({ custom_id: `r${n}`, method: 'POST', url: chat, body }));
    form.set('file', new File([rows.map(row => JSON.stringify(row)).join('\n')], 'q.jsonl'));
    const file = await fetch(`${gateway.url}/v1/files`, { method: 'POST', body: form, ...init });
    const about = { completion_window: '24h', endpoint: chat };
    const batch = { ...about, input_file_id: (await jsonOf(file)).id };
    return jsonOf(gateway.send('/v1/batches', batch, init));
  };

  const done = (gateway: TestGateway, id: string): Promise<Json> =>
    vi.waitFor(
      async () => {
        const batch = await jsonOf(gateway.send(`/v1/batches/${id}`, undefined, init));
        expect(batch.status).toMatch(/completed|failed/);
        return batch;
      },
      { timeout: 40_000, interval: 100 },
    );

  it('hands lines to those that fit, as their caller, and answers the rest', async () => {
    const path = onServer();
    const [own, away] = [hanging(99), hanging(99)];
    const models = { local: own.model, extra: own.model };
    await using gateway = await startGateway(models, config, { state: path, journal: { path } });
    const stop = await startWorker(path, away.model);
    const form = new FormData();
    form.set('purpose', 'user_data');
    form.set('file', new File(['The canary is yellow.'], 'a.txt'));
    const sending = fetch(`${gateway.url}/v1/files`, { method: 'POST', body: form, ...init });
    const file = { file_id: (await jsonOf(sending)).id };
    const ask = (model: string, content: unknown) => ({
      ...{ model, messages: [{ role: 'user', content }] },
    });
    const bodies = [
      ...Array.from({ length: 20 }, (_, n) => ask('local', `ask ${n}`)),
      ...Array.from({ length: 5 }, (_, n) => ask('extra', `more ${n}`)),
      ask('local', [{ type: 'file', file }]),
    ];
    const batch = await sent(gateway, bodies);
    const { request_counts: counts, ...end } = await done(gateway, batch.id);
    // The file of the caller is found there too.
    expect(counts).toEqual({ total: 26, completed: 26, failed: 0 });
    expect([away.asked.length, own.asked.length]).toEqual([21, 5]);
    expect(own.asked.every(text => text.startsWith('more'))).toBe(true);
    const answers = await gateway.send(`/v1/files/${end.output_file_id}/content`, undefined, init);
    const ids = (await answers.text()).trim().split('\n');
    expect(ids.map(row => JSON.parse(row).custom_id)).toEqual(bodies.map((_, n) => `r${n}`));
    // What has lain in the queue is gone with the batch.
    await using queue = await openRunQueue(path, { patienceMs: 2000 });
    expect(await queue.progress()).toEqual({ waiting: 0, active: 0, ended: 0 });
    expect(await stop()).toBe(21);
  });

  it('answers what its last worker has left', async () => {
    const path = onServer();
    const [own, away] = [hanging(99), hanging(2)];
    const models = { local: own.model };
    await using gateway = await startGateway(models, config, { state: path, journal: { path } });
    const stop = await startWorker(path, away.model);
    const bodies = Array.from({ length: 6 }, (_, n) => ({
      ...{ model: 'local', messages: [{ role: 'user', content: `ask ${n}` }] },
    }));
    const batch = await sent(gateway, bodies);
    await vi.waitFor(() => expect(away.asked.length).toBeGreaterThan(2), { timeout: 10_000 });
    expect(own.asked).toEqual([]);
    await stop();
    const { request_counts: counts } = await done(gateway, batch.id);
    expect(counts).toEqual({ total: 6, completed: 6, failed: 0 });
    expect(own.asked).toHaveLength(4);
  });
});

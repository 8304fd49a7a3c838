import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { inCloud, type LanguageModel, onDevice, TandemError, textAnswer } from '../../src/index.ts';
import { jsonOf, startGateway, type TestGateway } from './start-gateway.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-batches-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
vi.setConfig({ testTimeout: 30_000 });

// Answers with what it was asked, after a while; where it is told to hang, when that ends.
function echo(asked: string[] = [], wait: () => Promise<void> = async () => {}): LanguageModel {
  return onDevice({
    ...{ specificationVersion: 'v4', provider: 'test', modelId: 'echo', supportedUrls: {} },
    async doGenerate({ prompt, abortSignal }) {
      const text = JSON.stringify(prompt.at(-1)?.content);
      asked.push(text);
      await Promise.race([
        wait(),
        new Promise((_, reject) => {
          abortSignal?.addEventListener('abort', () => reject(abortSignal.reason as Error));
        }),
      ]);
      return textAnswer(/ask (\d+)/.exec(text)?.[1] ?? '');
    },
    doStream: () => Promise.reject(new Error('not here')),
  });
}

function cloudBeside(local: LanguageModel) {
  const asked: string[] = [];
  return { models: { local, cloud: inCloud({ ...echo(asked) }) }, asked };
}

const line = (id: string | undefined, n: number, model = 'local') =>
  JSON.stringify({
    ...(id !== undefined && { custom_id: id }),
    ...{ method: 'POST', url: '/v1/chat/completions' },
    body: { model, messages: [{ role: 'user', content: `ask ${n}` }] },
  });
const lines = (count: number) => Array.from({ length: count }, (_, n) => line(`r${n}`, n));

async function send(gateway: TestGateway, text: string): Promise<string> {
  const form = new FormData();
  form.set('purpose', 'batch');
  form.set('file', new File([text], 'q.jsonl'));
  const response = await fetch(`${gateway.url}/v1/files`, { method: 'POST', body: form });
  return (await jsonOf(response)).id;
}

const begin = async (gateway: TestGateway, text: string) =>
  jsonOf(
    gateway.send('/v1/batches', {
      ...{ input_file_id: await send(gateway, text), completion_window: '24h' },
      ...{ endpoint: '/v1/chat/completions', metadata: { for: 'test' } },
    }),
  );

const ended = (gateway: TestGateway, id: string) =>
  vi.waitFor(
    async () => {
      const batch = await jsonOf(gateway.send(`/v1/batches/${id}`));
      expect(batch.status).toMatch(/completed|cancelled|failed/);
      return batch;
    },
    { timeout: 20_000, interval: 50 },
  );

const rowsOf = async (gateway: TestGateway, id: string) =>
  (await (await gateway.send(`/v1/files/${id}/content`)).text())
    .trim()
    .split('\n')
    .map(text => JSON.parse(text));

describe('batches of a gateway', () => {
  it('answer a file in its order, and say in its place what is wrong with a line', async () => {
    await using gateway = await startGateway({ local: echo() });
    const wrong = ['no json', line(undefined, 1), line('r1', 1), line('who', 1, 'nobody')];
    const batch = await begin(gateway, [...lines(30), ...wrong].join('\n'));
    expect(batch).toMatchObject({
      object: 'batch',
      status: 'in_progress',
      metadata: { for: 'test' },
    });
    const done = await ended(gateway, batch.id);
    expect(done).toMatchObject({
      status: 'completed',
      request_counts: { total: 34, completed: 30, failed: 4 },
    });
    const answers = await rowsOf(gateway, done.output_file_id);
    const said = answers.map(({ custom_id: id, response }) => [
      id,
      response.body.choices[0].message.content,
    ]);
    expect(said).toEqual(Array.from({ length: 30 }, (_, n) => [`r${n}`, String(n)]));
    const errors = await rowsOf(gateway, done.error_file_id);
    expect(errors.map(({ error, response }) => error?.code ?? response.body.error.code)).toEqual([
      'invalid_json',
      'missing_custom_id',
      'duplicate_custom_id',
      'model_not_found',
    ]);
    const listed = await jsonOf(gateway.send('/v1/batches?limit=1'));
    expect(listed.data.map(({ id }: { id: string }) => id)).toEqual([batch.id]);
  });

  it('are ended by cancel, with what is answered by then', async () => {
    const asked: string[] = [];
    const wait = () => (asked.length > 8 ? new Promise<void>(() => {}) : Promise.resolve());
    await using gateway = await startGateway({ local: echo(asked, wait) });
    const batch = await begin(gateway, lines(40).join('\n'));
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(8));
    const cancelling = await jsonOf(gateway.send(`/v1/batches/${batch.id}/cancel`, {}));
    expect(cancelling.status).toBe('cancelling');
    const done = await ended(gateway, batch.id);
    expect(done.status).toBe('cancelled');
    expect(done.request_counts.completed).toBe((await rowsOf(gateway, done.output_file_id)).length);
    expect(done.request_counts.completed).toBeLessThan(40);
    expect((await gateway.send(`/v1/batches/${batch.id}/cancel`, {})).status).toBe(409);
  });

  it('go on in the next process, which asks no finished line again', async () => {
    const config = { gateway: { state: join(folder, 'state.db') } };
    const first: string[] = [];
    const hang = () => (first.length > 12 ? new Promise<void>(() => {}) : Promise.resolve());
    const before = await startGateway({ local: echo(first, hang) }, config);
    const batch = await begin(before, lines(30).join('\n'));
    await vi.waitFor(() => expect(first.length).toBeGreaterThan(12));
    await before.close(0);
    const second: string[] = [];
    await using after = await startGateway({ local: echo(second) }, config);
    const done = await ended(after, batch.id);
    expect(done.request_counts).toEqual({ total: 30, completed: 30, failed: 0 });
    expect(second.length).toBeLessThanOrEqual(30 - 12 + 8);
    expect((await rowsOf(after, done.output_file_id)).length).toBe(30);
  });

  it('ask a line again that met a store which was away', async () => {
    const asked: string[] = [];
    const away = async () => {
      if (asked.length === 1) throw new TandemError('store_busy', 'The store is away. Wait.');
    };
    await using gateway = await startGateway({ local: echo(asked, away) });
    const batch = await ended(gateway, (await begin(gateway, lines(3).join('\n'))).id);
    expect(batch.request_counts).toEqual({ total: 3, completed: 3, failed: 0 });
    expect(asked).toHaveLength(4);
  });

  it('hold every line to the label of the file and of the request', async () => {
    const asked: string[] = [];
    const cloud = inCloud({ ...echo(asked) });
    await using gateway = await startGateway({ cloud });
    const form = new FormData();
    form.set('purpose', 'batch');
    form.set('label', 'local-only');
    form.set('file', new File([line('a', 1, 'cloud')], 'q.jsonl'));
    const sent = await fetch(`${gateway.url}/v1/files`, { method: 'POST', body: form });
    const about = { endpoint: '/v1/chat/completions', completion_window: '24h' };
    const labelled = { ...about, input_file_id: (await jsonOf(sent)).id };
    const plain = { ...about, input_file_id: await send(gateway, line('a', 1, 'cloud')) };
    const headers = { 'x-tandem-label': 'local-only' };
    const batches = [
      await jsonOf(gateway.send('/v1/batches', labelled)),
      await jsonOf(gateway.send('/v1/batches', plain, { headers })),
      await jsonOf(gateway.send('/v1/batches', { ...plain, tandem: { label: 'local-only' } })),
    ];
    for (const { id } of batches) {
      const { error_file_id: errors, output_file_id: output } = await ended(gateway, id);
      expect(output).toBeNull();
      expect((await rowsOf(gateway, errors))[0].response.status_code).toBe(403);
    }
    expect(asked).toEqual([]);
  });

  it('hand the label of a line on to the file of its answers', async () => {
    const { models, asked } = cloudBeside(echo());
    await using gateway = await startGateway(models);
    const labels = [{ label: 'local-only' }, { mode: 'local-only' }, undefined];
    for (const tandem of labels) {
      const one = JSON.parse(line('a', 1));
      const text = JSON.stringify({ ...one, body: { ...one.body, tandem } });
      const { id } = await begin(gateway, text);
      const { output_file_id: file } = await ended(gateway, id);
      const { tandem: told } = await jsonOf(gateway.send(`/v1/files/${file}`));
      expect(told.label).toBe(tandem && 'local-only');
    }
    expect(asked).toEqual([]);
  });

  it('leave a line out whose control would be lost', async () => {
    const { models, asked } = cloudBeside(echo());
    await using gateway = await startGateway(models);
    const one = JSON.parse(line('a', 1, 'cloud'));
    const rest = JSON.stringify(one.body).slice(1);
    const twice = `{"tandem":{"label":"local-only"},"tandem":{},${rest}`;
    for (const text of [
      JSON.stringify({ ...one, tandem: { label: 'local-only' } }),
      JSON.stringify({ ...one, label: 'local-only' }),
      JSON.stringify({ ...one, headers: { 'x-tandem-label': 'local-only' } }),
      `{"custom_id":"a","url":"/v1/chat/completions","body":${twice}}`,
    ]) {
      const { id } = await begin(gateway, text);
      const { error_file_id: errors } = await ended(gateway, id);
      expect((await rowsOf(gateway, errors))[0].error.code).toBe('unknown_parameter');
    }
    expect(asked).toEqual([]);
  });

  it('are refused where the file is none of theirs, is gone, or has no line', async () => {
    await using gateway = await startGateway({ local: echo() });
    const about = { endpoint: '/v1/chat/completions', completion_window: '24h' };
    const missing = await gateway.send('/v1/batches', { ...about, input_file_id: 'file-x' });
    expect([missing.status, (await jsonOf(missing)).error.code]).toEqual([404, 'file_not_found']);
    const other = await gateway.send('/v1/batches', {
      ...about,
      endpoint: '/v1/x',
      input_file_id: 'y',
    });
    expect((await jsonOf(other)).error.param).toBe('endpoint');
    expect(await begin(gateway, '\n\n')).toMatchObject({
      status: 'failed',
      request_counts: { total: 0 },
    });
    expect((await gateway.send('/v1/batches/batch_x')).status).toBe(404);
  });
});

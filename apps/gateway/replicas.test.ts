import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { AnyConfig } from '../../src/entries/config.ts';
import { openStore } from '../../src/entries/runs.ts';
import { type LanguageModel, openJournal } from '../../src/index.ts';
import { doubleOf, lastUserText, promptText, scriptedModel } from '../../src/testing/index.ts';
import { readBatches } from './batch/read-batches.ts';
import { hashOf } from './policy/keys.ts';
import { type Json, jsonOf, startGateway, type TestGateway } from './start-gateway.ts';

vi.setConfig({ testTimeout: 60_000 });
const server = process.env.TANDEM_TEST_POSTGRES;
const folder = mkdtempSync(join(tmpdir(), 'tandem-replicas-'));
const schemas: string[] = [];
const mark = () => randomBytes(6).toString('hex');

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  if (!server) return;
  const pool = new Pool({ connectionString: server, max: 1 });
  for (const name of schemas) await pool.query(`drop schema if exists ${name} cascade`);
  await pool.end();
}, 60_000);

function onServer(): string {
  const url = new URL(server!);
  url.searchParams.set('schema', `t_${mark()}`);
  schemas.push(url.searchParams.get('schema')!);
  return url.href;
}

const stores = [
  { name: 'a file', isThere: true, fresh: () => join(folder, `${mark()}.db`) },
  { name: 'a Postgres', isThere: server !== undefined, fresh: onServer },
];
const chat = '/v1/chat/completions';

const line = (n: number) =>
  JSON.stringify({
    ...{ custom_id: `r${n}`, method: 'POST', url: chat },
    body: { model: 'local', messages: [{ role: 'user', content: `ask ${n}` }] },
  });

async function sendFile(gateway: TestGateway, purpose: string, text: string): Promise<string> {
  const form = new FormData();
  form.set('purpose', purpose);
  form.set('file', new File([text], purpose === 'batch' ? 'q.jsonl' : 'a.txt'));
  const response = await fetch(`${gateway.url}/v1/files`, { method: 'POST', body: form });
  return (await jsonOf(response)).id;
}

async function beginBatch(gateway: TestGateway, lines: number): Promise<Json> {
  const text = Array.from({ length: lines }, (_, n) => line(n)).join('\n');
  const about = { completion_window: '24h', endpoint: chat };
  const input_file_id = await sendFile(gateway, 'batch', text);
  return jsonOf(gateway.send('/v1/batches', { ...about, input_file_id }));
}

const ended = (gateway: TestGateway, id: string): Promise<Json> =>
  vi.waitFor(
    async () => {
      const batch = await jsonOf(gateway.send(`/v1/batches/${id}`));
      expect(batch.status).toMatch(/completed|cancelled|failed/);
      return batch;
    },
    { timeout: 30_000, interval: 100 },
  );

// Answers so many, then hangs until it is let go.
function hanging(after: number) {
  const asked: string[] = [];
  const free = Promise.withResolvers<void>();
  const model = doubleOf({ modelId: 'echo' }, async call => {
    const text = lastUserText(call);
    if (asked.push(text) > after) {
      const aborted = new Promise<never>((_, reject) => {
        call.abortSignal?.addEventListener('abort', () => reject(call.abortSignal!.reason));
      });
      await Promise.race([free.promise, aborted]);
    }
    return { text };
  });
  return { model, asked, go: () => free.resolve() };
}

const sure = { pattern: 'cascade', local: 'local', cloud: 'local', samples: 3 } as const;
const patterns = { sure };

// As if its process were known to be dead: what it has is given up to somebody who dies at once.
async function taken(path: string, run: string): Promise<void> {
  await using store = openStore(path, { patienceMs: 2000 });
  const claim = { at: new Date().toISOString(), holder: 'nobody', leaseMs: 1 };
  const other = await store.hold(run, claim);
  if ('untilMs' in other) await store.hold(run, { ...claim, instead: other.token });
}

describe.each(stores.filter(({ isThere }) => isThere))('two gateways on $name', ({ fresh }) => {
  const both = async (models: Readonly<Record<string, LanguageModel>>, config?: AnyConfig) => {
    const path = fresh();
    const start = () => startGateway(models, config, { state: path, journal: { path } });
    return [await start(), await start()] as const;
  };

  it('share files and responses, and open tool-call ids of each other', async () => {
    const call = { toolCallId: 'call_abc123', toolName: 'weather', input: '{}' };
    const calls = { content: [{ type: 'tool-call' as const, ...call }] };
    const script = ['hello Ann', 'Ann', { ...calls, finishReason: 'tool-calls' as const }, 'sunny'];
    const local = scriptedModel(script, { modelId: 'local' });
    const [one, other] = await both({ local });
    await using _ = one;
    await using __ = other;
    const file = await sendFile(one, 'user_data', 'The canary is yellow.');
    const read = await other.send(`/v1/files/${file}/content`);
    expect(await read.text()).toBe('The canary is yellow.');
    const first = await jsonOf(one.send('/v1/responses', { model: 'local', input: 'I am Ann.' }));
    const next = { model: 'local', previous_response_id: first.id, input: 'Who am I?' };
    const second = await jsonOf(other.send('/v1/responses', next));
    expect(second.output[0].content[0].text).toBe('Ann');
    expect(promptText(local.calls[1]!)).toMatch(/I am Ann.*hello Ann.*Who am I/s);
    const user = { role: 'user', content: 'How is the weather?' };
    const parameters = { type: 'object', properties: {} };
    const tools = [{ type: 'function', function: { name: 'weather', parameters } }];
    const asked = await jsonOf(one.send(chat, { model: 'local', messages: [user], tools }));
    const { message } = asked.choices[0];
    const [{ id }] = message.tool_calls;
    expect(id).not.toBe('call_abc123');
    const answer = { role: 'tool', tool_call_id: id, content: 'clear' };
    await jsonOf(other.send(chat, { model: 'local', messages: [user, message, answer], tools }));
    expect(JSON.stringify(local.calls[3]!.prompt)).toContain('"toolCallId":"call_abc123"');
  });

  it('keep the budget of a key together, to the cent', async () => {
    const cloud = doubleOf({ modelId: 'azure:gpt-4.1', place: 'cloud' }, () => ({
      ...{ text: 'paid', delayMs: 20 },
    }));
    const keys = [{ name: 'team', hash: hashOf('t'), budgetUsdPerDay: 0.1 }];
    // A cent for an answer of eight tokens, which is what the double tells: one that cost more than
    // was set aside for it would leave fewer to the others, by when it ends.
    const prices = { 'gpt-4.1': { input: 0, output: 1250 } };
    const [one, other] = await both({ cloud }, { gateway: { keys }, prices });
    await using _ = one;
    await using __ = other;
    const headers = { authorization: 'Bearer t' };
    const body = { model: 'cloud', max_tokens: 8, messages: [{ role: 'user', content: 'hi' }] };
    const ask = (n: number) => (n % 2 ? one : other).send(chat, body, { headers });
    const answers = await Promise.all(Array.from({ length: 30 }, (_each, n) => ask(n)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter(status => status === 200)).toHaveLength(10);
    expect(statuses.filter(status => status === 402 || status === 429)).toHaveLength(20);
  });

  it('see a batch of each other, and end it', async () => {
    const { model, asked } = hanging(12);
    const [one, other] = await both({ local: model });
    await using _ = one;
    await using __ = other;
    const batch = await beginBatch(one, 40);
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(12));
    const seen = await vi.waitFor(async () => {
      const found = await jsonOf(other.send(`/v1/batches/${batch.id}`));
      expect(found.request_counts.completed).toBe(12);
      return found;
    });
    expect(seen).toMatchObject({ status: 'in_progress', request_counts: { total: 40, failed: 0 } });
    const listed = await jsonOf(other.send('/v1/batches'));
    expect(listed.data[0].request_counts.completed).toBe(12);
    const cancelling = await jsonOf(other.send(`/v1/batches/${batch.id}/cancel`, {}));
    expect(cancelling.status).toBe('cancelling');
    for (const gateway of [one, other]) {
      const done = await ended(gateway, batch.id);
      expect(done).toMatchObject({ status: 'cancelled', request_counts: { completed: 12 } });
      expect(done.cancelling_at).toEqual(expect.any(Number));
      const file = await gateway.send(`/v1/files/${done.output_file_id}/content`);
      expect((await file.text()).trim().split('\n')).toHaveLength(12);
    }
    expect((await other.send(`/v1/batches/${batch.id}/cancel`, {})).status).toBe(409);
  });

  it('tell how a run of each other goes', async () => {
    const { model, asked, go } = hanging(1);
    const [one, other] = await both({ local: model });
    await using _ = one;
    await using __ = other;
    const body = { model: 'local', messages: [{ role: 'user', content: 'hi' }] };
    const first = await jsonOf(one.send('/v1/runs', body));
    await vi.waitFor(async () => {
      expect((await jsonOf(one.send(`/v1/runs/${first.id}`))).status).toBe('done');
    });
    const second = await jsonOf(one.send('/v1/runs', body));
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    const events = other.send(`/v1/runs/${second.id}/events`);
    expect((await jsonOf(other.send(`/v1/runs/${second.id}`))).status).toBe('running');
    go();
    const told = await (await events).text();
    expect(told).toMatch(/^id: 1\nevent: call\n/);
    expect(told.trim()).toMatch(/event: done\ndata: .*$/);
  });

  it.each([
    ['/v1/runs', { messages: [{ role: 'user', content: 'hi' }] }],
    ['/v1/responses', { input: 'hi', background: true }],
  ])('hand a long run of %s on when one ends, as it was asked', async (path, body) => {
    const { model, asked, go } = hanging(0);
    const store = fresh();
    const journal = { path: store, leaseMs: 1000 };
    const start = () => startGateway({ local: model, cloud: model }, {}, { state: store, journal });
    const one = await start();
    await using other = await start();
    const headers = { 'x-tandem-mode': 'local-only' };
    const begun = await jsonOf(one.send(path, { model: 'local', ...body }, { headers }));
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    const standing = async () => jsonOf(other.send(`${path}/${begun.id}`));
    expect((await standing()).status).toMatch(/running|in_progress/);
    await one.close(0);
    expect((await standing()).status).toMatch(/running|in_progress/);
    await vi.waitFor(() => expect(asked).toHaveLength(2), { timeout: 10_000 });
    go();
    const done = await vi.waitFor(async () => {
      const found = await standing();
      expect(found.status).toMatch(/done|completed/);
      return found;
    });
    expect(JSON.stringify(done)).toContain('hi');
    expect(done.created_at).toBe(begun.created_at);
    // A third one tells of the result too.
    await using third = await start();
    const told = await jsonOf(third.send(`${path}/${begun.id}`));
    expect([told.status, told.result ?? told.output]).toEqual([
      done.status,
      done.result ?? done.output,
    ]);
  });

  it.each([
    ['a long run', '/v1/runs', { messages: [{ role: 'user', content: 'hi' }] }],
    ['a chat', chat, { messages: [{ role: 'user', content: 'hi' }] }],
    ['a stream', chat, { messages: [{ role: 'user', content: 'hi' }], stream: true }],
    ['a response', '/v1/responses', { input: 'hi' }],
    ['a stream of a response', '/v1/responses', { input: 'hi', stream: true }],
    ['a response in the background', '/v1/responses', { input: 'hi', background: true }],
  ])('say of %s that it was cancelled elsewhere', async (_, path, body) => {
    const { model, asked } = hanging(0);
    const store = fresh();
    const journal = { path: store, leaseMs: 1000 };
    await using one = await startGateway({ local: model }, {}, { state: store, journal });
    const sending = one.send(path, { model: 'local', ...body });
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    await using other = openJournal(journal);
    const [running] = await vi.waitFor(async () => {
      const runs = await other.runs();
      expect(runs).toHaveLength(1);
      return runs;
    });
    expect(await other.cancel(running!.id)).toBe(true);
    const response = await sending;
    const text = await response.text();
    if (response.status === 202 || text.includes('"background":true')) {
      const id = JSON.parse(text).id;
      await vi.waitFor(
        async () => {
          const now = await jsonOf(one.send(`${path}/${id}`));
          expect(now.status).toBe('cancelled');
        },
        { timeout: 10_000 },
      );
    } else expect(text).toContain('run_cancelled');
    expect(one.lines.join()).not.toContain('unforeseen');
  });

  it('carry who follows a run over to the one that takes it', async () => {
    const { model, asked, go } = hanging(1);
    const store = fresh();
    const start = () =>
      startGateway({ local: model }, { patterns }, { state: store, journal: { path: store } });
    await using one = await start();
    await using other = await start();
    const body = { model: 'sure', messages: [{ role: 'user', content: 'hi' }] };
    const { id } = await jsonOf(one.send('/v1/runs', body));
    const events = one.send(`/v1/runs/${id}/events`);
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(1));
    await vi.waitFor(async () => {
      expect((await jsonOf(one.send(`/v1/runs/${id}`))).calls).toBe(1);
    });
    await taken(store, id);
    // The other one looks for runs that nobody holds.
    const before = asked.length;
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(before), { timeout: 30_000 });
    go();
    const told = await (await events).text();
    expect(told).not.toMatch(/run_taken|event: failed|event: cancelled/);
    expect(told.trim()).toMatch(/event: done\ndata: .*$/);
    // Each call is told once, wherever it was made.
    const trace = await jsonOf(other.send(`/v1/runs/${id}/trace`));
    expect(told.match(/event: call/g)).toHaveLength(trace.steps.length);
    const ids = [...told.matchAll(/^id: (\d+)$/gm)].map(([, each]) => Number(each));
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    for (const gateway of [one, other]) {
      const found = await jsonOf(gateway.send(`/v1/runs/${id}`));
      expect([found.status, found.error, found.result.choices.length]).toEqual(['done', null, 1]);
    }
  });

  it('work through a batch one at a time, and the other goes on where one ends', async () => {
    const { model, asked, go } = hanging(10);
    const path = fresh();
    const start = () => startGateway({ local: model }, {}, { state: path, journal: { path } });
    const one = await start();
    const batch = await beginBatch(one, 30);
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(10));
    // It finds a batch at its start that another works through.
    await using other = await start();
    await new Promise(resolve => setTimeout(resolve, 300));
    const atWork = asked.length;
    const [listed] = await readBatches({ folder, settings: {}, state: path });
    const counts = { total: 30, completed: 10, failed: 0 };
    expect(listed).toMatchObject({ id: batch.id, status: 'in_progress', request_counts: counts });
    expect(new Set(asked).size).toBe(atWork);
    await one.close(0);
    go();
    const done = await ended(other, batch.id);
    expect(done.request_counts).toEqual({ total: 30, completed: 30, failed: 0 });
    expect(asked.length).toBe(30 + atWork - 10);
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Config, openJournal } from '../../src/index.ts';
import {
  scriptedModel,
  startServerDouble,
  startWireDouble,
  type WireStep,
} from '../../src/testing/index.ts';
import { hashOf } from './policy/keys.ts';
import { jsonOf, startGateway } from './start-gateway.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-embeddings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const vectors = {
  object: 'list',
  data: [{ object: 'embedding', index: 0, embedding: [1] }],
  usage: { prompt_tokens: 4 },
};

async function startBoth(
  config: Config = {},
  step: WireStep = { raw: JSON.stringify(vectors) },
  path?: string,
) {
  const upstream = await startWireDouble([step]);
  const endpoint = `${upstream.url}/v1`;
  const embeddings = {
    near: { model: 'nomic', endpoint },
    far: { model: 'ada', endpoint, place: 'cloud' as const },
    priced: { model: 'text-x', endpoint, place: 'cloud' as const },
  };
  const prices = { 'text-x': { input: 1, output: 0 } };
  const whole: Config = { prices, ...config, gateway: { embeddings, ...config.gateway } };
  const gateway = await startGateway(
    { local: scriptedModel([]) },
    whole,
    path === undefined ? {} : { journal: { path } },
  );
  const embed = (model: string, more: object = {}, headers: Record<string, string> = {}) =>
    gateway.send(
      '/v1/embeddings',
      { model, input: 'SECRET anna@example.org', ...more },
      { headers },
    );
  return {
    upstream,
    gateway,
    embed,
    async [Symbol.asyncDispose]() {
      await gateway.close(0);
      await upstream.close();
    },
  };
}

describe('embeddings obey the controls of a request, as chat does', () => {
  it.each<[object, Record<string, string>, number, string]>([
    [{ mode: 'local-only' }, { 'x-tandem-mode': 'local-only' }, 403, 'egress_denied'],
    [{ mode: 'local-preferred' }, { 'x-tandem-mode': 'local-preferred' }, 403, 'egress_denied'],
    [{ label: 'local-only' }, { 'x-tandem-label': 'local-only' }, 403, 'egress_denied'],
    [{ label: 'extracts' }, { 'x-tandem-label': 'extracts' }, 403, 'egress_denied'],
    [{ mask: true }, { 'x-tandem-mask': 'true' }, 403, 'egress_denied'],
    [{ budgetUsd: 0 }, { 'x-tandem-budget-usd': '0' }, 402, 'budget_exceeded'],
    [{ budgetUsd: 1 }, { 'x-tandem-budget-usd': '1' }, 402, 'budget_exceeded'],
  ])('%j', async (tandem, headers, status, code) => {
    await using both = await startBoth();
    for (const reply of [
      await both.embed('far', { tandem }),
      await both.embed('far', {}, headers),
    ]) {
      expect([reply.status, (await jsonOf(reply)).error.code]).toEqual([status, code]);
    }
    expect(both.upstream.requests).toEqual([]);
    if (code === 'egress_denied') {
      for (const reply of [
        await both.embed('near', { tandem }),
        await both.embed('near', {}, headers),
      ]) {
        expect(reply.status).toBe(200);
      }
    }
  });

  it('a budget that a known price exceeds is refused, one that it fits is booked', async () => {
    await using both = await startBoth();
    expect((await both.embed('priced', { tandem: { budgetUsd: 0.000_001 } })).status).toBe(402);
    expect(both.upstream.requests).toEqual([]);
    const fits = await jsonOf(both.embed('priced', { tandem: { budgetUsd: 1 } }));
    expect(fits).toMatchObject({
      model: 'priced',
      data: vectors.data,
      tandem: { costUsd: 0.000_004 },
    });
  });

  it('a key’s budget of the day holds, and an unknown price is refused under it', async () => {
    const keys = [{ name: 'a', hash: hashOf('key-a'), budgetUsdPerDay: 1 }];
    await using both = await startBoth({ gateway: { keys } });
    const headers = { authorization: 'Bearer key-a' };
    expect((await both.embed('far', {}, headers)).status).toBe(402);
    expect(both.upstream.requests).toEqual([]);
    expect((await both.embed('priced', {}, headers)).status).toBe(200);
    expect((await both.embed('near', {}, headers)).status).toBe(200);
  });

  it('may not be asked for less than the server demands, nor for options', async () => {
    await using both = await startBoth({ privacy: { mode: 'local-only' } });
    const looser = await both.embed('near', {}, { 'x-tandem-mode': 'cloud-allowed' });
    expect([looser.status, (await jsonOf(looser)).error.code]).toEqual([403, 'policy_stricter']);
    expect((await both.embed('near', { tandem: { options: { a: 1 } } })).status).toBe(400);
    expect((await both.embed('near', { tandem: { mod: 'local-only' } })).status).toBe(400);
    expect(both.upstream.requests).toEqual([]);
  });

  it('a deadline ends the call', async () => {
    await using both = await startBoth({}, { hangs: true });
    const late = await both.embed('near', {}, { 'x-tandem-deadline-ms': '100' });
    expect([late.status, (await jsonOf(late)).error.code]).toEqual([504, 'deadline_exceeded']);
    await expect.poll(() => both.upstream.aborted()).toBe(1);
  });

  it.each([
    [429, 429, 'rate_limit_exceeded'],
    [400, 400, 'model_failed'],
    [500, 502, 'model_failed'],
  ])('a server that answers %i is told as %i, and asked once', async (status, told, code) => {
    await using both = await startBoth({}, { status });
    const reply = await both.embed('near');
    expect([reply.status, (await jsonOf(reply)).error.code]).toEqual([told, code]);
    expect(both.upstream.requests).toHaveLength(1);
  });

  it('what leaves is recorded before, with its own run; the vectors are not kept', async () => {
    const path = join(folder, 'a.db');
    await using both = await startBoth({}, { raw: JSON.stringify(vectors) }, path);
    const reply = await both.embed('far', { tandem: { explain: true } });
    const runId = reply.headers.get('x-tandem-run-id');
    expect(reply.headers.get('x-tandem-place')).toBe('cloud');
    const { tandem } = await jsonOf(reply);
    expect(tandem).toMatchObject({
      runId,
      place: 'cloud',
      egress: { calls: 1 },
      trace: { kind: 'pattern' },
    });
    using journal = openJournal({ path });
    expect(await journal.egress()).toMatchObject([
      { destination: 'ada', run: runId, label: 'cloud-allowed' },
    ]);
    // Records may follow the answer.
    await expect
      .poll(async () => (await journal.runs())[0])
      .toMatchObject({ id: runId, state: 'done', cloudCalls: 1 });
    expect(await journal.answers(runId!)).toEqual([]);
  });

  it('a model that an Ollama runs elsewhere is none of this device', async () => {
    await using ollama = await startServerDouble('ollama', {
      models: ['embed'],
      elsewhere: ['embed'],
    });
    const near = { model: 'embed', endpoint: `${ollama.url}/v1` };
    await using gateway = await startGateway(
      { local: scriptedModel([]) },
      { gateway: { embeddings: { near } } },
    );
    const body = { model: 'near', input: 'SECRET' };
    for (const headers of [{ 'x-tandem-mode': 'local-only' }, { 'x-tandem-mask': 'true' }]) {
      expect((await gateway.send('/v1/embeddings', body, { headers })).status).toBe(403);
    }
    expect(ollama.requests.filter(({ text }) => text.includes('SECRET'))).toEqual([]);
  });
});

describe('what a server of embeddings says', () => {
  const asked = (step: WireStep, more: object = {}) =>
    startBoth({}, step).then(async both => {
      await using _closed = both;
      const reply = await both.embed('near', more);
      const sent = both.upstream.requests[0]!.body;
      return { status: reply.status, headers: reply.headers, sent, ...(await jsonOf(reply)) };
    });

  it.each([
    [413, { error: 'input is larger than the max context size' }, 400, 'context_length_exceeded'],
    [400, { error: 'the input length exceeds the context length' }, 400, 'context_length_exceeded'],
    [404, { error: 'model "nomic" not found, try pulling it' }, 404, 'model_not_found'],
    [429, { detail: 'Please wait 22 seconds' }, 429, 'rate_limit_exceeded'],
    [401, { message: 'Unauthorized here' }, 502, 'model_failed'],
  ])('of a failure is told with its words: %i %j', async (status, said, told, code) => {
    const step = { status, raw: JSON.stringify(said) };
    const { status: seen, error, headers } = await asked(step);
    expect([seen, error.code]).toEqual([told, code]);
    expect(error.message).toContain(Object.values(said)[0]);
    if (status === 429) expect(headers.get('retry-after')).toBe('22');
  });

  const vector = [0.5, 0.25];
  const base64 = Buffer.from(new Float32Array(vector).buffer).toString('base64');
  it.each([
    [{ data: [{ index: 0, embedding: vector }] }],
    [{ data: [{ index: 0, embedding: base64 }] }],
    [{ embeddings: [vector] }],
    [{ embedding: vector }],
    [{ embedding: { values: vector } }],
    [[vector]],
    [[{ index: 0, embedding: [vector] }]],
  ])('of vectors is written as OpenAI does, in the form that is asked for: %j', async said => {
    const step = { raw: JSON.stringify(said) };
    for (const [format, wanted] of [
      [undefined, vector],
      [null, vector],
      ['float', vector],
      ['base64', base64],
    ]) {
      const { data, object, sent } = await asked(step, { encoding_format: format });
      const one = { object: 'embedding', index: 0, embedding: wanted };
      expect([object, data]).toEqual(['list', [one]]);
      if (format === null) expect(Object.keys(sent)).not.toContain('encoding_format');
    }
  });

  it('is no list of vectors, which is a failure', async () => {
    const step = { raw: JSON.stringify({ error: { message: 'no embedder is loaded' } }) };
    const { status, error } = await asked(step);
    expect([status, error.code]).toEqual([502, 'model_failed']);
    expect(error.message).toContain('no embedder is loaded');
  });
});

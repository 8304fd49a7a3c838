import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Call, TandemError } from '../../src/index.ts';
import { apiFailure, doubleOf, lastUserText, scriptedModel } from '../../src/testing/index.ts';
import { type Json, jsonOf, startGateway, type TestGateway } from './start-gateway.ts';

const sentence = (n: number) =>
  `Entry ${n} of the log tells nothing of interest, and goes on for a while.`;
const log = [
  ...Array.from({ length: 200 }, (_, n) => sentence(n)),
  'The valve V7 was left open.',
].join('\n');
const messages = [
  {
    role: 'user',
    content: [
      {
        type: 'file',
        file: {
          filename: 'log.txt',
          file_data: `data:text/plain;base64,${Buffer.from(log).toString('base64')}`,
        },
      },
      { type: 'text', text: 'Why did it overflow?' },
    ],
  },
];
const patterns = { reading: { pattern: 'chain', windowTokens: 1200, unitTokens: 100 } };

const worker = (call: Call) => {
  const found = /The valve \S+ was left open\./.exec(lastUserText(call))?.[0];
  return JSON.stringify({ facts: found ? [{ quote: found }] : [], openQuestions: [] });
};
const double = (modelId: string, place: 'device' | 'cloud', reply: (call: Call) => string) =>
  doubleOf({ modelId, place }, async call => ({ text: reply(call) }));

async function ended(gateway: TestGateway, id: string): Promise<Json> {
  for (;;) {
    const run = await jsonOf(gateway.send(`/v1/runs/${id}`));
    if (run.status !== 'running') return run;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

describe('a long run', () => {
  it('goes on without its client, tells of events without content, and has a trace', async () => {
    const cloud = double('cloud', 'cloud', () => 'Because of V7 [f1].');
    await using gateway = await startGateway(
      { local: double('local', 'device', worker), cloud },
      { patterns },
    );
    const started = await gateway.send('/v1/runs', { model: 'reading', messages });
    const { id, status } = await jsonOf(started);
    expect([started.status, status]).toEqual([202, 'running']);
    const events = await (await gateway.send(`/v1/runs/${id}/events`)).text();
    expect(events).toContain('event: document');
    expect(events.match(/event: call/g)?.length).toBeGreaterThan(2);
    expect(events).toContain('event: egress');
    expect(events).toContain('"type":"reading"');
    expect(events.trim()).toMatch(/event: done\ndata: .*$/);
    expect(events).not.toContain('tells nothing');
    const run = await ended(gateway, id);
    expect(run.result.choices[0].message.content).toContain('V7');
    expect(run.result.tandem.citations).toHaveLength(1);
    const trace = await jsonOf(gateway.send(`/v1/runs/${id}/trace`));
    expect(trace.steps.length).toBe(run.calls);
    expect(JSON.stringify(trace)).not.toMatch(/tells nothing|overflow/);
    const late = await (
      await gateway.send(`/v1/runs/${id}/events`, undefined, {
        headers: { 'last-event-id': '2' },
      })
    ).text();
    expect(late).toMatch(/^id: 3\n/);
  });

  it('fails, is resumed in another process, and pays nothing twice', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tandem-gateway-'));
    const journal = { path: join(folder, 'tandem.db') };
    try {
      let calls = 0;
      const counting = double('local', 'device', call => {
        calls++;
        return worker(call);
      });
      const down = doubleOf({ modelId: 'cloud', place: 'cloud' }, async () => {
        throw apiFailure(401);
      });
      const first = await startGateway({ local: counting, cloud: down }, { patterns }, { journal });
      const { id } = await jsonOf(first.send('/v1/runs', { model: 'reading', messages }));
      const failed = await ended(first, id);
      expect(failed).toMatchObject({ status: 'failed', error: { code: 'model_failed' } });
      await first.close(0);
      const before = calls;
      const up = double('cloud', 'cloud', () => 'Because of V7 [f1].');
      await using second = await startGateway(
        { local: counting, cloud: up },
        { patterns },
        { journal },
      );
      expect(await jsonOf(second.send(`/v1/runs/${id}`))).toMatchObject({ status: 'failed' });
      expect((await second.send(`/v1/runs/${id}/resume`, '', { method: 'POST' })).status).toBe(202);
      const run = await ended(second, id);
      expect(run.result.choices[0].message.content).toContain('V7');
      expect(calls).toBe(before);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('at work in another process is not resumed here: 409, and when to ask again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tandem-gateway-'));
    const journal = { path: join(folder, 'tandem.db') };
    try {
      const endless = () =>
        doubleOf({ modelId: 'local' }, () => ({ text: 'late', delayMs: 1e8 }) as never);
      const first = await startGateway({ local: endless() }, {}, { journal });
      const { id } = await jsonOf(
        first.send('/v1/runs', { model: 'local', messages: [{ role: 'user', content: 'x' }] }),
      );
      const second = await startGateway({ local: endless() }, {}, { journal });
      expect(await jsonOf(second.send(`/v1/runs/${id}`))).toMatchObject({ status: 'running' });
      const refused = await second.send(`/v1/runs/${id}/resume`, '', { method: 'POST' });
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([409, '8']);
      expect(await jsonOf(refused)).toMatchObject({ error: { code: 'run_taken' } });
      expect((await second.send(`/v1/runs/${id}/cancel`, '', { method: 'POST' })).status).toBe(200);
      expect((await ended(first, id)).status).not.toBe('running');
      await Promise.all([first.close(0), second.close(0)]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('goes on when a store that was away is there again', async () => {
    let asked = 0;
    const local = doubleOf({ modelId: 'local' }, () => {
      if (++asked === 1) throw new TandemError('store_busy', 'The store is away. Wait.');
      return { text: 'at last' };
    });
    await using gateway = await startGateway({ local });
    const { id } = await jsonOf(
      gateway.send('/v1/runs', { model: 'local', messages: [{ role: 'user', content: 'x' }] }),
    );
    const run = await ended(gateway, id);
    expect(run.result?.choices[0].message.content).toBe('at last');
    const events = await (await gateway.send(`/v1/runs/${id}/events`)).text();
    expect(events).toContain('event: resumed');
  });

  it('is cancelled, and says so', async () => {
    const local = doubleOf({ modelId: 'local' }, () => ({ text: 'late', delayMs: 1e8 }) as never);
    await using gateway = await startGateway({ local });
    const { id } = await jsonOf(
      gateway.send('/v1/runs', { model: 'local', messages: [{ role: 'user', content: 'x' }] }),
    );
    expect((await gateway.send(`/v1/runs/${id}/resume`, '', { method: 'POST' })).status).toBe(409);
    expect(await (await gateway.send('/metrics')).text()).toContain('\ntandem_runs_active 1\n');
    await gateway.send(`/v1/runs/${id}/cancel`, '', { method: 'POST' });
    expect((await ended(gateway, id)).status).toBe('cancelled');
    expect((await gateway.send(`/v1/runs/${id}/cancel`, '', { method: 'POST' })).status).toBe(409);
    expect((await gateway.send('/v1/runs/none')).status).toBe(404);
  });
});

describe('a decision without inference', () => {
  it('tells whom a router would ask, and whom a cascade asks first; nobody is called', async () => {
    const [local, cloud] = [
      scriptedModel([], { modelId: 'local' }),
      scriptedModel([], { modelId: 'cloud', place: 'cloud' }),
    ];
    const patterns = { guess: { pattern: 'router', aim: 'guess' } } as const;
    await using gateway = await startGateway({ local, cloud }, { patterns });
    const ask = (model: string) =>
      gateway.send('/v1/route', { model, messages: [{ role: 'user', content: 'What is 2 + 2?' }] });
    const routed = await jsonOf(ask('guess'));
    expect(routed).toMatchObject({ object: 'route', decided: true, reason: expect.any(String) });
    expect(['local', 'cloud']).toContain(routed.answeredBy);
    expect(await jsonOf(ask('cascade'))).toMatchObject({
      decided: false,
      first: { model: 'local', place: 'device' },
    });
    local.verify();
    cloud.verify();
  });
});

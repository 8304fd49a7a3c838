import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { cascade, openJournal, run, userCall } from '../../../../src/index.ts';
import { doubleOf } from '../../../../src/testing/index.ts';
import { hashOf } from '../../policy/keys.ts';
import { startGateway, type TestGateway } from '../../start-gateway.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-live-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let file = 0;
const journal = () => ({ path: join(folder, `${file++}.db`) });

const secret = 'a secret in the question';
const local = doubleOf({ modelId: 'phi' }, () => ({ text: 'short answer' }));
const cloud = doubleOf({ modelId: 'gpt', place: 'cloud' }, () => ({ text: 'long answer' }));
const models = { local, cloud };
const prices = { prices: { gpt: { input: 1000, output: 1000 } } } as never;

const pageKey = ({ studio }: TestGateway) => /#key=(.+)$/.exec(studio.url)?.[1] ?? '';

async function asked(gateway: TestGateway, model = 'cloud', key?: string): Promise<string> {
  const body = { model, messages: [{ role: 'user', content: secret }] };
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const response = await gateway.send('/v1/chat/completions', body, { headers });
  await response.text();
  return response.headers.get('x-tandem-run-id')!;
}

interface Heard {
  readonly id: string;
  readonly type: string;
  readonly atMs: number;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what an event says, each has its own.
  readonly data: any;
}

/** Follows until it is let go of; what came is in `heard`. */
async function following(gateway: TestGateway, key: string, lastId?: string) {
  const abort = new AbortController();
  const heard: Heard[] = [];
  const response = await fetch(`${gateway.url}/v1/events`, {
    headers: { authorization: `Bearer ${key}`, ...(lastId && { 'last-event-id': lastId }) },
    signal: abort.signal,
  });
  const done = (async () => {
    let rest = '';
    for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
      const events = `${rest}${piece}`.split('\n\n');
      rest = events.pop()!;
      for (const text of events) {
        const [, id = '', type = '', data = '{}'] =
          /^id: (.*)\nevent: (.*)\ndata: (.*)$/.exec(text) ?? [];
        if (type) heard.push({ id, type, data: JSON.parse(data), text, atMs: performance.now() });
      }
    }
  })().catch(() => {});
  await expect.poll(() => heard.length).toBeGreaterThan(0);
  const runs = () => heard.filter(({ type }) => type === 'runs').map(({ data }) => data);
  return {
    ...{ heard, runs, done, response },
    ids: (): string[] => runs().flatMap(({ ended }) => ended),
    count: (): number => runs().reduce((sum, each) => sum + each.runs, 0),
    async [Symbol.asyncDispose]() {
      abort.abort();
      await done;
    },
  };
}

describe('following all runs', () => {
  it('tells of runs that end, with their sums, and of no word of them', async () => {
    await using gateway = await startGateway(models, prices, { journal: journal() });
    await using page = await following(gateway, pageKey(gateway));
    const ids = [await asked(gateway, 'local'), await asked(gateway)];
    await expect.poll(() => page.ids()).toEqual(ids);
    expect(page.heard[0]!.type).toBe('following');
    const sum = (key: string) => page.runs().reduce((all, each) => all + each[key], 0);
    expect([sum('runs'), sum('answered'), sum('cloudCalls')]).toEqual([2, 2, 1]);
    expect(sum('costUsd')).toBeGreaterThan(0);
    expect(page.heard.map(({ text }) => text).join()).not.toMatch(/secret|answer"|notice/);
  });

  it('tells a busy server’s runs at most four times a second, none left out', async () => {
    await using gateway = await startGateway(models, prices);
    await using page = await following(gateway, pageKey(gateway));
    const begun = performance.now();
    let count = 0;
    while (performance.now() - begun < 1500) {
      await Promise.all(Array.from({ length: 8 }, () => asked(gateway, 'local')));
      count += 8;
    }
    await expect.poll(() => page.count()).toBe(count);
    const seconds = (performance.now() - begun) / 1000;
    expect(page.heard.length).toBeLessThanOrEqual(4 * seconds + 3);
    for (const { ended } of page.runs()) expect(ended.length).toBeLessThanOrEqual(20);
  });

  it('goes on after an event that it still knows, and says where it cannot', async () => {
    await using gateway = await startGateway(models, prices, { journal: journal() });
    const first = await following(gateway, pageKey(gateway));
    await asked(gateway);
    await expect.poll(() => first.count()).toBe(1);
    await first[Symbol.asyncDispose]();
    const missed = [await asked(gateway), await asked(gateway)];
    await using again = await following(gateway, pageKey(gateway), first.heard.at(-1)!.id);
    await expect.poll(() => again.ids()).toEqual(missed);
    await using stranger = await following(gateway, pageKey(gateway), 'other.1.1');
    expect(stranger.heard[0]!.type).toBe('reset');
  });

  it('tells a key without the scope of its own runs alone', async () => {
    const keys = ['one', 'two'].map(name => ({
      ...{ name, hash: hashOf(`secret-of-${name}`) },
      scopes: ['chat', 'runs', ...(name === 'two' ? ['studio'] : [])],
    }));
    const config = { ...(prices as object), gateway: { keys } } as never;
    await using gateway = await startGateway(models, config, { journal: journal() });
    await using one = await following(gateway, 'secret-of-one');
    await using two = await following(gateway, 'secret-of-two');
    const theirs = await asked(gateway, 'local', 'secret-of-two');
    const own = await asked(gateway, 'local', 'secret-of-one');
    await expect.poll(() => two.ids().toSorted()).toEqual([theirs, own].toSorted());
    expect(one.ids()).toEqual([own]);
    const refused = await fetch(`${gateway.url}/v1/events`);
    expect(refused.status).toBe(401);
  });

  it('tells how far a run at work is', async () => {
    const slow = doubleOf({ modelId: 'slow' }, async () => {
      await pause(400);
      return { text: 'yes' };
    });
    const served = { pattern: 'cascade', gate: 'agreement', samples: 3 };
    const config = { ...(prices as object), patterns: { support: served } } as never;
    await using gateway = await startGateway({ local: slow, cloud }, config);
    await using page = await following(gateway, pageKey(gateway));
    const id = await asked(gateway, 'support');
    await expect.poll(() => page.ids()).toEqual([id]);
    const atWork = page.runs().flatMap(each => each.atWork);
    expect(atWork.length).toBeGreaterThan(0);
    expect(atWork[0]).toMatchObject({ id, leftCharacters: 0 });
  });

  it('tells that another process wrote to the store', async () => {
    const kept = journal();
    await using gateway = await startGateway(models, prices, { journal: kept });
    await asked(gateway, 'local');
    await using page = await following(gateway, pageKey(gateway));
    await pause(2500);
    await using other = openJournal(kept);
    const pattern = cascade({ local, cloud });
    await run({ journal: other }, async () => pattern.doGenerate(userCall('from elsewhere')));
    const types = () => page.heard.map(({ type }) => type);
    await expect.poll(types, { timeout: 8000 }).toContain('elsewhere');
  });

  it('ends when the server does, and costs nothing where nobody follows', async () => {
    const gateway = await startGateway(models, prices, { journal: journal() });
    await asked(gateway);
    const page = await following(gateway, pageKey(gateway));
    const begun = performance.now();
    await gateway.close(10_000);
    await page.done;
    expect(performance.now() - begun).toBeLessThan(5000);
  });
});

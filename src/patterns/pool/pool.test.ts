import { describe, expect, it, vi } from 'vitest';
import {
  direct,
  model,
  openJournal,
  run,
  summaryOf,
  textAnswer,
  textOf,
  userCall,
} from '../../index.ts';
import { inCloud, onDevice, placedAt, placeOf } from '../../model/leaf/model/place.ts';
import { ApiCallError, type Call, type LanguageModel } from '../../model/types.ts';
import { collectStream } from '../../testing/double.ts';
import { startWireDouble } from '../../testing/index.ts';
import { startServerDouble } from '../../testing/wire/wire-servers.ts';
import { pool, poolMembersOf } from './pool.ts';

interface Server {
  readonly model: LanguageModel;
  /** What it was asked, in order. */
  readonly asked: Call[];
  most: number;
  isDown: boolean;
}

// A server that takes its time, and counts how many calls it serves at once.
function server(modelId: string, delayMs = 5): Server {
  let out = 0;
  const answer = async (call: Call) => {
    self.asked.push(call);
    if (self.isDown) throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    self.most = Math.max(self.most, ++out);
    await new Promise(resolve => setTimeout(resolve, delayMs));
    out--;
    if (self.isDown) throw Object.assign(new Error('cut'), { code: 'ECONNRESET' });
    return textAnswer(`by ${modelId}`);
  };
  const self: Server = {
    ...{ asked: [], most: 0, isDown: false },
    model: onDevice({
      ...{ specificationVersion: 'v4', provider: 'test', modelId, supportedUrls: {} },
      doGenerate: answer,
      doStream: () => Promise.reject(new Error('not here')),
    }),
  };
  return self;
}

const askAll = (
  model: LanguageModel,
  count: number,
  callOf = (n: number) => userCall(`call ${n}`),
) =>
  Promise.all(
    Array.from({ length: count }, async (_, n) => textOf(await model.doGenerate(callOf(n)))),
  );

describe('a pool', () => {
  it('spreads calls over its members, each with no more than it takes', async () => {
    const [a, b] = [server('a'), server('b')];
    const both = pool({ members: [a.model, { model: b.model, concurrency: 3 }], concurrency: 1 });
    await askAll(both, 40);
    expect([a.most, b.most]).toEqual([1, 3]);
    expect(a.asked.length + b.asked.length).toBe(40);
    expect(b.asked.length).toBeGreaterThan(a.asked.length);
  });

  it('fails no call where one member dies and another is five times slower', async () => {
    const servers = [server('a', 5), server('b', 25), server('c', 5)];
    const all = pool({ members: servers.map(each => each.model) });
    const work = askAll(all, 300);
    setTimeout(() => {
      servers[2]!.isDown = true;
    }, 120);
    const answers = await work;
    expect(answers.filter(text => /^by [abc]$/.test(text))).toHaveLength(300);
    // Left alone, it is asked a few times more, and not for every call.
    expect(servers[2]!.asked.length).toBeLessThan(200);
    expect(poolMembersOf(all)![2]!.restsMs).toBeGreaterThan(0);
  });

  it('sends calls with the same beginning to the member that read it last', async () => {
    const servers = [server('a'), server('b'), server('c'), server('d')];
    const all = pool({ members: servers.map(each => each.model), concurrency: 1 });
    const documents = Array.from({ length: 8 }, (_, n) => `document ${n} `.repeat(50));
    await askAll(all, 240, n => callAbout(documents[n % 8]!, `question ${n}`));
    // How often a member had to read a document that it had not read just before.
    const cold = servers.reduce((sum, { asked }) => sum + switches(asked), 0);
    expect(cold).toBeLessThan(60);
  });

  it('names each member with its reason where none answers', async () => {
    const [a, b] = [server('a'), server('b')];
    a.isDown = b.isDown = true;
    const both = pool({ members: [a.model, b.model], modelId: 'farm' });
    await expect(both.doGenerate(userCall('x'))).rejects.toThrow(
      'No member of "farm" answers. a: refused; b: refused.',
    );
    await expect(both.doGenerate(userCall('x'))).rejects.toThrow(
      /a: has failed before, .* 1 s; b:/,
    );
    expect([a.asked.length, b.asked.length]).toEqual([1, 1]);
  });

  it('asks nobody else where the request itself is at fault', async () => {
    const [a, b] = [server('a'), server('b')];
    const refused = new ApiCallError({
      ...{ message: 'the prompt is too long for this model', statusCode: 400, url: 'http://a' },
      ...{ requestBodyValues: {}, isRetryable: false },
    });
    const refusing = onDevice({ ...a.model, doGenerate: () => Promise.reject(refused) });
    const both = pool({ members: [refusing, b.model] });
    await expect(both.doGenerate(userCall('x'))).rejects.toBe(refused);
    expect(b.asked).toHaveLength(0);
    expect(poolMembersOf(both)!.map(({ out, restsMs }) => [out, restsMs])).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it('gives back the turn of a call that is aborted, waiting or served', async () => {
    const a = server('a', 20);
    const one = pool({ members: [a.model], concurrency: 1 });
    const controller = new AbortController();
    const waiting = { ...userCall('second'), abortSignal: controller.signal };
    const [first, second] = [one.doGenerate(userCall('first')), one.doGenerate(waiting)];
    controller.abort(new Error('no longer wanted'));
    await expect(second).rejects.toThrow('no longer wanted');
    await first;
    expect(textOf(await one.doGenerate(userCall('third')))).toBe('by a');
    expect(poolMembersOf(one)).toMatchObject([{ out: 0 }]);
  });

  it('is as private as its least private member, and takes no cloud and no pattern', () => {
    const [a, b] = [server('a').model, server('b').model];
    expect(placeOf(pool({ members: [a, b] }))).toBe('device');
    const away = placedAt(server('c').model, 'network', 'http://192.168.1.5:11434');
    expect(placeOf(pool({ members: [a, away] }))).toBe('network');
    expect(() => pool({ members: [a, inCloud(b)] })).toThrow('"b" is a model of a cloud');
    expect(() => pool({ members: [direct(a)] })).toThrow('is a pattern');
    expect(() => pool({ members: [] })).toThrow('members');
  });

  it.each(['whole', 'streamed'])(
    'says that a prompt has left where an answer alone tells it, %s, and from then on denies it',
    async way => {
      const modelId = 'gpt-oss:120b-cloud';
      const at = { models: [modelId], isLoaded: false, elsewhere: [modelId] };
      await using double = await startServerDouble('ollama', { ...at, elsewhereIn: ['answer'] });
      using journal = openJournal({ path: ':memory:' });
      const one = direct(pool({ members: [model(`ollama:${modelId}`, { endpoint: double.url })] }));
      const ask = async (mode?: 'local-only') =>
        run({ journal, ...(mode && { mode }) }, async () =>
          way === 'whole'
            ? one.doGenerate(userCall('SECRET'))
            : collectStream((await one.doStream(userCall('SECRET'))).stream),
        );
      const said = await ask();
      expect(JSON.stringify(said.warnings)).toContain('the prompt has left this machine');
      expect(summaryOf(said)).toMatchObject({ calls: { cloud: 1 }, egress: { calls: 1 } });
      expect(await journal.egress()).toHaveLength(1);
      await expect(ask('local-only')).rejects.toMatchObject({ code: 'egress_denied' });
      expect(double.requests.filter(({ text }) => text.includes('SECRET'))).toHaveLength(1);
    },
  );

  it('is allowed where all of its hosts are, and else names them', async () => {
    const hosts = ['192.168.1.5', '192.168.1.6'];
    const away = hosts.map(host => placedAt(server(host).model, 'network', `http://${host}:11434`));
    const both = direct(pool({ members: away }));
    const asked = (networkHosts: readonly string[]) =>
      run({ mode: 'local-only', networkHosts }, async () => both.doGenerate(userCall('x')));
    await expect(asked([hosts[0]!])).rejects.toThrow('192.168.1.5, 192.168.1.6');
    expect(summaryOf(await asked(hosts))!.place).toBe('network');
  });
});

describe('a pool of servers', () => {
  it('streams, holds the turn until the end, and goes on without one that is gone', async () => {
    await using up = await startWireDouble([{ text: 'Paris' }, { text: 'Rome' }, { text: 'Bern' }]);
    const members = [
      model('ollama:phi4-mini', { endpoint: 'http://127.0.0.1:9' }),
      model('ollama:phi4-mini', { endpoint: up.url }),
    ];
    const both = pool({ members, concurrency: 1 });
    const { stream } = await both.doStream(userCall('Capital of France?'));
    expect(poolMembersOf(both)![1]!.out).toBe(1);
    let text = '';
    for await (const part of stream as unknown as AsyncIterable<{ type: string; delta?: string }>)
      text += part.type === 'text-delta' ? part.delta : '';
    expect(text).toBe('Paris');
    await vi.waitFor(() => expect(poolMembersOf(both)![1]!.out).toBe(0));
    const answer = await direct(both).doGenerate(userCall('Capital of Italy?'));
    expect([textOf(answer), summaryOf(answer)!.place]).toEqual(['Rome', 'device']);
  });
});

function callAbout(document: string, question: string): Call {
  const file = {
    ...({ type: 'file', mediaType: 'text/plain' } as const),
    data: { type: 'text', text: document } as const,
  };
  return { prompt: [{ role: 'user', content: [file, { type: 'text', text: question }] }] };
}

function switches(asked: readonly Call[]): number {
  const documents = asked.map(({ prompt }) => JSON.stringify(prompt[0]?.content[0]));
  return documents.filter((document, at) => document !== documents[at - 1]).length;
}

import { describe, expect, it } from 'vitest';
import { userCall } from '../../index.ts';
import { logprobsOf, withLogprobs } from '../../model/leaf/logprobs.ts';
import { direct } from '../../model/pattern/direct.ts';
import type { Call } from '../../model/types.ts';
import { schemes } from '../../registry/schemes.ts';
import { collectStream } from '../../testing/double.ts';

type Body = Record<string, unknown> & { options: Record<string, unknown> };

interface Server {
  readonly show?: object;
  readonly running?: number;
  readonly chat?: (body: Body) => object | Response;
}

let servers = 0;

/** An Ollama in place of the network, each at an endpoint of its own. */
function ollamaAs({ show = {}, running, chat = () => ({}) }: Server, settings: object = {}) {
  const chats: Body[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const path = new URL(String(input)).pathname;
    if (path === '/api/show') return Response.json(show);
    if (path === '/api/ps')
      return Response.json({
        models: running ? [{ name: 'm:latest', context_length: running }] : [],
      });
    const body = JSON.parse(String(init?.body)) as Body;
    chats.push(body);
    const said = chat(body);
    if (said instanceof Response) return said;
    const message = { role: 'assistant', content: 'hello' };
    return Response.json({ message, done: true, done_reason: 'stop', eval_count: 4, ...said });
  };
  const endpoint = `http://127.0.0.1:${20_000 + servers++}`;
  const make = (name = 'm') =>
    schemes
      .find(each => each.name === 'ollama')!
      .create(name, { endpoint, env: {}, fetch, ...settings });
  return { make, chats, contexts: () => chats.map(({ options }) => options.num_ctx) };
}

const words = (count: number) => userCall('word '.repeat(count));
const trained = { model_info: { 'x.context_length': 32_768 } };

describe('the context of a session with an Ollama', () => {
  it('is one for prompts and limits of all lengths, until a prompt needs more', async () => {
    const { make, contexts } = ollamaAs({ show: trained });
    for (const [length, most] of [
      [5, 16],
      [5, 5000],
      [1000, 200_000],
      [5, 16],
      [6000, 10],
      [5, undefined],
    ] as const) {
      const call = { ...words(length), ...(most && { maxOutputTokens: most }) };
      await direct(make()).doGenerate(call);
    }
    expect(contexts()).toEqual([4096, 4096, 4096, 4096, 16_384, 16_384]);
  });

  it('begins with that which runs already, streamed too, and is apart for each model', async () => {
    const { make, contexts } = ollamaAs({ running: 12_000, show: trained });
    await make().doGenerate(words(5));
    await collectStream((await make().doStream(words(5))).stream);
    await make('other').doGenerate(words(5));
    expect(contexts()).toEqual([12_000, 12_000, 4096]);
  });

  it('is the same for calls of one moment', async () => {
    const { make, contexts } = ollamaAs({ show: trained });
    await Promise.all([words(5), words(6000), words(5)].map(call => make().doGenerate(call)));
    expect(new Set(contexts())).toEqual(new Set([16_384]));
  });

  it('goes by the script: thousands of Chinese characters are as many tokens', async () => {
    const { make, contexts } = ollamaAs({ show: trained });
    await make().doGenerate(userCall('第一條規定適用於所有人員。'.repeat(460)));
    expect(contexts()).toEqual([8192]);
  });

  it('grows where the server says that a prompt did not fit, at most to what it can', async () => {
    const chat = ({ options }: Body) =>
      Number(options.num_ctx) < 16_384
        ? Response.json({ error: 'the input length exceeds the context length' }, { status: 400 })
        : {};
    const { make, contexts } = ollamaAs({ show: trained, chat });
    await expect(Promise.resolve(direct(make()).doGenerate(words(5)))).rejects.toMatchObject({
      data: { failure: 'context_overflow' },
    });
    await make().doGenerate(words(5));
    expect(contexts()).toEqual([4096, 8192, 8192, 16_384]);
    const small = ollamaAs({ show: { model_info: { 'x.context_length': 8192 } } });
    await expect(Promise.resolve(small.make().doGenerate(words(9000)))).rejects.toMatchObject({
      data: { failure: 'context_overflow', contextTokens: 8192 },
    });
  });

  it('grows after an answer that filled it, and says so', async () => {
    const { make, contexts } = ollamaAs({ show: trained, chat: () => ({ done_reason: 'length' }) });
    const { warnings } = await make().doGenerate({ ...words(5), maxOutputTokens: 9000 });
    expect(JSON.stringify(warnings)).toContain('context of 4096 tokens was full');
    // Cut by its own limit.
    expect((await make().doGenerate({ ...words(5), maxOutputTokens: 4 })).warnings).toEqual([]);
    await make().doGenerate({ ...words(5), maxOutputTokens: 4 });
    expect(contexts()).toEqual([4096, 8192, 8192]);
  });

  it('stays where the limit of the model’s own file cut an answer, which is said', async () => {
    const chat = () => ({ done_reason: 'length', eval_count: 128, prompt_eval_count: 12 });
    const { make, contexts } = ollamaAs({ show: trained, chat });
    const { warnings } = await make().doGenerate(words(5));
    expect(JSON.stringify(warnings)).toContain("the model's own limit, after 128 tokens");
    await make().doGenerate(words(5));
    expect(contexts()).toEqual([4096, 4096]);
  });

  it('is what is set, whatever is asked', async () => {
    for (const settings of [{ contextTokens: 2048 }, { options: { num_ctx: 2048 } }]) {
      const { make, contexts } = ollamaAs({ running: 9000 }, settings);
      await make().doGenerate({ ...words(5), maxOutputTokens: 5000 });
      expect(contexts()).toEqual([2048]);
    }
  });
});

describe('thinking of a model of Ollama', () => {
  const thinks = { capabilities: ['completion', 'thinking'] };
  const plain = { capabilities: ['completion'] };
  const thinkIn = async (show: object, call: Partial<Call>, settings = {}, name = 'm') => {
    const { make, chats } = ollamaAs({ show }, settings);
    const { warnings } = await make(name).doGenerate({ ...words(1), ...call });
    return [chats[0]!.think, warnings.length];
  };

  it.each([
    ['none', false],
    ['low', true],
    ['high', true],
    ['provider-default', undefined],
  ] as const)('is %s: think is %s', async (reasoning, think) => {
    expect(await thinkIn(thinks, { reasoning })).toEqual([think, 0]);
  });

  it('has levels where the model knows them, and cannot be turned off there', async () => {
    expect(await thinkIn(thinks, { reasoning: 'low' }, {}, 'gpt-oss:20b')).toEqual(['low', 0]);
    expect(await thinkIn(thinks, { reasoning: 'xhigh' }, {}, 'gpt-oss:20b')).toEqual(['high', 0]);
    expect(await thinkIn(thinks, { reasoning: 'none' }, {}, 'gpt-oss:20b')).toEqual(['low', 1]);
  });

  it('is not asked of a model that does not think, which is said', async () => {
    expect(await thinkIn(plain, { reasoning: 'high' })).toEqual([undefined, 1]);
    expect(await thinkIn(plain, { reasoning: 'none' })).toEqual([undefined, 0]);
    expect(await thinkIn(plain, {}, { think: true })).toEqual([undefined, 1]);
    expect(await thinkIn({}, { reasoning: 'high' })).toEqual([undefined, 1]);
  });

  it('is set for all calls, and by each call', async () => {
    expect(await thinkIn(thinks, {}, { think: false })).toEqual([false, 0]);
    const own = { providerOptions: { ollama: { think: true } } };
    expect(await thinkIn(thinks, own, { think: false })).toEqual([true, 0]);
    expect(await thinkIn({}, { providerOptions: { ollama: { think: false } } })).toEqual([
      false,
      0,
    ]);
  });
});

describe('what Ollama is told and asked beside', () => {
  it('keeps a model loaded, and takes its own options, as they are set', async () => {
    const settings = { keepAlive: '10m', options: { num_gpu: 0, mirostat: 2 } };
    const { make, chats } = ollamaAs({}, settings);
    await make().doGenerate(words(1));
    const providerOptions = { ollama: { keepAlive: -1, options: { mirostat: 1 } } };
    await make().doGenerate({ ...words(1), providerOptions });
    expect(chats[0]).toMatchObject({ keep_alive: '10m', options: { num_gpu: 0, mirostat: 2 } });
    expect(chats[1]).toMatchObject({ keep_alive: -1, options: { num_gpu: 0, mirostat: 1 } });
    expect(chats[1]).not.toHaveProperty('keepAlive');
    expect(() => ollamaAs({}, { think: 'much' }).make()).toThrow('Give true, false, low');
  });

  it('gives the likeliest tokens at each place', async () => {
    const top_logprobs = ['hello', 'hi', 'hey'].map(token => ({ token, logprob: -1 }));
    const chat = () => ({ logprobs: [{ token: 'hello', logprob: -0.1, top_logprobs }] });
    const { make, chats } = ollamaAs({ chat });
    const call = withLogprobs(words(1), 2);
    const whole = await make().doGenerate(call);
    const streamed = await collectStream((await make().doStream(call)).stream);
    for (const answer of [whole, streamed])
      expect(logprobsOf(answer)?.[0]?.top?.map(({ token }) => token)).toEqual(['hello', 'hi']);
    expect(chats[0]).toMatchObject({ logprobs: true, top_logprobs: 2 });
  });

  it('warns once of a model without a chat template', async () => {
    const template = '{{ .Prompt }}';
    const warningsOf = async (show: object) => {
      const asked = ollamaAs({ show }).make();
      const first = await direct(asked).doGenerate(words(1));
      const second = await direct(asked).doGenerate(words(1));
      return [first, second].map(({ warnings }) => warnings.length);
    };
    expect(await warningsOf({ template, capabilities: ['completion'] })).toEqual([1, 0]);
    expect(await warningsOf({ template, renderer: 'qwen3-coder' })).toEqual([0, 0]);
    expect(await warningsOf({ template: '<user>{{ .Prompt }}</user>' })).toEqual([0, 0]);
  });
});

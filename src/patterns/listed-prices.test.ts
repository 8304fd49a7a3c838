import { wrapLanguageModel } from 'ai';
import { describe, expect, it } from 'vitest';
import { openaiCompatible, priceOf } from '../entries/backends.ts';
import { cascade, direct, limit, model, type RunOptions, run, summaryOf } from '../index.ts';
import { userCall } from '../model/answer.ts';
import { unmetNeed } from '../model/pattern/unmet-need.ts';
import type { LanguageModel } from '../model/types.ts';
import { collectStream, doubleOf } from '../testing/double.ts';
import { startWireDouble } from '../testing/wire/wire-double.ts';

// What is sent to the vendor arrives at a double.
const sentTo = (url: string) => async (_vendor: string | URL | Request, init?: RequestInit) =>
  fetch(`${url}/v1/chat/completions`, init);

const refused = () => doubleOf({ modelId: 'local' }, () => ({ text: '' }));

async function costOfAnswer(asked: LanguageModel, options: RunOptions = {}) {
  const call = userCall('What is the capital of France?');
  const whole = await run(options, async () => asked.doGenerate(call));
  const parts = await run(options, async () => asked.doStream(call));
  await collectStream(parts.stream);
  return summaryOf(whole)?.costUsd;
}

const failing = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('listed prices of models behind patterns', () => {
  it('price a model by its host, also where it is limited, wrapped, or in a cascade', async () => {
    await using double = await startWireDouble();
    const at = (host: string) =>
      openaiCompatible({
        model: 'deepseek-chat',
        endpoint: `https://${host}/v1`,
        apiKey: 'k',
        fetch: sentTo(double.url),
      });
    const cloud = at('api.deepseek.com');
    const cost = await costOfAnswer(direct(cloud));
    expect(cost).toBeGreaterThan(0);
    const middleware = { specificationVersion: 'v4' as const };
    const wrapped = wrapLanguageModel({ model: cloud, middleware });
    expect(await costOfAnswer(direct(limit(cloud, { concurrency: 1 })))).toBe(cost);
    expect(await costOfAnswer(direct(wrapped))).toBe(cost);
    expect(await costOfAnswer(cascade({ local: refused(), cloud }))).toBe(cost);
    expect(await costOfAnswer(direct(at('llm.example.com')))).toBe('unknown');
    const prices = { 'deepseek-chat': { input: 0, output: 0 } };
    expect(await costOfAnswer(direct(at('llm.example.com')), { prices })).toBe(0);
  });

  it('refuse a budget in money for an unlisted cloud, and say what to write', async () => {
    await using double = await startWireDouble();
    const endpoint = `${double.url}/v1`;
    const unlisted = openaiCompatible({ model: 'gpt-4.1', endpoint, place: 'cloud' });
    for (const asked of [direct(unlisted), cascade({ local: refused(), cloud: unlisted })]) {
      const work = run({ budgetUsd: 1 }, async () => asked.doGenerate(userCall('x')));
      expect(String(await failing(work))).toContain(
        '{ "openai-compatible:gpt-4.1": { input: 2, output: 8 } }',
      );
    }
    expect(double.requests).toHaveLength(0);
    const listed = model('openai:gpt-4.1', { endpoint, apiKey: 'k', env: {} });
    await run({ budgetUsd: 1 }, async () => direct(listed).doGenerate(userCall('x')));
    expect(double.requests).toHaveLength(1);
  });

  it('cost nothing on this device, whatever the name', async () => {
    await using double = await startWireDouble();
    const local = openaiCompatible({ model: 'gpt-4.1', endpoint: `${double.url}/v1` });
    expect(priceOf(local)).toBeUndefined();
    expect(await costOfAnswer(direct(local), { localPrice: 0 })).toBe(0);
  });
});

describe('a listed context window in patterns', () => {
  it('keeps a call from a model only where it surely does not fit', async () => {
    const listed = model('openai:gpt-4', { apiKey: 'k', env: {} });
    const need = (characters: number) =>
      unmetNeed(listed, userCall('word '.repeat(characters / 5)));
    expect(await need(8192 * 4)).toBeUndefined();
    expect(await need(8192 * 7)).toBeUndefined();
    expect(await need(8192 * 8 + 500)).toContain('do not fit openai:gpt-4, which reads 8192');
  });
});

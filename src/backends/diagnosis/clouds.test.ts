import { describe, expect, it } from 'vitest';
import { schemes } from '../../entries/config.ts';
import { textOf, userCall } from '../../model/answer.ts';
import { failureOf } from '../../model/leaf/failure.ts';
import { logprobsOf, withLogprobs } from '../../model/leaf/logprobs.ts';
import { capabilitiesOf } from '../../model/leaf/model/capabilities.ts';
import { placeOf } from '../../model/leaf/model/place.ts';
import { direct } from '../../model/pattern/direct.ts';
import { collectStream } from '../../testing/double.ts';
import { type ServerDoubleOptions, startServerDouble } from '../../testing/wire/wire-servers.ts';

const clouds = {
  openai: (url: string, key: string) => ({
    env: { OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: key },
  }),
  azure: (url: string, key: string) => ({
    env: { AZURE_AI_FOUNDRY_ENDPOINT: url, AZURE_AI_API_KEY: key },
  }),
} as const;

describe.each(['openai', 'azure'] as const)('%s: over the wire', kind => {
  const over = async <T>(
    options: ServerDoubleOptions & { readonly given?: string; readonly settings?: object },
    use: (model: ReturnType<(typeof schemes)[number]['create']>) => Promise<T>,
  ) => {
    await using double = await startServerDouble(kind, { models: ['gpt-4.1'], ...options });
    const settings = { ...clouds[kind](double.url, options.given ?? 'key-1'), ...options.settings };
    return await use(schemes.find(({ name }) => name === kind)!.create('gpt-4.1', settings));
  };
  const failing = (options: Parameters<typeof over>[0]) =>
    over(options, async model => {
      const error = await Promise.resolve(direct(model).doGenerate(userCall('x'))).catch(
        (thrown: unknown) => thrown,
      );
      return [failureOf(error), (error as Error).message] as const;
    });

  it('answers, streams, weighs and calls tools, as a cloud', () =>
    over({}, async model => {
      expect([placeOf(model), model.modelId]).toEqual(['cloud', `${kind}:gpt-4.1`]);
      const call = withLogprobs(userCall('x'));
      expect(logprobsOf(await model.doGenerate(call))).toHaveLength(4);
      const streamed = await collectStream((await model.doStream(call)).stream);
      expect([textOf(streamed), logprobsOf(streamed)?.length]).toEqual(['hello from the wire', 4]);
      const tools = [
        { type: 'function' as const, name: 'f', inputSchema: { type: 'object' as const } },
      ];
      expect((await model.doGenerate(userCall('x', { tools }))).content).toMatchObject([
        { type: 'tool-call' },
      ]);
    }));

  it('tells a wrong key, a model that is not there and a refusal apart', async () => {
    expect(await failing({ given: 'another' })).toEqual([
      'auth',
      expect.stringContaining('Check the key'),
    ]);
    expect(await failing({ models: ['other'] })).toEqual([
      'unknown_model',
      expect.stringContaining('model name'),
    ]);
    expect(await failing({ filters: true })).toEqual([
      'content_refused',
      expect.stringContaining('no other model'),
    ]);
  });

  it('speaks to reasoning models as they want, also where log-probabilities are asked for', () =>
    over({ isReasoning: true, settings: { reasoning: true } }, async model => {
      const call = withLogprobs(userCall('x', { temperature: 0.5, maxOutputTokens: 50 }));
      expect(textOf(await model.doGenerate(call))).toBe('hello from the wire');
      expect(capabilitiesOf(model).logprobs).toBe(false);
    }));
});

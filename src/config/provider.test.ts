import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProviderRegistry, embedMany, generateText, streamText } from 'ai';
import { describe, expect, it } from 'vitest';
import {
  type Config,
  createTandem,
  loadTandem,
  run,
  summaryOf,
  TandemError,
  textOf,
} from '../index.ts';
import { userCall } from '../model/answer.ts';
import { collectStream } from '../testing/double.ts';
import { scriptedModel } from '../testing/scripted-model.ts';
import { startWireDouble } from '../testing/wire/wire-double.ts';

const env = {};
const both = (more: Partial<Config> = {}): Config => ({
  models: {
    local: scriptedModel(Array(9).fill('28 days'), { modelId: 'small' }),
    cloud: scriptedModel(Array(9).fill('from the cloud'), { modelId: 'gpt-4.1', place: 'cloud' }),
  },
  patterns: {
    support: { pattern: 'cascade', gate: 'agreement', samples: 2 },
    cloudOnly: { pattern: 'cascade', local: 'cloud' },
  },
  ...more,
});

describe('a configuration as a provider', () => {
  it('names patterns as applications name models, alone and in a registry', async () => {
    const tandem = createTandem(both(), { env });
    const { text, providerMetadata } = await generateText({
      model: tandem('support'),
      prompt: 'Leave?',
    });
    expect([text, providerMetadata?.tandem?.answeredBy]).toEqual(['28 days', 'small']);
    const registry = createProviderRegistry({ tandem });
    const streamed = streamText({
      model: registry.languageModel('tandem:support'),
      prompt: 'Leave?',
    });
    expect(await streamed.text).toBe('28 days');
    expect(tandem('support')).toBe(tandem.languageModel('support'));
  });

  it('also gives its models, with the same summary', async () => {
    const answer = await createTandem(both(), { env })('cloud').doGenerate(userCall('x'));
    expect([textOf(answer), summaryOf(answer)?.place]).toEqual(['from the cloud', 'cloud']);
  });

  it('holds every call to the configuration’s privacy, budget and prices', async () => {
    const closed = createTandem(both({ privacy: { mode: 'local-only' } }), { env });
    await expect(Promise.resolve(closed('cloud').doGenerate(userCall('x')))).rejects.toThrow(
      'local-only',
    );
    const poor = createTandem(both({ budget: { perCall: { tokens: 3 } } }), { env });
    await expect(Promise.resolve(poor('cloud').doGenerate(userCall('x')))).rejects.toMatchObject({
      code: 'budget_exceeded',
    });
    const priced = createTandem(both({ prices: { 'gpt-4.1': { input: 1e6, output: 0 } } }), {
      env,
    });
    expect(summaryOf(await priced('cloud').doGenerate(userCall('x')))?.costUsd).toBeGreaterThan(
      0.9,
    );
    const streamed = await closed('cloud')
      .doStream(userCall('x'))
      .then(
        async ({ stream }) => collectStream(stream).catch((error: unknown) => error),
        (error: unknown) => error,
      );
    expect(TandemError.isInstance(streamed)).toBe(true);
  });

  it('is part of the run that it is called in, whose limits hold', async () => {
    const tandem = createTandem(both(), { env });
    const asked = run({ mode: 'local-only' }, async () =>
      tandem('cloud').doGenerate(userCall('x')),
    );
    await expect(asked).rejects.toThrow('local-only');
    const closed = createTandem(both({ privacy: { mode: 'local-only' } }), { env });
    await expect(run({}, async () => closed('cloud').doGenerate(userCall('x')))).rejects.toThrow(
      'local-only',
    );
  });

  it('refuses a name that it has not, with the nearest', () => {
    const tandem = createTandem(both(), { env });
    expect(() => tandem('suport')).toThrow('Did you mean "support"?');
    expect(() => tandem.embeddingModel('x')).toThrow('no embedding model "x"');
  });

  it('takes models of another provider of the AI SDK, as a cloud', async () => {
    const other = scriptedModel(['yes'], { modelId: 'other-1', place: 'cloud' });
    const providers = { other: { languageModel: () => other } };
    const tandem = createTandem({ providers, models: { cloud: 'other:1' } }, { env });
    expect(textOf(await tandem('cloud').doGenerate(userCall('x')))).toBe('yes');
    expect(() => createTandem({ providers, models: { cloud: 'oter:1' } }, { env })).toThrow(
      'Did you mean `other:MODEL`?',
    );
  });

  it('is read from a file, and variables take the place of its roles', async () => {
    await using local = await startWireDouble([{ text: 'by the file' }]);
    await using other = await startWireDouble([{ text: 'by the variables' }]);
    const folder = mkdtempSync(join(tmpdir(), 'tandem-provider-'));
    const yaml = `models:\n  local:\n    spec: ollama:phi4-mini\n    endpoint: $\{LOCAL}\n`;
    writeFileSync(join(folder, 'tandem.config.yaml'), yaml);
    const ask = async (more: object) => {
      const tandem = await loadTandem({ folder, env: { LOCAL: local.url, ...more } });
      return textOf(await tandem('local').doGenerate(userCall('x')));
    };
    const lmstudio = {
      SLM_BACKEND: 'lmstudio',
      LMSTUDIO_SLM_MODEL: 'm',
      LMSTUDIO_ENDPOINT: other.url,
    };
    expect([await ask({}), await ask(lmstudio)]).toEqual(['by the file', 'by the variables']);
  });
});

describe('the embedding models of a configuration', () => {
  const serving = async (vectors: readonly (readonly number[])[]) =>
    startWireDouble([{}], () => ({
      json: {
        data: vectors.map((embedding, index) => ({ index, embedding })),
        usage: { prompt_tokens: 7 },
      },
    }));
  const of = (url: string, more: Partial<Config> = {}, place?: 'cloud') =>
    createTandem(
      both({
        gateway: {
          embeddings: { small: { model: 'nomic', endpoint: `${url}/v1`, ...(place && { place }) } },
        },
        ...more,
      }),
      { env },
    );

  it('embed texts as those of any provider do', async () => {
    await using server = await serving([
      [1, 0],
      [0, 1],
    ]);
    const model = of(server.url).embeddingModel('small');
    const { embeddings, usage } = await embedMany({ model, values: ['a', 'b'] });
    expect([embeddings, usage.tokens]).toEqual([
      [
        [1, 0],
        [0, 1],
      ],
      7,
    ]);
    expect(server.requests.at(-1)!.body).toMatchObject({ model: 'nomic', input: ['a', 'b'] });
  });

  it('hold to the mode and to masks', async () => {
    await using server = await serving([[1]]);
    const asked = (more: Partial<Config>) =>
      of(server.url, more, 'cloud')
        .embeddingModel('small')
        .doEmbed({ values: ['a'] });
    await expect(asked({ privacy: { mode: 'local-only' } })).rejects.toThrow('local-only');
    await expect(asked({ privacy: { mask: true } })).rejects.toThrow('embeddings of masked texts');
    expect(server.requests).toEqual([]);
  });

  it('are refused by name with the nearest', () => {
    const tandem = of('http://127.0.0.1:9');
    expect(() => tandem.embeddingModel('smal')).toThrow('Did you mean "small"?');
  });
});

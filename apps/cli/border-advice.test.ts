import { describe, expect, it } from 'vitest';
import { embedderOf, model } from '../../src/index.ts';
import { borderAdvice, routerAdvice } from './border-advice.ts';

const foreign = {
  ...{ specificationVersion: 'v4' as const, provider: 'acme.chat', modelId: 'big' },
  supportedUrls: {},
  doGenerate: () => Promise.reject(new Error('not asked')),
  doStream: () => Promise.reject(new Error('not asked')),
};
const embedding = {
  ...{ specificationVersion: 'v4' as const, provider: 'acme.embed', modelId: 'vectors' },
  ...{ maxEmbeddingsPerCall: 8, supportsParallelCalls: false },
  doEmbed: () => Promise.reject(new Error('not asked')),
};
const said = (config: Parameters<typeof borderAdvice>[0]) =>
  borderAdvice(config)
    .map(({ what }) => what)
    .join('\n');

describe('what doctor says of the border', () => {
  it('names models, providers and embedders whose bytes are not seen', () => {
    const text = said({
      models: { cloud: foreign, local: model('ollama:phi4-mini') },
      providers: { acme: { languageModel: () => foreign } },
      patterns: { desk: { pattern: 'minions', embedder: embedderOf(embedding) } },
    });
    expect(text).toContain('bytes that the model "cloud" sends are not seen');
    expect(text).toContain('each model of the provider "acme"');
    expect(text).toContain('the embedder of "desk"');
    expect(text).not.toContain('"local"');
  });

  it('says that nothing looks for names, where masking is on and nothing does', () => {
    expect(said({ privacy: { mask: true } })).toMatch(/^Nothing looks for names/);
    expect(said({ privacy: { mask: true, finders: ['names'] } })).toBe('');
    expect(said({ privacy: { mask: true, words: ['Contoso'] } })).toBe('');
    expect(said({})).toBe('');
  });

  it('has nothing to say of specs and of embedders by address', () => {
    const embedder = { model: 'nomic', endpoint: 'http://127.0.0.1:11434/v1' };
    const models = { cloud: 'openai:gpt-4.1' };
    expect(said({ models, patterns: { desk: { pattern: 'minions', embedder } } })).toBe('');
  });
});

describe('a router without weights of its own', () => {
  it('is told to guess, and one with weights or another scorer is not', () => {
    const patterns = {
      desk: { pattern: 'router' },
      own: { pattern: 'router', weights: 'router.json' },
      hand: { pattern: 'router', scorer: 'hand' },
      support: { pattern: 'cascade' },
    };
    const said = routerAdvice({ patterns });
    expect(said).toHaveLength(1);
    expect(said[0]!.what).toContain('"desk" decides by a guess of complexity, not of your models');
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { capabilitiesOf, openaiCompatible } from '../../../entries/backends.ts';
import { model } from '../../../index.ts';
import { scriptedModel } from '../../../testing/scripted-model.ts';
import { catalogueState, listingNamed } from './catalogue.ts';
import { readRow } from './catalogue-row.ts';
import { costOf, priceOf } from './prices.ts';

const file = new URL('catalogue.json', import.meta.url);
const gpt41 = { input: 2, cachedInput: 0.5, output: 8 };
const at = (host: string, name: string) =>
  openaiCompatible({ model: name, endpoint: `https://${host}/v1`, apiKey: 'k' });
const azure = (name: string) =>
  model(`azure:${name}`, { endpoint: 'https://proxy.example.com', apiKey: 'k', env: {} });
const openai = (name: string) => model(`openai:${name}`, { apiKey: 'k', env: {} });

describe('the catalogue', () => {
  it('stays small, names its source and its day, and has a sane price for every model', () => {
    const text = readFileSync(file, 'utf8');
    expect(text.length).toBeLessThan(120_000);
    const { source, asOf, models } = JSON.parse(text);
    expect(source).toMatch(/^@pydantic\/genai-prices \d/);
    expect(asOf).toMatch(/^\d{4}-\d\d-\d\d$/);
    for (const row of Object.values(models as Record<string, string[]>).flat()) {
      const { names, price, contextTokens = 1000 } = readRow(row);
      const { input, output, cachedInput = 0 } = price;
      expect(names[0]).toMatch(/^\S+$/);
      for (const rate of [input, output, cachedInput]) expect(rate).toBeGreaterThanOrEqual(0);
      expect(output + input).toBeLessThan(1000);
      expect(contextTokens).toBeGreaterThanOrEqual(512);
    }
  });

  it('is old after 90 days', () => {
    const { asOf } = catalogueState();
    const day = (days: number) => Date.parse(asOf) + days * 86_400_000;
    expect(catalogueState(day(90))).toMatchObject({ ageDays: 90, isOld: false });
    expect(catalogueState(day(91))).toMatchObject({ ageDays: 91, isOld: true });
  });

  it('finds a model by its scheme, whatever its host is', () => {
    expect(priceOf(azure('gpt-4.1'))).toMatchObject(gpt41);
    expect(priceOf(openai('gpt-4.1-mini-2025-04-14'))).toMatchObject({ input: 0.4, output: 1.6 });
    expect(priceOf(azure('GPT-4.1'))).toMatchObject(gpt41);
    expect(priceOf(azure('Phi-4'))).toMatchObject({ input: 0.07, output: 0.14 });
  });

  it.each([
    ['api.openai.com', 'gpt-4.1'],
    ['me.openai.azure.com', 'gpt-4.1'],
    ['me.services.ai.azure.com', 'o3-mini'],
    ['api.deepseek.com', 'deepseek-chat'],
    ['api.mistral.ai', 'mistral-large-latest'],
    ['api.groq.com', 'llama-3.1-8b-instant'],
    ['api.together.xyz', 'meta-llama/Llama-3.3-70B-Instruct-Turbo'],
    ['api.fireworks.ai', 'accounts/fireworks/models/gpt-oss-120b'],
    ['api.anthropic.com', 'claude-sonnet-4-5-20250929'],
    ['generativelanguage.googleapis.com', 'gemini-2.5-flash'],
    ['api.x.ai', 'grok-4'],
  ])('finds a model by its host: %s, %s', (host, name) => {
    expect(priceOf(at(host, name))).toMatchObject({ input: expect.any(Number) });
  });

  it.each([
    ['llm.example.com', 'gpt-4.1'],
    ['llm.example.com', 'deepseek-chat'],
    ['api.openai.com.example.com', 'gpt-4.1'],
    ['api.deepseek.com', 'gpt-4.1'],
    ['api.openai.com', 'gpt-4.1-turbo'],
    ['api.openai.com', 'gpt-4.1-'],
    ['api.openai.com', 'my-gpt-4.1'],
    ['api.anthropic.com', 'claude-sonnet-4-5-ultra'],
    ['api.anthropic.com', 'claude-opus-4-99'],
    ['me.openai.azure.com', 'o4-mini-of-ours'],
  ])('guesses nothing from a similar name or another host: %s, %s', (host, name) => {
    expect(priceOf(at(host, name))).toBeUndefined();
  });

  it('knows models of the AI SDK by their provider, and bare names of one vendor', () => {
    const of = (provider: string, modelId: string) => {
      const { doGenerate, doStream } = scriptedModel([]);
      const base = { specificationVersion: 'v4' as const, supportedUrls: {} };
      return priceOf({ ...base, provider, modelId, doGenerate, doStream });
    };
    expect(of('openai.responses', 'gpt-4.1')).toMatchObject(gpt41);
    expect(of('azure.chat', 'gpt-4.1')).toMatchObject(gpt41);
    expect(of('groq.chat', 'llama-3.1-8b-instant')).toBeDefined();
    expect(of('mine', 'llama-3.1-8b-instant')).toBeUndefined();
    expect(priceOf('gpt-4.1')).toMatchObject(gpt41);
    expect(priceOf(model('none:gpt-4.1'))).toMatchObject(gpt41);
    expect(priceOf('openai-compatible:gpt-4.1')).toBeUndefined();
    expect(priceOf('ollama:gpt-oss:20b')).toBeUndefined();
  });

  it('gives way to what the configuration sets, by whole id and by name', () => {
    const own = { input: 1, output: 1 };
    expect(priceOf(azure('gpt-4.1'), { 'azure:gpt-4.1': own })).toBe(own);
    expect(priceOf(azure('gpt-4.1'), { 'gpt-4.1': own })).toBe(own);
    expect(priceOf(at('llm.example.com', 'x'), { x: own })).toBe(own);
  });

  it('prices a long input as a whole at the rate of long ones', () => {
    const { price } = listingNamed('openai:gpt-5.4')!;
    const { above, input, output } = price.long!;
    const cost = (tokens: number) => costOf({ input: tokens, cachedInput: 0, output: 10 }, price);
    expect(cost(above)).toBeCloseTo((above * price.input + 10 * price.output) / 1e6, 9);
    expect(cost(above + 1)).toBeCloseTo(((above + 1) * input + 10 * output) / 1e6, 9);
  });
});

describe('a listed context window', () => {
  it('stands for the cloud model whose server does not say, unless one is set', () => {
    expect(capabilitiesOf(azure('gpt-4.1'))).toMatchObject({
      contextTokens: 1_000_000,
      isContextListed: true,
    });
    const set = model('openai:gpt-4.1', { apiKey: 'k', contextTokens: 9000, env: {} });
    expect(capabilitiesOf(set)).toEqual({ contextTokens: 9000 });
    expect(capabilitiesOf(at('llm.example.com', 'gpt-4.1')).contextTokens).toBeUndefined();
    const here = openaiCompatible({ model: 'gpt-4.1', endpoint: 'http://127.0.0.1:9/v1' });
    expect(capabilitiesOf(here).contextTokens).toBeUndefined();
  });
});

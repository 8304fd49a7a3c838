import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  configJsonSchema,
  loadConfig,
  patternByName,
  resolveConfig,
  runOptionsOf,
  schemes,
} from '../entries/config.ts';
import type { ModelFactory } from '../index.ts';
import { scriptedModel } from '../testing/scripted-model.ts';
import type { AnyConfig } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-config-'));
const write = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return loadConfig({ folder, file: name });
};
const factory: ModelFactory = spec => scriptedModel([], { modelId: spec });
const resolved = (config: AnyConfig) => resolveConfig(config, { model: factory, patternByName });

describe('a configuration', () => {
  it('is read from JSON and from TypeScript, and is empty where there is none', async () => {
    expect(await loadConfig({ folder })).toEqual({});
    expect(await write('a.json', '{"models": {"local": "ollama:phi4-mini"}}')).toEqual({
      models: { local: 'ollama:phi4-mini' },
    });
    expect(
      await write('b.config.ts', "export default { models: { local: 'ollama:x' } as const };\n"),
    ).toEqual({
      models: { local: 'ollama:x' },
    });
  });

  it('is read from YAML, with variables of the environment in its strings', async () => {
    const text = `
models:
  local: ollama:\${SMALL}
  cloud: { spec: azure:gpt-4.1, endpoint: '\${PLACE:-https://x.example}' }
prices:
  gpt-4.1: { input: 2, output: 8 }
privacy: { words: ['$\${kept}'] }
`;
    writeFileSync(join(folder, 'c.yaml'), text);
    expect(await loadConfig({ folder, file: 'c.yaml', env: { SMALL: 'phi4-mini' } })).toEqual({
      models: {
        local: 'ollama:phi4-mini',
        cloud: { spec: 'azure:gpt-4.1', endpoint: 'https://x.example' },
      },
      prices: { 'gpt-4.1': { input: 2, output: 8 } },
      privacy: { words: [`$\{kept}`] },
    });
    const missing = loadConfig({ folder, file: 'c.yaml', env: { SMALLL: 'x' } });
    await expect(missing).rejects.toThrow(
      `needs the variable SMALL at "models.local". Did you mean $\{SMALLL}?`,
    );
  });

  it('takes every limit, and its JSON Schema accepts what it accepts', async () => {
    const whole: AnyConfig = {
      $schema: './x.json',
      models: {
        local: 'ollama:a',
        cloud: { spec: 'azure:b', endpoint: 'https://x', reasoning: true },
      },
      patterns: {
        support: { pattern: 'cascade', gate: 'agreement' },
        desk: { pattern: 'router', unsure: 'support' },
      },
      localPrice: { watts: 65, usdPerKwh: 0.3 },
      budget: {
        usd: 1,
        perCall: { tokens: 100 },
        perDay: { usd: 5 },
        perModel: { 'azure:b': { usd: 0.5 } },
      },
      timeouts: { connectMs: 1, answerMs: 2, firstTokenMs: 3, idleMs: 4, runMs: 5 },
      retry: { tries: 2 },
      breaker: { failures: 3 },
      privacy: { mode: 'local-preferred', mask: true },
    };
    expect(await write('whole.json', JSON.stringify(whole))).toEqual(whole);
    const schema = z.fromJSONSchema(configJsonSchema({ patternByName, schemes }) as never);
    expect(schema.safeParse(whole).success).toBe(true);
    expect(schema.safeParse({ ...whole, modles: {} }).success).toBe(false);
    expect(
      schema.safeParse({ patterns: { support: { pattern: 'cascade', gate: 'none' } } }).success,
    ).toBe(false);
    const options = runOptionsOf({ ...whole, budgetUsd: 0.2 }, () => ({ find: () => [] }));
    expect(options).toMatchObject({
      budget: { usd: 0.2, perDay: { usd: 5 } },
      deadlineMs: 5,
      idleMs: 4,
      retry: { tries: 2 },
    });
  });

  it('makes named models and patterns that name each other', () => {
    const config: AnyConfig = {
      models: {
        local: 'ollama:a',
        cloud: { spec: 'azure:b', endpoint: 'https://x' },
        other: 'ollama:c',
      },
      patterns: {
        support: { pattern: 'cascade', gate: 'agreement', samples: 2 },
        desk: { pattern: 'router', unsure: 'support', local: 'other' },
        files: { pattern: 'chain', cloud: 'openai:d' },
      },
    };
    const { find, list } = resolved(config);
    expect(find('desk').modelId).toBe('router(ollama:c, azure:b, cascade(ollama:a, azure:b))');
    expect(find('files').modelId).toBe('chain(ollama:a, openai:d)');
    expect(find('support')).toBe(find('support'));
    expect(list().map(({ name, kind, place }) => [name, kind, place])).toEqual([
      ['local', 'model', 'device'],
      ['cloud', 'model', 'device'],
      ['other', 'model', 'device'],
      ['support', 'pattern', 'both'],
      ['desk', 'pattern', 'both'],
      ['files', 'pattern', 'both'],
    ]);
  });

  it('lets several models share a role of a pattern', () => {
    const patterns = {
      steps: {
        pattern: 'maker',
        moreSolvers: ['second', 'c:c'],
        wordings: 2,
        temperatures: [0, 1],
      },
    };
    const config = { models: { local: 'a:a', cloud: 'b:b', second: 'a:b' }, patterns };
    expect(resolved(config).find('steps').modelId).toBe('maker(b:b, a:a, a:b, c:c)');
    const schema = z.fromJSONSchema(configJsonSchema({ patternByName, schemes }) as never);
    expect(schema.safeParse(config).success).toBe(true);
  });

  it('tries one pattern in the shadow of another', () => {
    const patterns = {
      now: { pattern: 'cascade' },
      next: { pattern: 'router' },
      trial: { pattern: 'shadow', shown: 'now', hidden: 'next' },
    };
    const { find } = resolved({ models: { local: 'a:a', cloud: 'b:b' }, patterns });
    expect(find('trial').modelId).toBe(
      'shadow(cascade(a:a, b:b), router(a:a, b:b, cascade(a:a, b:b)))',
    );
  });

  it('takes model objects from TypeScript', () => {
    const own = scriptedModel([], { modelId: 'own' });
    expect(resolved({ models: { local: own } }).find('local')).toBe(own);
  });

  it('lets roles of a caller go before its own', () => {
    const local = scriptedModel([], { modelId: 'flag' });
    const { pattern } = resolved({ models: { local: 'a:a', cloud: 'b:b' } });
    expect(pattern('cascade', { local }).modelId).toBe('cascade(flag, b:b)');
  });
});

describe('TRAP 24: a mistake in a configuration names key and nearest one before any start', () => {
  it.each([
    ['{"modles": {}}', 'has the unknown key "modles". Did you mean "models"?'],
    ['{"prices": {"m": {"inptu": 1, "output": 2}}}', '"inptu". Did you mean "input"?'],
    ['{"privacy": {"mod": "local-only"}}', '"mod". Did you mean "mode"?'],
    ['{"privacy": {"mode": "secret"}}', '`privacy.mode` must be one of'],
    ['{"journal": {"kep": true}}', '"kep". Did you mean "keep"?'],
    ['{"models": {"local": 7}}', '`models.local` must be a model, or a text that is not empty'],
    [
      '{"prices": {"m": {"input": -1, "output": 2}}}',
      '`prices.m.input` must be a number of at least 0, got -1',
    ],
    [
      '{"budget": {"perCall": {"tokns": 1}}}',
      'budget → perCall has the unknown key "tokns". Did you mean "tokens"?',
    ],
    ['{"budget": {"perModel": {"m": {"usdd": 1}}}}', '"usdd". Did you mean "usd"?'],
    ['{"localPrice": {"usdPerHuor": 1}}', '"usdPerHuor". Did you mean "usdPerHour"?'],
    ['{"timeouts": {"idelMs": 1}}', '"idelMs". Did you mean "idleMs"?'],
    ['{"models": ', 'is not JSON'],
  ])('in the file %s', async (text, message) => {
    await expect(write('bad.json', text)).rejects.toThrow(message);
  });

  it.each([
    [{ pattern: 'cascad' }, 'There is no pattern "cascad". Did you mean "cascade"?'],
    [{ pattern: 'cascade', sampels: 3 }, 'has the unknown key "sampels". Did you mean "samples"?'],
    [{ pattern: 'cascade', samples: 1 }, '`samples` must be a whole number from 2 to 25, got 1'],
    [{ pattern: 'maker', k: 0 }, '`k` must be a whole number from 1 to 50, got 0'],
    [
      { pattern: 'cascade', local: 'loacl' },
      'There is no model or pattern "loacl". Did you mean "local"?',
    ],
    [
      { pattern: 'maker', moreSolvers: 'cloud' },
      '`moreSolvers` of the pattern "p" must be a list of names or specs, got "cloud". Write ' +
        '["cloud"].',
    ],
    [
      { pattern: 'maker', moreSolvers: ['clod'] },
      'There is no model or pattern "clod". Did you mean "cloud"?',
    ],
    [
      { pattern: 'maker', moreSolver: [] },
      'has the unknown key "moreSolver". Did you mean "moreSolvers"?',
    ],
    [{ pattern: 'cascade', local: 'p' }, 'goes in a circle: p → p'],
  ])('in the pattern %j', (pattern, message) => {
    const config = { models: { local: 'a:a', cloud: 'b:b' }, patterns: { p: pattern } };
    expect(() => resolved(config).find('p')).toThrow(message);
  });

  it.each([
    [
      { local: 'olama:phi4-mini' },
      'No model backend for the model "local", "olama:phi4-mini". Did you mean `ollama:',
    ],
    [
      { local: { spec: 'ollama:x', endpont: 'http://x' } },
      'the model "local" has the unknown key "endpont". Did you mean "endpoint"?',
    ],
    [{ cloud: { spec: 'azure:x', aipKey: 'k' } }, 'Did you mean "apiKey"?'],
  ])('in the models %j', (models, message) => {
    expect(() => resolveConfig({ models }, { model: factory, patternByName, schemes })).toThrow(
      message,
    );
  });

  it('in a name that is asked for, and in a file that cannot be loaded', async () => {
    expect(() => resolved({}).find('support')).toThrow('None is configured');
    await expect(loadConfig({ folder, file: 'missing.json' })).rejects.toThrow(
      'no configuration file "missing.json"',
    );
    await expect(write('broken.ts', 'export default {{;')).rejects.toThrow(
      'broken.ts cannot be loaded',
    );
  });
});

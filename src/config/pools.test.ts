import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pool, poolMembersOf } from '../entries/backends.ts';
import {
  loadConfig,
  patternByName,
  poolsIn,
  problemsIn,
  resolveConfig,
  schemes,
  startingIn,
} from '../entries/config.ts';
import { loadTandem, model, textOf, userCall } from '../index.ts';
import { placeOf } from '../model/leaf/model/place.ts';
import { startWireDouble } from '../testing/index.ts';
import type { AnyConfig } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-pools-'));
const resolved = (config: AnyConfig) =>
  resolveConfig(config, { model, pool, patternByName, schemes });
const at = (endpoint: string) => ({ spec: 'ollama:phi4-mini', endpoint });
const here = at('http://127.0.0.1:11434');
const near = at('http://192.168.1.5:11434');

describe('a pool in a configuration', () => {
  it('is one local model of servers that are named, specs, or specs with settings', async () => {
    await using up = await startWireDouble([{ text: 'Paris' }]);
    const text = `
models:
  ollama@a: { spec: "ollama:phi4-mini", endpoint: "http://127.0.0.1:9" }
  local: { pool: [ollama@a, { spec: "ollama:phi4-mini", endpoint: "${up.url}", concurrency: 4 }] }
`;
    writeFileSync(join(folder, 'tandem.config.yaml'), text);
    const tandem = await loadTandem({ folder, env: {} });
    expect(textOf(await tandem('local').doGenerate(userCall('Capital of France?')))).toBe('Paris');
  });

  it('bears the id of its members where they have one, else its own name', () => {
    const { find } = resolved({
      models: { same: { pool: [here, near] }, mixed: { pool: [here, 'tiny:toy-tasks-late'] } },
    });
    expect([find('same').modelId, find('mixed').modelId]).toEqual(['ollama:phi4-mini', 'mixed']);
    const names = poolMembersOf(find('same'))!.map(({ name }) => name);
    expect(names).toEqual([
      'ollama:phi4-mini at 127.0.0.1:11434',
      'ollama:phi4-mini at 192.168.1.5:11434',
    ]);
  });

  it('is as private as its least private member, and takes no cloud', () => {
    const cloud = { spec: 'azure:gpt-4.1', endpoint: 'https://x.openai.azure.com', apiKey: 'k' };
    const models = { a: { pool: [here] }, b: { pool: [here, near] }, c: { pool: [here, cloud] } };
    const { find } = resolved({ models });
    expect([placeOf(find('a')), placeOf(find('b'))]).toEqual(['device', 'network']);
    expect(() => find('c')).toThrow('"azure:gpt-4.1" is a model of a cloud');
  });

  it.each([
    [['nobody'], 'There is no model for the pool "p", "nobody"'],
    [['p'], '"p" is a pool'],
    [['desk'], '"desk" is a pattern'],
    [['olama:x'], 'No model backend for "olama:x" in the pool "p"'],
    [[{ ...here, endpont: 'x' }], 'has the unknown key "endpont". Did you mean "endpoint"?'],
  ])('is refused before anything starts where its members are %j', (members, message) => {
    const config: AnyConfig = {
      models: { p: { pool: members } },
      patterns: { desk: { pattern: 'cascade' } },
    };
    expect(problemsIn(config, { patternByName, schemes })[0]?.message).toContain(message);
  });

  it.each([
    [{ pool: [] }, '`models.p.pool` must be a list that is not empty'],
    [{ pool: 'ollama:x' }, 'or one with a list of servers as `pool`'],
    [{ pool: ['ollama:x'], concurrency: 0 }, '`models.p.concurrency` must be a whole number'],
  ])('is refused as a file where it is %j', async (p, message) => {
    writeFileSync(join(folder, 'wrong.json'), JSON.stringify({ models: { p } }));
    await expect(loadConfig({ folder, file: 'wrong.json' })).rejects.toThrow(message);
  });

  it('says of a member what a configuration may say of a model, and no more', async () => {
    const member = { spec: 'openai-compatible:x', endpoint: 'http://8.8.8.8/v1', place: 'device' };
    const text = JSON.stringify({ models: { p: { pool: [member] } } });
    writeFileSync(join(folder, 'public.json'), text);
    await expect(loadConfig({ folder, file: 'public.json' })).rejects.toMatchObject({
      code: 'not_trusted',
      message: expect.stringContaining('"openai-compatible:x" in the pool "p"'),
    });
    const starting = { spec: 'foundry-local:x', start: true };
    expect(startingIn({ models: { p: { pool: [starting] } } })).toEqual([
      '"foundry-local:x" in the pool "p"',
    ]);
  });

  it('lists its members, whether they have a name or not', () => {
    const models = { a: here, p: { pool: ['a', near, 'tiny:toy-tasks-late'] } };
    const names = poolsIn({ models })[0]!.members.map(({ name }) => name);
    expect(names).toEqual(['a', 'ollama:phi4-mini at 192.168.1.5:11434', 'tiny:toy-tasks-late']);
  });
});

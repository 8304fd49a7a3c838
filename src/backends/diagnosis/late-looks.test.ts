import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { model } from '../../index.ts';
import { scriptedModel } from '../../testing/scripted-model.ts';
import { startServerDouble } from '../../testing/wire/wire-servers.ts';
import { openCapabilityCache } from './capability-cache.ts';
import { diagnose } from './diagnose.ts';
import { bestLocal, discoverLocal, discoverServers } from './discover.ts';
import { probeModel } from './probe.ts';

const elsewhere = Object.fromEntries(
  ['OLLAMA', 'LMSTUDIO', 'LLAMA_SERVER', 'VLLM', 'MLX'].map(name => [
    `${name}_ENDPOINT`,
    'http://127.0.0.1:9',
  ]),
);
const late = (path: string) => (path === '/api/show' ? 2000 : 0);
const there = async (env: Readonly<Record<string, string>>, limitMs?: number) =>
  (await discoverServers({ env: { ...elsewhere, ...env }, ...(limitMs && { limitMs }) })).filter(
    ({ state }) => state !== 'absent',
  );

describe('a server that is slow to tell of itself', () => {
  it('is running, with its models, where a detail comes late', async () => {
    await using ollama = await startServerDouble('ollama', { lookMs: late });
    const begun = performance.now();
    expect(await there({ OLLAMA_ENDPOINT: ollama.url }, 2600)).toMatchObject([
      { state: 'running', version: '1.0.0', models: [{ name: 'phi-4-mini', isLoaded: true }] },
    ]);
    expect(performance.now() - begun).toBeLessThan(2600);
  });

  it('is suggested alike by discovery and diagnosis, though no probe is answered', async () => {
    await using ollama = await startServerDouble('ollama', {
      lookMs: late,
      isLoaded: false,
      models: ['nomic-embed-text:latest', 'big:7b', 'small:1b'],
      steps: [{ delayMs: 5000 }],
    });
    const env = { ...elsewhere, OLLAMA_ENDPOINT: ollama.url, TANDEM_CACHE_DIR: '/dev/null' };
    const found = await diagnose({ env, model, limitMs: 1500, cache: openCapabilityCache(env) });
    expect(found.suggestion.models.local).toMatchObject({ spec: 'ollama:big:7b' });
    expect(await discoverLocal({ env, limitMs: 1500 })).toMatchObject({ spec: 'ollama:big:7b' });
    expect(found.servers).toMatchObject([{ scheme: 'ollama', state: 'running' }]);
  });

  it('is waited for as long as is said', async () => {
    const lookMs = () => 700;
    await using ollama = await startServerDouble('ollama', { lookMs });
    await using studio = await startServerDouble('lmstudio', { lookMs });
    const env = { OLLAMA_ENDPOINT: ollama.url, LMSTUDIO_ENDPOINT: studio.url };
    expect((await there(env, 500)).map(({ state }) => state)).toEqual(['silent', 'silent']);
    expect((await there(env, 6000)).map(({ state }) => state)).toEqual(['running', 'running']);
  });

  it('is silent only if it took a connection, and answers as no other server', async () => {
    const deaf = createServer(() => {});
    await new Promise<void>(resolve => deaf.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(deaf.address() as AddressInfo).port}`;
    expect(await there({ VLLM_ENDPOINT: url }, 300)).toMatchObject([
      { scheme: 'vllm', state: 'silent' },
    ]);
    deaf.close();
    expect(await there({ VLLM_ENDPOINT: url }, 1)).toEqual([]);
    await using llama = await startServerDouble('llama-server', {
      lookMs: path => (path === '/props' ? 300 : 0),
    });
    const both = { LLAMA_SERVER_ENDPOINT: llama.url, MLX_ENDPOINT: llama.url };
    expect(await there(both, 2000)).toMatchObject([{ scheme: 'llama-server', state: 'running' }]);
  });

  it('leaves out what may run elsewhere until its server says so', async () => {
    await using ollama = await startServerDouble('ollama', {
      lookMs: late,
      isLoaded: false,
      models: ['big:cloud', 'phi4-mini'],
      elsewhere: ['big:cloud'],
      elsewhereIn: ['show'],
    });
    const [found] = await there({ OLLAMA_ENDPOINT: ollama.url }, 600);
    expect(found?.models.map(({ name }) => name)).toEqual(['phi4-mini']);
  });
});

describe('what is suggested', () => {
  const cloud = { spec: 'openai-compatible:gpt', settings: { endpoint: 'https://c.example/v1' } };

  it('is what is configured, of the local model and of the cloud', async () => {
    await using ollama = await startServerDouble('ollama');
    const env = { ...elsewhere, OLLAMA_ENDPOINT: ollama.url, TANDEM_CACHE_DIR: '/dev/null' };
    const local = { spec: 'ollama:mine', settings: {} };
    const cache = openCapabilityCache(env);
    const found = await diagnose({ env, model, cache, configured: { local, cloud } });
    expect(found.suggestion.models).toEqual({
      local: 'ollama:mine',
      cloud: { spec: cloud.spec, endpoint: 'https://c.example/v1' },
    });
    expect(found.clouds).toMatchObject([{ spec: cloud.spec, missing: [] }]);
    expect(JSON.stringify(found.advice)).not.toContain('No cloud is configured');
    const lacking = { cloud: { spec: 'azure:gpt-4.1', settings: {} } };
    expect((await diagnose({ env, model, cache, configured: lacking })).clouds).toMatchObject([
      { spec: 'azure:gpt-4.1', missing: ['AZURE_AI_FOUNDRY_ENDPOINT'] },
    ]);
  });

  it('names a model that has no chat template', async () => {
    await using ollama = await startServerDouble('ollama', { template: '{{ .Prompt }}' });
    const env = { ...elsewhere, OLLAMA_ENDPOINT: ollama.url, TANDEM_CACHE_DIR: '/dev/null' };
    const found = await diagnose({ env, model, cache: openCapabilityCache(env) });
    expect(JSON.stringify(found.advice)).toContain('has no chat template');
  });

  it('is a loaded model before all others, and never one that only embeds', () => {
    const server = (...models: { name: string; isLoaded?: boolean }[]) => ({
      state: 'running' as const,
      models,
    });
    const embeds = { name: 'nomic-embed-text', isLoaded: true };
    expect(
      bestLocal([server(embeds, { name: 'a' }), server({ name: 'b', isLoaded: true })])?.model.name,
    ).toBe('b');
    expect(bestLocal([server(embeds)])).toBeUndefined();
  });
});

describe('a probe', () => {
  it('tells no speed of an answer that came at once, nor what it did not ask', async () => {
    const { speed, capabilities } = await probeModel(scriptedModel(Array(12).fill('one two')), {
      signal: AbortSignal.timeout(5000),
    });
    expect(speed?.tokensPerSecond).toBeUndefined();
    expect(capabilities).not.toHaveProperty('n');
  });
});

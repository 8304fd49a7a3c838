import { describe, expect, it } from 'vitest';
import { type ServerKind, startServerDouble } from '../testing/wire-servers.ts';
import { discoverLocal, discoverServers } from './discover.ts';

const nowhere = 'http://127.0.0.1:9';
const elsewhere = Object.fromEntries(
  ['OLLAMA', 'LMSTUDIO', 'LLAMA_SERVER', 'VLLM', 'MLX'].map(name => [`${name}_ENDPOINT`, nowhere]),
);

describe('discovery', () => {
  it('touches loopback and configured hosts alone', async () => {
    const touched = new Set<string>();
    const fetch = async (input: unknown) => {
      touched.add(new URL(String(input)).host);
      throw new TypeError('fetch failed');
    };
    const more = [{ scheme: 'openai-compatible', origin: 'http://192.168.1.20:9000', source: 'configuration' }];
    const env = {
      AZURE_AI_FOUNDRY_ENDPOINT: 'https://x.openai.azure.com',
      OPENAI_COMPATIBLE_ENDPOINT: 'https://c.example',
    };
    const found = await discoverServers({ env, more, fetch });
    expect(found.every(({ state }) => state === 'absent')).toBe(true);
    expect([...touched].filter(host => !host.startsWith('127.0.0.1:'))).toEqual(['192.168.1.20:9000']);
  });

  it.each<[ServerKind, string]>([
    ['ollama', 'OLLAMA'],
    ['lmstudio', 'LMSTUDIO'],
    ['llama-server', 'LLAMA_SERVER'],
    ['vllm', 'VLLM'],
    ['mlx', 'MLX'],
    ['foundry-local', 'FOUNDRY_LOCAL'],
  ])('knows %s, its models and its context, and takes it for nothing else', async (kind, prefix) => {
    await using double = await startServerDouble(kind, { contextTokens: 2048 });
    const everywhere = Object.fromEntries(Object.keys(elsewhere).map(name => [name, double.url]));
    const servers = await discoverServers({ env: { ...everywhere, [`${prefix}_ENDPOINT`]: double.url } });
    const running = servers.filter(({ state }) => state === 'running');
    expect(running).toMatchObject([{ scheme: kind, models: [{ name: 'phi-4-mini' }] }]);
    const says = { mlx: undefined, 'foundry-local': undefined } as Partial<Record<ServerKind, undefined>>;
    expect(running[0]!.models[0]!.contextTokens).toBe(kind in says ? undefined : 2048);
  });

  it('gives a local model without any configuration: one that is loaded, else one that is there', async () => {
    await using idle = await startServerDouble('ollama', { isLoaded: false });
    await using busy = await startServerDouble('vllm');
    const both = { ...elsewhere, OLLAMA_ENDPOINT: idle.url, VLLM_ENDPOINT: busy.url };
    expect(await discoverLocal({ env: both })).toMatchObject({ spec: 'vllm:phi-4-mini' });
    expect(await discoverLocal({ env: { ...both, VLLM_ENDPOINT: nowhere } })).toMatchObject({
      spec: 'ollama:phi-4-mini',
    });
    expect(await discoverLocal({ env: elsewhere })).toBeUndefined();
  });
});

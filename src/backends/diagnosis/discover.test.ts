import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { textOf, userCall } from '../../model/answer.ts';
import { type ServerKind, startServerDouble } from '../../testing/wire/wire-servers.ts';
import { foundryLocal } from '../local-servers/foundry-local.ts';
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
    const more = [
      { scheme: 'openai-compatible', origin: 'http://192.168.1.20:9000', source: 'configuration' },
    ];
    const env = {
      AZURE_AI_FOUNDRY_ENDPOINT: 'https://x.openai.azure.com',
      OPENAI_COMPATIBLE_ENDPOINT: 'https://c.example',
    };
    const found = await discoverServers({ env, more, fetch });
    expect(found.every(({ state }) => state === 'absent')).toBe(true);
    expect([...touched].filter(host => !host.startsWith('127.0.0.1:'))).toEqual([
      '192.168.1.20:9000',
    ]);
  });

  it.each<[ServerKind, string]>([
    ['ollama', 'OLLAMA'],
    ['lmstudio', 'LMSTUDIO'],
    ['llama-server', 'LLAMA_SERVER'],
    ['vllm', 'VLLM'],
    ['mlx', 'MLX'],
    ['foundry-local', 'FOUNDRY_LOCAL'],
  ])(
    'knows %s, its models and its context, and takes it for nothing else',
    async (kind, prefix) => {
      await using double = await startServerDouble(kind, { contextTokens: 2048 });
      const everywhere = Object.fromEntries(Object.keys(elsewhere).map(name => [name, double.url]));
      const servers = await discoverServers({
        env: { ...everywhere, [`${prefix}_ENDPOINT`]: double.url },
      });
      const running = servers.filter(({ state }) => state === 'running');
      expect(running).toMatchObject([{ scheme: kind, models: [{ name: 'phi-4-mini' }] }]);
      const says = { mlx: undefined, 'foundry-local': undefined } as Partial<
        Record<ServerKind, undefined>
      >;
      expect(running[0]!.models[0]!.contextTokens).toBe(kind in says ? undefined : 2048);
    },
  );

  it('gives a local model without configuration: one that is loaded, else one there', async () => {
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

describe('Foundry Local', () => {
  // A double of its command line, which says where the service listens.
  const commandLine = (script: string) => {
    const folder = mkdtempSync(join(tmpdir(), 'tandem-foundry-'));
    writeFileSync(join(folder, 'foundry'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
  };
  afterEach(() => vi.unstubAllEnvs());

  it('is found where its command line says', async () => {
    await using double = await startServerDouble('foundry-local');
    commandLine(`echo "Model management service is running on ${double.url}/openai/status"`);
    const running = (await discoverServers({ env: elsewhere })).filter(
      ({ state }) => state === 'running',
    );
    expect(running).toMatchObject([
      { scheme: 'foundry-local', origin: double.url, source: 'foundry service status' },
    ]);
    const model = foundryLocal({ model: 'phi-4-mini' });
    expect(textOf(await model.doGenerate(userCall('x')))).toBe('hello from the wire');
  });

  it('holds nobody up where its command line hangs', async () => {
    commandLine('exec sleep 20');
    const begun = performance.now();
    await discoverServers({ env: elsewhere, limitMs: 400 });
    expect(performance.now() - begun).toBeLessThan(3000);
  });

  it('says what to do where it does not run, and starts by its package where told to', async () => {
    commandLine('echo "Model management service is not running!"');
    const asked = foundryLocal({ model: 'phi-4-mini' }).doGenerate(userCall('x'));
    await expect(Promise.resolve(asked)).rejects.toThrow('foundry service start');
    const started: string[] = [];
    const found = {
      id: 'phi-4-mini-cpu',
      isCached: false,
      download: async () => void started.push('download'),
      load: async () => void started.push('load'),
    };
    const create = () => ({
      catalog: { getModel: async () => found },
      startWebService: () => void started.push('serve'),
    });
    const model = foundryLocal({
      model: 'phi-4-mini',
      start: true,
      sdk: async () => ({ FoundryLocalManager: { create } }),
    });
    // Nothing listens in this test: that the service is asked for is what shows.
    await expect(Promise.resolve(model.doGenerate(userCall('x')))).rejects.toThrow(
      'Foundry Local cannot be reached',
    );
    expect(started).toEqual(['download', 'load', 'serve']);
    const missing = foundryLocal({ model: 'phi-4-mini', start: true }).doGenerate(userCall('x'));
    await expect(Promise.resolve(missing)).rejects.toThrow('npm install foundry-local-sdk');
  });
});

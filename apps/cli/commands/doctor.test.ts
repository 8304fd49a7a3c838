import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type Diagnosis, pricesAsOf } from '../../../src/entries/backends.ts';
import { startServerDouble, startWireDouble } from '../../../src/testing/index.ts';
import { runTandem } from '../run-tandem.ts';
import { spawnTandem } from '../spawn-tandem.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-doctor-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const doctor = (args: readonly string[], env: Record<string, string>) =>
  runTandem(args, { folder, env });
const read = (out: string) => JSON.parse(out) as Diagnosis;

// Each asks the command line several times, which a busy machine does slowly.
vi.setConfig({ testTimeout: 90_000 });

describe('tandem doctor', () => {
  it('reports three servers: no log-probabilities, one cutting prompts, one hanging', async () => {
    await using deaf = await startServerDouble('ollama', {
      withoutLogprobs: true,
      version: '0.12.0',
    });
    await using cutting = await startServerDouble('vllm', {
      contextTokens: 4096,
      truncates: true,
    });
    await using hanging = await startServerDouble('lmstudio', { hangs: true });
    const env = {
      OLLAMA_ENDPOINT: deaf.url,
      VLLM_ENDPOINT: cutting.url,
      LMSTUDIO_ENDPOINT: hanging.url,
    };
    // As a user starts it: a server that hangs must not keep the process either.
    const { code, out, err } = await spawnTandem(['doctor', '--json'], {
      folder,
      env: { ...env, TANDEM_CACHE_DIR: join(folder, 'three') },
    });
    expect([code, err]).toEqual([0, '']);
    const { servers, advice, suggestion, elapsedMs } = read(out);
    const by = Object.fromEntries(servers.map(server => [server.scheme, server]));
    expect(Object.keys(by).sort()).toEqual(['lmstudio', 'ollama', 'vllm']);
    expect(by.ollama).toMatchObject({ state: 'running', version: '0.12.0' });
    expect(by.ollama!.models).toMatchObject([
      {
        spec: 'ollama:phi-4-mini',
        isLoaded: true,
        capabilities: { logprobs: false, tools: true, jsonSchema: true },
      },
    ]);
    expect(by.vllm!.models).toMatchObject([
      {
        spec: 'vllm:phi-4-mini',
        capabilities: {
          logprobs: true,
          n: true,
          seed: true,
          streaming: true,
          truncates: true,
          contextTokens: 4096,
        },
        speed: { firstTokenMs: expect.any(Number) },
      },
    ]);
    expect(by.lmstudio).toMatchObject({ state: 'silent', models: [] });
    expect(elapsedMs).toBeLessThan(3000);
    const words = JSON.stringify(advice);
    expect(words).toContain('no log-probabilities');
    expect(words).toContain('vllm serve phi-4-mini --max-model-len 16384');
    expect(words).toContain('answers nothing. Restart it');
    expect(suggestion.models.local).toEqual({ spec: 'ollama:phi-4-mini', endpoint: deaf.url });
  });

  it('bounds a model that hangs in its probe, and says how to wait longer', async () => {
    await using slow = await startServerDouble('llama-server', { steps: [{ delayMs: 20_000 }] });
    const begun = performance.now();
    const { out } = await doctor(['doctor', '--wait', '1'], { LLAMA_SERVER_ENDPOINT: slow.url });
    expect(performance.now() - begun).toBeLessThan(6000);
    expect(out).toMatch(/llama-server:phi-4-mini\s+no answer in time/);
    expect(out).toContain('tandem doctor --wait 60');
  });

  it('asks each server and model version once, and again when either has changed', async () => {
    const env = { TANDEM_CACHE_DIR: join(folder, 'cache') };
    await using double = await startServerDouble('ollama');
    await using newer = await startServerDouble('ollama', { version: '2.0.0' });
    const ask = async (url: string, args: readonly string[] = []) => {
      const { out } = await doctor(['doctor', '--json', ...args], { ...env, OLLAMA_ENDPOINT: url });
      return read(out).servers[0]!.models[0]!.source;
    };
    expect([await ask(double.url), await ask(double.url)]).toEqual(['probe', 'cache']);
    expect([await ask(double.url, ['--fresh']), await ask(newer.url)]).toEqual(['probe', 'probe']);
  });

  it('warns of a list of prices of more than 90 days', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(pricesAsOf) + 91 * 86_400_000 });
    const { out } = await doctor(['doctor'], {}).finally(() => void vi.useRealTimers());
    expect(out).toContain('They are 91 days old');
    expect(out).toContain(`is of ${pricesAsOf}, 91 days old. Update it`);
  });

  it('says what to do where nothing runs', async () => {
    const { code, out } = await doctor(['doctor'], {});
    expect(code).toBe(0);
    expect(out).toContain('No model server runs on this machine.');
    expect(out).toContain(`as of ${pricesAsOf}.`);
    const { catalogue } = read((await doctor(['doctor', '--json'], {})).out);
    expect(catalogue).toMatchObject({ asOf: pricesAsOf, source: expect.stringContaining('MIT') });
    expect(out).toContain('ollama pull phi4-mini');
  });

  it('calls no cloud unless told to, and then once', async () => {
    await using cloud = await startWireDouble([{ text: 'ready' }]);
    const env = {
      AZURE_AI_FOUNDRY_ENDPOINT: cloud.url,
      AZURE_AI_LLM_DEPLOYMENT_NAME: 'gpt-4.1',
      AZURE_AI_API_KEY: 'key-1',
    };
    const quiet = read((await doctor(['doctor', '--json'], env)).out);
    expect(quiet.clouds).toMatchObject([
      { scheme: 'azure', spec: 'azure:gpt-4.1', credentials: 'key', missing: [] },
    ]);
    expect(cloud.requests).toHaveLength(0);
    const asked = await doctor(['doctor', '--json', '--probe-cloud'], {
      ...env,
      LLM_BACKEND: 'azure-ai',
    });
    expect(read(asked.out).clouds[0]!.probe).toMatchObject({ isOk: true });
    expect(cloud.requests).toHaveLength(1);
    expect(cloud.requests[0]!.body).toMatchObject({ max_tokens: 16 });
  });

  const withCloud = async (cloud: string) => {
    const own = mkdtempSync(join(folder, 'cloud-'));
    writeFileSync(join(own, 'tandem.config.json'), JSON.stringify({ models: { cloud } }));
    return await runTandem(['doctor'], { folder: own, env: {} });
  };

  it.each(['none', 'none:gpt-4.1'])('takes a cloud of %s for no cloud', async spec => {
    const { code, out, err } = await withCloud(spec);
    expect([code, err]).toEqual([0, '']);
    expect(out).not.toMatch(/lacks|No model backend|^Cloud$/m);
    expect(out).toContain('No cloud is configured');
  });

  it('names a cloud that can never be asked once, and no variable for it', async () => {
    const { out } = await withCloud('opnai:gpt-4.1');
    expect(out).toMatch(/opnai:gpt-4\.1 +cannot be used/);
    expect(out.match(/No model backend for the spec/g)).toHaveLength(1);
    expect(out).not.toMatch(/lacks|export No/);
  });

  it('says what is wrong with the credentials, and never shows them', async () => {
    await using cloud = await startWireDouble([{ status: 401 }]);
    const env = { OPENAI_API_KEY: 'sk-secret-12345678', OPENAI_BASE_URL: `${cloud.url}/v1` };
    const { code, out } = await doctor(
      ['doctor', '--probe-cloud', '--cloud', 'openai:gpt-4.1'],
      env,
    );
    expect(code).toBe(1);
    expect(out).toContain('Check the key and its permissions');
    expect(out).not.toContain('sk-secret');
  });

  it.each([
    [['doctor', '--wait', 'long'], 'must be a number from 0.5 to 3600'],
    [['doctor', '--probe-cloud'], 'No cloud model is configured'],
    [['doctor', '--probe-cloud', '--cloud', 'opnai:gpt-4.1'], 'Did you mean `openai:gpt-4.1`?'],
    [['doctor', '--wiat', '3'], 'Did you mean "--wait"?'],
    [['doctor', 'now'], '`tandem doctor` takes no "now".'],
    [['models', 'ollama:phi4-mini'], '`tandem models` takes no'],
  ])('%j is wrong use', async (args, message) => {
    const { code, err } = await doctor(args, {});
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });
});

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startServerDouble, startWireDouble } from '../../src/testing/index.ts';
import { runTandem } from './run-tandem.ts';
import { spawnTandem } from './spawn-tandem.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-configuration-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const tandem = (args: readonly string[], env: Record<string, string> = {}) =>
  runTandem(args, { folder, env });
const keep = (name: string, text: string) => writeFileSync(join(folder, name), text);

describe('tandem init', () => {
  it('writes what is found, once, in a form that is valid and can be asked', async () => {
    await using server = await startServerDouble('vllm', { steps: [{ text: 'Paris' }] });
    const env = { VLLM_ENDPOINT: server.url };
    const first = await spawnTandem(['init'], { folder, env });
    expect([first.code, first.out]).toEqual([
      0,
      expect.stringContaining('Wrote tandem.config.yaml'),
    ]);
    expect(readFileSync(join(folder, 'tandem.config.yaml'), 'utf8')).toContain(
      'spec: "vllm:phi-4-mini"',
    );
    const asked = await tandem(['ask', 'Capital of France?', '--pattern', 'support', '--json']);
    expect(JSON.parse(asked.out)).toMatchObject({ answer: 'Paris', answeredBy: 'vllm:phi-4-mini' });
    const second = await tandem(['init'], env);
    expect([second.code, second.err]).toEqual([2, expect.stringContaining('add --force')]);
  });

  it.each(['yaml', 'json', 'ts'])('writes valid %s also where nothing is found', async format => {
    await tandem(['init', '--format', format, '--wait', '0.5']);
    expect(existsSync(join(folder, `tandem.config.${format}`))).toBe(true);
    expect((await tandem(['validate'])).code).toBe(0);
  });

  it('refuses another format', async () => {
    expect(await tandem(['init', '--format', 'toml'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('must be one of "yaml", "json", "ts"'),
    });
  });
});

describe('tandem validate', () => {
  it('TRAP 24: tells every mistake at once, with the nearest name', async () => {
    const config = {
      models: { local: 'olama:phi4-mini', cloud: { spec: 'azure:x', endpont: 'https://x' } },
      patterns: {
        support: { pattern: 'cascade', sampels: 3 },
        desk: { pattern: 'router', unsure: 'suport' },
      },
    };
    keep('tandem.config.json', JSON.stringify(config));
    const { code, err } = await tandem(['validate']);
    expect(code).toBe(1);
    for (const near of ['`ollama:phi4-mini`', '"endpoint"', '"samples"', '"support"'])
      expect(err).toContain(near);
    expect(err).toContain('4 problems');
    expect((await tandem(['ask', 'x'])).code).toBe(2);
  });

  it('names a variable that is missing, and lists what a right one yields', async () => {
    keep('tandem.config.yaml', 'models:\n  local: ollama:phi4-mini\n  cloud: openai:gpt-4.1\n');
    const lacking = await tandem(['validate', '--json']);
    expect(JSON.parse(lacking.out)).toMatchObject({
      isValid: false,
      problems: [{ code: 'missing_setting' }],
    });
    const { code, out } = await tandem(['validate'], { OPENAI_API_KEY: 'k' });
    expect([code, out]).toEqual([0, expect.stringContaining('openai:gpt-4.1')]);
  });

  it('says what to do where there is no file, and prints the schema', async () => {
    expect(await tandem(['validate'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('tandem init'),
    });
    expect(JSON.parse((await tandem(['validate', '--schema'])).out)).toMatchObject({
      title: 'Configuration of Tandem',
    });
  });
});

// Each asks the command line several times, which a busy machine does slowly.
vi.setConfig({ testTimeout: 90_000 });

describe('precedence', () => {
  it('is flags, environment, configuration, discovery', async () => {
    const text = (name: string) => startServerDouble('ollama', { steps: [{ text: `by ${name}` }] });
    await using byFlag = await startWireDouble([{ text: 'by flag' }]);
    await using byEnvironment = await text('environment');
    await using byFile = await text('file');
    await using found = await text('discovery');
    const role = async (args: readonly string[], env: Record<string, string>) => {
      const { out } = await tandem(['ask', 'Who?', '--json', ...args], env);
      return (JSON.parse(out) as { answer: string }).answer;
    };
    const flag = ['--local', 'openai-compatible:m'];
    const flagEnv = { OPENAI_COMPATIBLE_ENDPOINT: `${byFlag.url}/v1` };
    const environment = {
      SLM_BACKEND: 'ollama',
      OLLAMA_SLM_MODEL: 'm',
      OLLAMA_ENDPOINT: byEnvironment.url,
    };
    const discovery = { OLLAMA_ENDPOINT: found.url };
    expect(await role([], discovery)).toBe('by discovery');
    keep(
      'tandem.config.yaml',
      `models:\n  local: { spec: 'ollama:m', endpoint: '${byFile.url}' }\n`,
    );
    expect(await role([], discovery)).toBe('by file');
    expect(await role([], environment)).toBe('by environment');
    expect(await role(flag, { ...environment, ...flagEnv })).toBe('by flag');
    const listed = JSON.parse((await tandem(['models', '--json'], environment)).out);
    expect(listed.roles[0]).toMatchObject({
      role: 'local',
      origin: 'environment',
      place: 'device',
    });
  });
});

describe('budgets on the command line', () => {
  it.each([
    [['--budget', 'call.tokens=1'], 'of the budget of a call is spent'],
    [['--budget', 'usd=0.0000001'], "of the run's budget is spent"],
    [['--budget', 'day.tokens=1'], "of the day's budget is spent"],
    [['--budget', 'openai:gpt-4.1.tokens=1'], 'of the budget of "openai:gpt-4.1" is spent'],
  ])('%j is kept', async (args, message) => {
    await using cloud = await startWireDouble();
    const env = { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: `${cloud.url}/v1` };
    const { code, err } = await tandem(['ask', 'x', '--model', 'openai:gpt-4.1', ...args], env);
    expect([code, err]).toEqual([1, expect.stringContaining(message)]);
    expect(cloud.requests).toHaveLength(0);
  });

  it('counts what time on this device costs', async () => {
    await using local = await startWireDouble([{ text: 'Paris' }]);
    const ask = async (price: string) => {
      const { out } = await tandem(
        ['ask', 'x', '--local', 'ollama:m', '--local-price', price, '--json'],
        {
          OLLAMA_ENDPOINT: local.url,
        },
      );
      return (JSON.parse(out) as { costUsd: number }).costUsd;
    };
    expect(await ask('3600/h')).toBeGreaterThan(0);
    expect(await ask('0')).toBe(0);
  });

  it.each([
    [['--budget', 'much'], '`--budget` must be a limit such as usd=0.5'],
    [['--budget', 'call.usd=lots'], '`--budget` must be a limit such as usd=0.5'],
    [['--local-price', 'cheap'], '65W@0.30'],
  ])('%j is wrong use', async (args, message) => {
    expect(await tandem(['ask', 'x', ...args])).toMatchObject({
      code: 2,
      err: expect.stringContaining(message),
    });
  });
});

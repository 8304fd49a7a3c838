import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runTandem } from '../run-tandem.ts';

let folder: string;
const env = { TANDEM_DISCOVERY: 'off' };
const run = (args: readonly string[], typed?: readonly string[]) =>
  runTandem(args, { folder, env, ...(typed && { typed }) });
const file = (name: string, text: string) => writeFileSync(join(folder, name), text);
const hasRun = () => existsSync(join(folder, 'ran'));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-trust-'));
  file('package.json', '{ "type": "module" }');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const code = (model: string) => `import { writeFileSync } from 'node:fs';
writeFileSync(new URL('ran', import.meta.url), '');
export default { models: { local: '${model}' } };`;

describe('a folder with a configuration in code', () => {
  beforeEach(() => file('tandem.config.ts', code('ollama:one')));

  it('runs nothing without a terminal, and says what to type', async () => {
    const { code: ended, err } = await run(['models']);
    expect([ended, hasRun()]).toEqual([1, false]);
    expect(err).toContain('tandem models … --trust');
  });

  it('is asked about once, and again when it has changed', async () => {
    expect(await run(['models'], ['n'])).toMatchObject({ code: 1 });
    expect(hasRun()).toBe(false);
    const first = await run(['models'], ['y']);
    expect([first.code, hasRun()]).toEqual([0, true]);
    expect((await run(['models'])).out).toContain('ollama:one');
    file('tandem.config.ts', code('ollama:two'));
    expect(await run(['models'])).toMatchObject({ code: 1 });
    const list = readFileSync(join(folder, '.config', 'tandem', 'trusted.json'), 'utf8');
    expect(Object.keys(JSON.parse(list))).toHaveLength(1);
  });

  it('runs with --trust, this once', async () => {
    expect(await run(['models', '--trust'])).toMatchObject({ code: 0 });
    expect(await run(['models'])).toMatchObject({ code: 1 });
  });

  it('is not needed by commands that look after what was kept', async () => {
    for (const args of [['runs'], ['egress'], ['prune', '--before', '2020-01-01']])
      expect(await run(args)).toMatchObject({ code: 0 });
    expect(hasRun()).toBe(false);
  });
});

describe('a folder with a configuration in data', () => {
  const models = async (model: object, more: Record<string, string> = {}) => {
    file('tandem.config.json', JSON.stringify({ models: { local: model } }));
    return runTandem(['models'], { folder, env: { ...env, ...more } });
  };

  it('sends no variable to a host of its own', async () => {
    const endpoint = `http://evil.example/\${OPENAI_API_KEY}/v1`;
    const { code: ended, err } = await models(
      { spec: 'openai-compatible:m', endpoint, place: 'device' },
      { OPENAI_API_KEY: 'sk-secret' },
    );
    expect(ended).toBe(1);
    expect(err).toContain('OPENAI_API_KEY');
    expect(err).not.toContain('sk-secret');
  });

  it('calls no public address this device', async () => {
    for (const endpoint of [
      'http://203.0.113.9/v1',
      'http://3405803785/v1',
      'https://a.example/v1',
    ])
      expect(
        await models({ spec: 'openai-compatible:m', endpoint, place: 'device' }),
      ).toMatchObject({
        code: 1,
        err: expect.stringContaining('public'),
      });
  });

  it('takes a variable as a whole address', async () => {
    const endpoint = `\${AZURE_AI_FOUNDRY_ENDPOINT}`;
    const given = { AZURE_AI_FOUNDRY_ENDPOINT: 'https://x.example/openai/v1', SOME_KEY: 'k' };
    const { code: ended } = await models(
      { spec: 'azure:gpt-4.1', endpoint, apiKey: `\${SOME_KEY}` },
      given,
    );
    expect(ended).toBe(0);
  });

  it('starts no program unasked', async () => {
    const { code: ended, err } = await models({ spec: 'foundry-local:phi', start: true });
    expect([ended, err.includes('--trust')]).toEqual([1, true]);
  });
});

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startServerDouble } from '../../../src/testing/index.ts';
import { runTandem } from '../run-tandem.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-init-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const written = () => readFileSync(join(folder, 'tandem.config.yaml'), 'utf8');
const asked = (
  typed: readonly string[],
  env: Record<string, string> = {},
  args: readonly string[] = [],
) => runTandem(['init', '--wait', '1', ...args], { folder, env, typed });
const cloud = { OPENAI_API_KEY: 'sk-secret-12345678' };

describe('tandem init on a terminal', () => {
  it('proposes what was found, and takes the proposal line by line', async () => {
    await using server = await startServerDouble('vllm');
    const { code, err, out } = await asked(['', '', ''], { VLLM_ENDPOINT: server.url, ...cloud });
    expect([code, out]).toEqual([0, expect.stringContaining('Wrote tandem.config.yaml')]);
    expect(err).toMatch(/1 {2}vllm:phi-4-mini {2}loaded .*judged by token probability/);
    expect(err).toMatch(/1 {2}openai:gpt-4.1 {2}credentials: key/);
    expect(err).not.toContain('sk-secret');
    expect(written()).toContain(`spec: "vllm:phi-4-mini"\n    endpoint: "${server.url}/v1"`);
    expect(written()).toContain('cloud: "openai:gpt-4.1"');
    expect(written()).toMatch(/support:\n {4}pattern: cascade/);
  });

  it('takes other choices: a typed spec, none, another pattern; says what is wrong', async () => {
    const typed = ['7', 'olama:phi4-mini', 'ollama:phi4-mini', '2', '4', '2'];
    const { code, err } = await asked(typed, cloud);
    expect(code).toBe(0);
    expect(err).toContain('There is no choice "7". Give 1 to 1.');
    expect(err.replace(/\s+/g, ' ')).toContain('Did you mean `ollama:phi4-mini`?');
    expect(written()).toContain('local: "ollama:phi4-mini"');
    expect(written()).toContain('# cloud: "azure:gpt-4.1"');
    expect(written()).toMatch(/support:\n {4}pattern: router/);
    expect((await runTandem(['validate'], { folder })).code).toBe(0);
  });

  it('writes nothing where the input ends before all is said', async () => {
    const { code, err } = await asked(['1']);
    expect([code, err]).toEqual([1, expect.stringContaining('Nothing was written.')]);
    expect(existsSync(join(folder, 'tandem.config.yaml'))).toBe(false);
  });

  it.each([['--yes'], ['--json']])('asks nothing with %s', async option => {
    const { code, err } = await asked([], cloud, [option]);
    expect([code, err]).toEqual([0, expect.not.stringContaining('a number')]);
    expect(written()).toContain('cloud: "openai:gpt-4.1"');
  });

  it('asks nothing where a configuration is there already, and leaves it as it is', async () => {
    await asked([], {}, ['--yes']);
    const before = written();
    expect(await asked(['', '', ''], cloud)).toMatchObject({
      code: 2,
      err: expect.stringContaining('add --force'),
    });
    expect(written()).toBe(before);
    expect((await asked(['', '', ''], cloud, ['--force'])).code).toBe(0);
    expect(written()).not.toBe(before);
  });
});

describe('tandem init in a script', () => {
  it('takes the proposal', async () => {
    const { code } = await runTandem(['init', '--wait', '1'], { folder, env: cloud });
    expect(code).toBe(0);
    expect(written()).toContain('cloud: "openai:gpt-4.1"');
  });
});

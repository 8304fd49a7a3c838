import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startServerDouble } from '../../../src/testing/index.ts';
import { runTandem } from '../run-tandem.ts';

// Keys are pressed one after the other, which a busy machine does slowly.
vi.setConfig({ testTimeout: 60_000 });

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-init-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const written = () => readFileSync(join(folder, 'tandem.config.yaml'), 'utf8');
const down = '\u001b[B';
const up = '\u001b[A';
const enter = '\r';
const asked = (
  pressed: readonly string[],
  env: Record<string, string> = {},
  args: readonly string[] = [],
) => runTandem(['init', '--wait', '10', ...args], { folder, env, pressed, columns: 80 });
const cloud = { OPENAI_API_KEY: 'sk-secret-12345678' };

describe('tandem init on a terminal', () => {
  it('proposes what was found, and takes the proposal key by key', async () => {
    await using server = await startServerDouble('vllm');
    const { code, err, out } = await asked([enter, enter, enter, enter], {
      VLLM_ENDPOINT: server.url,
      ...cloud,
    });
    expect([code, out]).toEqual([0, expect.stringContaining('Wrote tandem.config.yaml')]);
    expect(err).toMatch(/vllm:phi-4-mini \(loaded.*judged by/);
    expect(err).toMatch(/openai:gpt-4.1 \(credentials: key\)/);
    expect(err).not.toContain('sk-secret');
    expect(written()).toContain(`spec: "vllm:phi-4-mini"\n    endpoint: "${server.url}/v1"`);
    expect(written()).toContain('cloud: "openai:gpt-4.1"');
    expect(written()).toMatch(/support:\n {4}pattern: cascade/);
  });

  it('takes other choices: a typed spec, none, another pattern; says what is wrong', async () => {
    // Another, a misspelt spec, mended; no cloud; the second pattern; no question.
    const wrong = ['olama:phi4-mini', enter, '\u0015', 'ollama:phi4-mini', enter];
    const pressed = [up, enter, ...wrong, up, enter, down, enter, enter];
    const { code, err } = await asked(pressed, cloud);
    expect(code).toBe(0);
    expect(err).toContain('`ollama:phi4-mini`?');
    expect(written()).toContain('local: "ollama:phi4-mini"');
    expect(written()).toContain('# cloud: "azure:gpt-4.1"');
    expect(written()).toMatch(/support:\n {4}pattern: router/);
    expect((await runTandem(['validate'], { folder })).code).toBe(0);
  });

  it('pulls a model with a yes, uses it, and asks the first question', async () => {
    await using server = await startServerDouble('ollama', { models: [] });
    const pressed = [enter, enter, enter, enter, enter, 'Leave?', enter];
    const { code, err, out } = await asked(pressed, { OLLAMA_ENDPOINT: server.url });
    const pulls = server.requests.filter(({ path }) => path === '/api/pull');
    expect(pulls.map(({ body }) => body.stream)).toEqual([true]);
    expect(err).toMatch(/ollama has \S+\./);
    expect(written()).toContain(`local: "ollama:${pulls[0]!.body.model}"`);
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/hello from the wire[\s\S]*answered by/),
    ]);
  });

  it('pulls nothing without a yes', async () => {
    await using server = await startServerDouble('ollama', { models: [] });
    const { err } = await asked([enter, enter, 'n', '\u0003'], { OLLAMA_ENDPOINT: server.url });
    expect(server.requests.filter(({ path }) => path === '/api/pull')).toEqual([]);
    expect(err).toContain('Nothing was written.');
  });

  it('says what Ollama says of a name that it does not know', async () => {
    await using server = await startServerDouble('ollama', { models: [] });
    const pressed = [enter, up, enter, 'missing', enter, enter, '\u0003'];
    const { code, err } = await asked(pressed, { OLLAMA_ENDPOINT: server.url });
    const said = err.replace(/\s+/g, ' ');
    expect([code, said]).toEqual([130, expect.stringContaining('file does not exist')]);
  });

  it('fetches a GGUF file by its address and checksum alone', async () => {
    const pressed = [up, up, enter, 'http://127.0.0.1/a.gguf', enter, '\u0003'];
    const { code, err } = await asked(pressed);
    expect([code, err]).toEqual([130, expect.stringContaining('begins with https://')]);
  });

  it('writes nothing where it is interrupted before all is said', async () => {
    const { code, err } = await asked([enter, '\u0003']);
    expect([code, err]).toEqual([130, expect.stringContaining('Nothing was written.')]);
    expect(existsSync(join(folder, 'tandem.config.yaml'))).toBe(false);
  });

  it.each([['--yes'], ['--json']])('asks nothing with %s', async option => {
    const { code, err } = await asked([], cloud, [option]);
    expect([code, err]).toEqual([0, expect.not.stringContaining('The local model')]);
    expect(written()).toContain('cloud: "openai:gpt-4.1"');
  });

  it('asks nothing where a configuration is there already, and leaves it as it is', async () => {
    await asked([], {}, ['--yes']);
    const before = written();
    expect(await asked([], cloud)).toMatchObject({
      code: 2,
      err: expect.stringContaining('add --force'),
    });
    expect(written()).toBe(before);
    const answers = [enter, enter, enter, enter];
    expect((await asked(answers, cloud, ['--force'])).code).toBe(0);
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

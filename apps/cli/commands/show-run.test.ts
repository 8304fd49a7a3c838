import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWireDouble } from '../../../src/testing/index.ts';
import { runTandem } from '../run-tandem.ts';
import { spawnTandem } from '../spawn-tandem.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-show-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tandem = (args: readonly string[], env: Record<string, string>) =>
  runTandem(args, { folder, env: { TANDEM_DISCOVERY: 'off', ...env } });

async function askedOnce(name: string, more: Record<string, string> = {}) {
  await using cloud = await startWireDouble([{ text: 'A cloud \u001b[31manswer.' }]);
  const env = {
    OPENAI_API_KEY: 'k',
    OPENAI_BASE_URL: `${cloud.url}/v1`,
    TANDEM_JOURNAL: join(folder, name),
    ...more,
  };
  await tandem(['ask', 'Why?', '--model', 'openai:gpt-4.1'], env);
  const [{ id }] = JSON.parse((await tandem(['runs', '--json'], env)).out);
  return { env, id };
}

describe('tandem show', () => {
  it('tells what each call said, or one of them, as a page and as JSON', async () => {
    const { env, id } = await askedOnce('kept.db');
    expect((await tandem(['show', id], env)).out).not.toContain('A cloud answer.');
    const { out } = await tandem(['show', id, '--texts'], env);
    expect(out).toMatch(/#1 {2}direct → answer/);
    expect(out).toMatch(/#1 direct → answer {2}\S+\n {4}A cloud answer\./);
    expect((await tandem(['show', id, '--call', '1'], env)).out).toContain('A cloud answer.');
    const { texts } = JSON.parse((await tandem(['show', id, '--texts', '--json'], env)).out);
    expect(texts).toMatchObject([{ call: 1, text: 'A cloud \u001b[31manswer.' }]);
  });

  it('takes the beginning of an id where it begins one run alone', async () => {
    const { env, id } = await askedOnce('prefix.db');
    expect((await tandem(['show', id.slice(0, 6), '--json'], env)).out).toContain(id);
    await tandem(['ask', 'Why not?', '--model', 'openai:gpt-4.1'], env);
    const { code, err } = await tandem(['show', '', '--json'], env);
    expect([code, err]).toEqual([2, '']);
    const { out } = await tandem(['show', '', '--json'], env);
    expect(out).toContain('begins the ids of 2 runs');
    const unknown = await tandem(['show', 'zz'], env);
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('no run "zz"')]);
  });

  it('refuses a number that no call has', async () => {
    const { env, id } = await askedOnce('number.db');
    for (const number of ['0', '2', 'x']) {
      const { code, err } = await tandem(['show', id, '--call', number], env);
      const said = number === '2' ? 'the run has 1 calls' : 'must be a whole number of at least 1';
      expect([code, err]).toEqual([2, expect.stringContaining(said)]);
    }
  });
});

describe('tandem runs', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'lists a run that %s has ended as interrupted',
    async name => {
      await using local = await startWireDouble([{ hangs: true }]);
      const env = { OLLAMA_ENDPOINT: local.url, TANDEM_JOURNAL: join(folder, `${name}.db`) };
      await spawnTandem(['ask', 'Why?', '--model', 'ollama:m', '--local', 'ollama:m'], {
        folder,
        signal: name,
        env: { TANDEM_DISCOVERY: 'off', ...env },
        onStart: interrupt => {
          const timer = setInterval(() => {
            if (!local.requests.some(({ path }) => path.includes('chat'))) return;
            clearInterval(timer);
            setTimeout(interrupt, 300);
          }, 50);
        },
      });
      expect((await tandem(['runs'], env)).out).toContain('interrupted');
    },
    30_000,
  );
});

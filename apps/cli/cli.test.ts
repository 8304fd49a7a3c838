import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWireDouble, type WireStep } from '../../src/testing/index.ts';
import { runTandem } from './run-tandem.ts';
import { type Ended, spawnTandem } from './spawn-tandem.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-cli-'));
  writeFileSync(
    join(folder, 'handbook.txt'),
    'Every employee has 28 days of leave.\n\nThe office opens at eight.\n',
  );
  writeFileSync(join(folder, 'empty.txt'), '');
  writeFileSync(join(folder, 'binary.bin'), Buffer.from([0, 1, 2, 3]));
  writeFileSync(join(folder, 'report.pdf'), '%PDF-1.7');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// In this process: what is tested are arguments, output and exit codes.
const tandem = (args: readonly string[], env: Record<string, string> = {}) =>
  runTandem(args, { folder, env: { TANDEM_DISCOVERY: 'off', ...env } });

/** As a user starts it; `onStart` may interrupt it. */
function started(
  args: readonly string[],
  env: Record<string, string> = {},
  onStart?: (kill: () => void) => void,
): Promise<Ended> {
  return spawnTandem(args, {
    folder,
    env: { TANDEM_DISCOVERY: 'off', ...env },
    ...(onStart && { onStart }),
  });
}

const leave = ['ask', 'How many days of leave has an employee?', '--doc', 'handbook.txt'];

describe('tandem ask, at every setup', () => {
  it('floor: answers with citations, and says what would have gone to the cloud', async () => {
    const { code, out, err } = await started(leave);
    expect(code).toBe(0);
    expect(out).toContain('Every employee has 28 days of leave. [e1]');
    expect(out).toContain('handbook.txt  line 1  characters 0–36');
    expect(out).toMatch(/would go to the cloud: \d+ tokens, \$0\.\d+ at gpt-4\.1/);
    expect(err).toBe('');
  });

  it('local only, hybrid and cloud only: by flags and by environment variables', async () => {
    await using local = await startWireDouble([{ text: 'Paris' }]);
    await using cloud = await startWireDouble([{ text: 'Paris, of course.' }]);
    const slm = {
      SLM_BACKEND: 'ollama',
      OLLAMA_ENDPOINT: local.url,
      OLLAMA_SLM_MODEL: 'phi4-mini',
    };
    const llm = {
      LLM_BACKEND: 'azure-ai',
      AZURE_AI_FOUNDRY_ENDPOINT: cloud.url,
      AZURE_AI_LLM_DEPLOYMENT_NAME: 'gpt-4.1',
      AZURE_AI_API_KEY: 'k',
    };
    const question = ['ask', 'Capital of France?', '--json'];
    const asked = [
      await tandem(question, slm),
      await tandem(question, { ...slm, ...llm }),
      await tandem(question, llm),
    ];
    const [localOnly, hybrid, cloudOnly] = asked.map(({ out }) => JSON.parse(out));
    expect(localOnly).toMatchObject({
      setup: 'local only',
      answer: 'Paris',
      answeredBy: 'ollama:phi4-mini',
    });
    expect(hybrid).toMatchObject({
      setup: 'hybrid',
      answeredBy: 'ollama:phi4-mini',
      egress: { calls: 0 },
    });
    expect(cloudOnly).toMatchObject({
      setup: 'cloud only',
      answeredBy: 'azure:gpt-4.1',
      place: 'cloud',
    });
  });

  it('explains the decision, the calls, the cost and what left', async () => {
    const { out } = await tandem([...leave, '--explain']);
    for (const part of [
      'answered by',
      'coverage',
      'calls',
      'left the machine',
      'nothing',
      'chunk 1 question',
    ]) {
      expect(out).toContain(part);
    }
  });

  it('streams, and the text is the same', async () => {
    const [plain, streamed] = [await tandem(leave), await tandem([...leave, '--stream'])];
    expect(streamed.out.replace(/\n+/g, '\n')).toBe(plain.out.replace(/\n+/g, '\n'));
  });

  it('TRAP 3: keeps the document home whatever the pattern, unless told otherwise', async () => {
    await using cloud = await startWireDouble([{ text: 'a cloud answer' }]);
    const env = { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: `${cloud.url}/v1` };
    const ask = (...more: string[]) =>
      tandem(
        [
          'ask',
          'Why is the sky blue?',
          '--doc',
          'handbook.txt',
          '--pattern',
          'cascade',
          '--cloud',
          'openai:gpt-4.1',
          ...more,
        ],
        env,
      );
    const kept = await ask();
    expect(kept.code).toBe(1);
    expect(kept.err).toContain('labelled "extracts" would go to "openai:gpt-4.1"');
    expect(cloud.requests).toHaveLength(0);
    expect((await ask('--label', 'cloud-allowed')).out).toContain('a cloud answer');
  });

  it('asks named patterns of a configuration, which may name each other', async () => {
    await using local = await startWireDouble([{ text: 'Paris' }]);
    const config = {
      models: { local: { spec: 'ollama:phi4-mini', endpoint: local.url } },
      patterns: {
        support: { pattern: 'cascade', gate: 'agreement', samples: 2 },
        desk: { pattern: 'router', unsure: 'support' },
      },
    };
    writeFileSync(join(folder, 'named.json'), JSON.stringify(config));
    const { out } = await tandem([
      'ask',
      'Capital of France?',
      '--pattern',
      'desk',
      '--config',
      'named.json',
      '--json',
    ]);
    expect(JSON.parse(out)).toMatchObject({
      pattern: 'router',
      answer: 'Paris',
      setup: 'local only',
    });
    const listed = JSON.parse((await tandem(['models', '--config', 'named.json', '--json'])).out);
    expect(listed.models.map(({ name }: { name: string }) => name)).toEqual([
      'local',
      'support',
      'desk',
    ]);
  });
});

describe('the journal', () => {
  it('keeps a run, shows it, resumes it without paying again, and tells what left', async () => {
    await using cloud = await startWireDouble([{ text: 'A cloud answer.' }]);
    const env = {
      OPENAI_API_KEY: 'k',
      OPENAI_BASE_URL: `${cloud.url}/v1`,
      TANDEM_JOURNAL: join(folder, 'kept.db'),
    };
    const asked = await tandem(['ask', 'Why?', '--model', 'openai:gpt-4.1'], env);
    expect(asked.err).toMatch(/Kept as run [\w-]+/);
    const [kept] = JSON.parse((await tandem(['runs', '--json'], env)).out);
    expect(kept).toMatchObject({ state: 'done', calls: 1, cloudCalls: 1 });
    const again = JSON.parse((await tandem(['resume', kept.id, '--json'], env)).out);
    expect(again).toMatchObject({ answer: 'A cloud answer.', costUsd: 0, runId: kept.id });
    expect(cloud.requests).toHaveLength(1);
    expect((await tandem(['show', kept.id], env)).out).toContain('direct → answer');
    const [event] = JSON.parse((await tandem(['egress', '--json'], env)).out);
    expect(event).toMatchObject({
      destination: 'openai:gpt-4.1',
      purpose: 'answer',
      characters: 4,
    });
  });

  it('replays a run with another pattern, from recorded answers alone', async () => {
    await using local = await startWireDouble([{ text: 'Paris' }]);
    const env = { OLLAMA_ENDPOINT: local.url, TANDEM_JOURNAL: join(folder, 'replayed.db') };
    await tandem(['ask', 'Capital of France?', '--local', 'ollama:m'], env);
    const [kept] = JSON.parse((await tandem(['runs', '--json'], env)).out);
    const calls = local.requests.length;
    const [same] = JSON.parse(
      (await tandem(['replay', kept.id, '--with', 'router', '--json'], env)).out,
    );
    expect(same).toMatchObject({
      agrees: true,
      wouldBe: { answeredBy: 'ollama:m', answer: 'Paris', costUsd: 0 },
    });
    const [other] = JSON.parse(
      (await tandem(['replay', kept.id, '--with', 'maker', '--json'], env)).out,
    );
    expect(other).toMatchObject({
      agrees: false,
      wouldBe: { answer: null, reason: expect.stringContaining('never asked') },
    });
    expect(local.requests).toHaveLength(calls);
    expect((await tandem(['replay', kept.id, '--with', 'router'], env)).out).toContain(
      '0 of 1 differ',
    );
    expect((await tandem(['replay', kept.id], env)).code).toBe(2);
  });

  it('masks what goes to a cloud where asked, and tells how much', async () => {
    await using cloud = await startWireDouble([{ text: 'Done.' }]);
    const env = {
      OPENAI_API_KEY: 'k',
      OPENAI_BASE_URL: `${cloud.url}/v1`,
      TANDEM_JOURNAL: join(folder, 'masked.db'),
    };
    await tandem(['ask', 'Write to anna@example.org', '--model', 'openai:gpt-4.1', '--mask'], env);
    expect(cloud.requests[0]!.text).toContain('Write to MASKED_EMAIL_');
    expect(cloud.requests[0]!.text).not.toContain('anna@');
    expect(JSON.parse((await tandem(['egress', '--json'], env)).out)).toMatchObject([
      { masked: 1 },
    ]);
  });

  it('counts nothing as left without a cloud, and resumes over no changed document', async () => {
    const env = { TANDEM_JOURNAL: join(folder, 'floor.db') };
    writeFileSync(join(folder, 'changing.txt'), 'Every employee has 28 days of leave.');
    await tandem(['ask', 'How many days of leave?', '--doc', 'changing.txt'], env);
    expect(JSON.parse((await tandem(['egress', '--json'], env)).out)).toEqual([]);
    const [kept] = JSON.parse((await tandem(['runs', '--json'], env)).out);
    writeFileSync(join(folder, 'changing.txt'), 'Every employee has 30 days of leave.');
    const { code, err } = await tandem(['resume', kept.id], env);
    expect([code, err]).toEqual([1, expect.stringContaining('"changing.txt" has changed')]);
    expect((await tandem(['show', 'nobody'], env)).code).toBe(2);
    expect((await tandem(['show'], env)).code).toBe(2);
    expect(
      JSON.parse((await tandem(['prune', '--before', '2999-01-01', '--json'], env)).out),
    ).toEqual({ removed: 1 });
  });
});

describe('tandem ask --dry-run', () => {
  it('shows exactly what would leave, masked, to whom, at what price; calls nobody', async () => {
    await using cloud = await startWireDouble();
    const env = { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: `${cloud.url}/v1` };
    const args = [
      'ask',
      'Is anna@example.org on leave?',
      '--doc',
      'handbook.txt',
      '--cloud',
      'openai:gpt-4.1',
      '--mask',
      '--dry-run',
    ];
    const { code, out } = await tandem(args, env);
    expect(code).toBe(0);
    expect(out).toContain('openai:gpt-4.1  plan,');
    expect(out).toMatch(/Is MASKED_EMAIL_[0-9a-f]{12} on leave\?/);
    expect(out).not.toContain('opens at eight');
    const { previews } = JSON.parse((await tandem([...args, '--json'], env)).out);
    expect(previews[0]).toMatchObject({
      destination: 'openai:gpt-4.1',
      purpose: 'plan',
      masked: 1,
      costUsd: expect.any(Number),
    });
    expect(cloud.requests).toHaveLength(0);
  });

  it('says so where nothing would leave', async () => {
    await using local = await startWireDouble([{ text: 'Paris' }]);
    const { out } = await tandem(['ask', 'Capital?', '--local', 'ollama:m', '--dry-run'], {
      OLLAMA_ENDPOINT: local.url,
    });
    expect(out).toContain('Nothing would leave the machine.');
  });

  it.each(['cascade', 'router'])('asks no model on this device for a %s', async pattern => {
    await using local = await startWireDouble([{ hangs: true }]);
    const env = {
      OLLAMA_ENDPOINT: local.url,
      OPENAI_API_KEY: 'k',
      OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
    };
    const roles = ['--local', 'ollama:m', '--cloud', 'openai:gpt-4.1', '--pattern', pattern];
    const { code, out } = await tandem(['ask', 'Write 500 words.', ...roles, '--dry-run'], env);
    expect(code).toBe(0);
    expect(out).toMatch(/openai:gpt-4.1|Nothing would leave/);
    expect(local.requests.filter(({ path }) => path.includes('chat'))).toEqual([]);
  });
});

describe('tandem ask, badly', () => {
  it.each([
    [['ask'], 2, 'The question is empty'],
    [['ask', ' '], 2, 'The question is empty'],
    [['ask', 'x'], 1, 'No model is configured and no document given'],
    [['ask', 'x', '--doc', 'missing.txt'], 1, 'There is no such file'],
    [['ask', 'x', '--doc', 'empty.txt'], 1, 'empty'],
    [['ask', 'x', '--doc', 'binary.bin'], 1, 'binary'],
    [['ask', 'x', '--doc', 'report.pdf'], 1, 'qpdf'],
    [['ask', 'x', '--model', 'olama:phi'], 2, 'Did you mean `ollama:phi4-mini`?'],
    [['ask', 'x', '--pattern', 'cascad', '--doc', 'handbook.txt'], 2, 'Did you mean "cascade"?'],
    [
      ['ask', 'x', '--pattern', 'maker', '--doc', 'handbook.txt'],
      1,
      'No cloud model is configured',
    ],
    [['ask', 'x', '--model', 'a:b', '--pattern', 'maker'], 2, 'exclude each other'],
    [['ask', 'x', '--model', 'openai:gpt-4.1'], 1, 'Set OPENAI_API_KEY'],
    [['ask', 'x', '--budget-usd', 'ten'], 2, 'must be a number of at least 0'],
    [['ask', 'x', '--mode', 'secret'], 2, 'must be one of'],
    [['ask', 'x', '--config', 'no.json'], 1, 'no configuration file "no.json"'],
    [['ask', 'x', '--dco', 'a'], 2, 'Did you mean "--doc"?'],
    [['aks'], 2, 'Did you mean "ask"?'],
    [['demo', 'minion'], 2, 'Did you mean "minions"?'],
    [[], 2, ''],
  ])('%j ends with exit code %i and says %j', async (args, exit, message) => {
    const { code, err } = await tandem(args);
    expect(code).toBe(exit);
    expect(err).toContain(message);
    expect(err.split('\n').length).toBeLessThanOrEqual(2);
  });

  it.each([
    ['401', { status: 401 }, 'Check the key'],
    ['429', { status: 429, headers: { 'retry-after-ms': '0' } }, 'rate limit'],
    ['500', { status: 500, headers: { 'retry-after-ms': '0' } }, 'server is in trouble'],
    ['garbage', { raw: '<html>' }, 'failed after 1 try'],
    ['nothing', { text: '' }, 'answered with nothing'],
  ] satisfies [string, WireStep, string][])(
    'a cloud that answers %s is one clear error',
    async (_name, step, message) => {
      await using cloud = await startWireDouble([step]);
      const env = { OPENAI_API_KEY: 'sk-secret-12345678', OPENAI_BASE_URL: `${cloud.url}/v1` };
      const { code, out, err } = await tandem(['ask', 'x', '--model', 'openai:gpt-4.1'], env);
      expect([code, out]).toEqual([1, '']);
      expect(err).toContain(message);
      expect(err).not.toContain('sk-secret');
      expect(err.trim().split('\n')).toHaveLength(1);
    },
  );

  it('gives the error as one JSON document where asked', async () => {
    const { code, out, err } = await tandem(['ask', 'x', '--doc', 'missing.txt', '--json']);
    expect([code, err]).toEqual([1, '']);
    expect(JSON.parse(out).error).toMatchObject({ code: 'unreadable_document' });
  });

  it('ends at Ctrl-C, and the server sees it', async () => {
    await using slow = await startWireDouble([{ delayMs: 60_000 }]);
    const begun = performance.now();
    const { code, err } = await started(
      ['ask', 'x', '--local', 'ollama:m'],
      { OLLAMA_ENDPOINT: slow.url },
      kill => {
        void expect
          .poll(() => slow.requests.length, { timeout: 15_000 })
          .toBe(1)
          .then(kill);
      },
    );
    expect([code, err.trim()]).toEqual([130, 'Interrupted.']);
    expect(performance.now() - begun).toBeLessThan(19_000);
    await expect.poll(slow.aborted).toBe(1);
  });
});

describe('a name that every object has', () => {
  const names = ['constructor', '__proto__', 'toString', 'hasOwnProperty'];
  const asked = names.flatMap(name => [
    ['ask', 'hi', '--pattern', name],
    ['ask', 'hi', '--model', name],
    ['ask', 'hi', '--local', name],
    ['ask', 'hi', '--cloud', name],
    ['ask', 'hi', '--pattern', 'cascade', '--gate', name],
    ['chat', '--pattern', name],
    ['chat', '--model', name],
    ['show', name],
    [name],
  ]);

  it.each(asked)('is refused like any other that is not known: %s %s %s %s', async (...args) => {
    const { code, err } = await tandem(args);
    expect(code).not.toBe(0);
    expect(err).not.toMatch(/TypeError|is not a function|undefined|\n\s+at /);
  });
});

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startWireDouble, type WireDouble } from '../../../src/testing/index.ts';
import { runTandem } from '../run-tandem.ts';
import { type Ended, spawnTandem } from '../spawn-tandem.ts';

const rows = 12;
let folder = '';
let server: Paid;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-label-'));
  server = await startPaidServer();
  const questions = Array.from({ length: rows }, (_, index) => ({
    id: `q${index}`,
    prompt: `question number ${index}`,
    reference: 'forty',
  }));
  write('questions.jsonl', questions);
  writeFileSync(
    join(folder, 'tandem.config.json'),
    JSON.stringify({
      models: {
        local: { spec: 'llama-server:small', endpoint: server.url },
        cloud: { spec: 'openai-compatible:large', endpoint: `${server.url}/v1`, place: 'cloud' },
      },
    }),
  );
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Paid {
  readonly url: string;
  /** How often each model answered each prompt. */
  readonly answered: ReadonlyMap<string, number>;
  readonly asked: () => number;
  readonly most: () => number;
  /** From this call on nothing is answered; `undefined` for never. */
  silentFrom: number | undefined;
  /** Each so many calls one is refused; 0 for none. */
  refusesEach: number;
  close(): Promise<void>;
}

async function startPaidServer(): Promise<Paid> {
  const answered = new Map<string, number>();
  let calls = 0;
  let open = 0;
  let most = 0;
  const double: WireDouble = await startWireDouble([{ delayMs: 5 }], ({ path, body }, step) => {
    if (!path.endsWith('/chat/completions')) return { json: { data: [] } };
    calls++;
    if (paid.silentFrom !== undefined && calls >= paid.silentFrom) {
      most = Math.max(most, ++open);
      return { step: { hangs: true } };
    }
    if (paid.refusesEach > 0 && calls % paid.refusesEach === 0) return { step: { status: 400 } };
    const key = JSON.stringify([body.model, body.messages]);
    answered.set(key, (answered.get(key) ?? 0) + 1);
    return { step: { ...step, text: 'forty' } };
  });
  const paid: Paid = {
    url: double.url,
    answered,
    asked: () => calls,
    most: () => most,
    silentFrom: undefined,
    refusesEach: 0,
    close: double.close,
  };
  return paid;
}

function write(name: string, lines: readonly object[]): void {
  writeFileSync(join(folder, name), `${lines.map(line => JSON.stringify(line)).join('\n')}\n`);
}

function log(name = 'log.jsonl'): { id: string; by: string; local: object; decoding: object }[] {
  const text = readFileSync(join(folder, name), 'utf8').trim();
  return text === '' ? [] : text.split('\n').map(line => JSON.parse(line));
}

const ask = ['label', 'questions.jsonl', '--ask', '--by', 'exact', '--out', 'log.jsonl'];

function label(more: readonly string[] = []): Promise<Ended> {
  return runTandem([...ask, ...more], { folder, env: { TANDEM_DISCOVERY: 'off' } });
}

// Ends the command by a signal as soon as nothing is answered any more.
function endedBy(signal: NodeJS.Signals): Promise<Ended> {
  return spawnTandem(ask, {
    folder,
    env: { TANDEM_DISCOVERY: 'off' },
    onStart: end => {
      const from = server.silentFrom! + 3;
      const watch = setInterval(() => {
        if (server.asked() < from) return;
        clearInterval(watch);
        end(signal);
        if (signal === 'SIGINT') setTimeout(() => end(signal), 300);
      }, 10);
    },
  });
}

describe('tandem label --ask', () => {
  it('pays for no answer twice, killed twice and with every third call failing', async () => {
    server.refusesEach = 3;
    for (const signal of ['SIGKILL', 'SIGINT'] as const) {
      server.silentFrom = server.asked() + 9;
      const { code } = await endedBy(signal);
      expect(code).not.toBe(0);
    }
    server.silentFrom = undefined;
    let ended = await label();
    expect(ended).toMatchObject({ code: 1, err: expect.stringMatching(/rows failed/) });
    for (let tries = 0; ended.code === 1 && tries < 10; tries++) ended = await label();
    expect(ended.code).toBe(0);
    expect(log().map(({ id }) => id)).toEqual(Array.from({ length: rows }, (_, at) => `q${at}`));
    expect([...server.answered.values()]).toEqual(Array.from({ length: 2 * rows }, () => 1));
    expect(existsSync(join(folder, 'log.jsonl.part'))).toBe(false);
  }, 60_000);

  it('asks four rows at a time, or as many as it is told', async () => {
    server.silentFrom = 1;
    await endedBy('SIGKILL');
    expect(server.most()).toBe(4);
  }, 30_000);

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'finishes at %s what it has begun, and has each row on disk',
    async signal => {
      const running = spawnTandem([...ask, '--concurrency', '1'], {
        folder,
        env: { TANDEM_DISCOVERY: 'off' },
        onStart: end => {
          const watch = setInterval(() => {
            if (server.asked() < 5) return;
            clearInterval(watch);
            end(signal);
          }, 1);
        },
      });
      const { code, err } = await running;
      expect(code).toBe(130);
      expect(err).toContain('the same command goes on');
      const kept = log().length;
      expect(kept).toBeGreaterThan(1);
      expect(server.answered.size).toBe(2 * kept);
    },
    30_000,
  );

  it('names the rows that failed, and keeps the others', async () => {
    server.refusesEach = 5;
    const { code, err } = await label(['--concurrency', '1']);
    expect(code).toBe(1);
    expect(err).toMatch(/failed {2}q\d+: /);
    expect(log().length).toBeGreaterThan(5);
    server.refusesEach = 0;
    expect(await label()).toMatchObject({ code: 0, out: expect.stringContaining('12 rows') });
  });

  it('takes half a line at the end of a file for what it is', async () => {
    await label();
    const whole = readFileSync(join(folder, 'log.jsonl'), 'utf8');
    writeFileSync(join(folder, 'log.jsonl'), whole.slice(0, -40));
    expect((await label()).code).toBe(0);
    expect(log()).toHaveLength(rows);
    expect([...server.answered.values()].filter(times => times > 1)).toHaveLength(2);
  });

  it('asks the cloud alone, and once, where the draft is there', async () => {
    write('questions.jsonl', [
      { id: 'a', prompt: 'one', reference: 'forty', local: { model: 'x', answer: 'forty' } },
    ]);
    expect((await label()).code).toBe(0);
    expect(server.answered.size).toBe(1);
    expect(server.asked()).toBe(1);
  });

  it('notes the decoding, and mixes no other and no other models into a log', async () => {
    await label(['--temperature', '0', '--max-output-tokens', '20']);
    expect(log()[0]).toMatchObject({
      by: 'exact',
      decoding: { temperature: 0, maxOutputTokens: 20 },
    });
    expect(await label(['--temperature', '0.7'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('holds answers at temperature 0, at most 20 tokens'),
    });
    expect(await label(['--local', 'llama-server:other'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('holds answers of'),
    });
  });

  it('keeps rows of earlier questions in the log', async () => {
    await label();
    write('questions.jsonl', [{ id: 'new', prompt: 'another', reference: 'forty' }]);
    expect(await label()).toMatchObject({
      code: 0,
      out: expect.stringContaining('12 other rows stay in it'),
    });
    expect(log()).toHaveLength(rows + 1);
  });

  it.each([
    [['--concurrency', '0'], 'must be a whole number from 1 to 64'],
    [['--concurrency', 'many'], 'must be a whole number from 1 to 64'],
    [['--temperature', '3'], 'must be a number from 0 to 2'],
    [['--max-output-tokens', '1.5'], 'must be a whole number of at least 1'],
  ] as const)('says what is wrong with %j', async (more, said) => {
    expect(await label(more)).toMatchObject({ code: 2, err: expect.stringContaining(said) });
  });
});

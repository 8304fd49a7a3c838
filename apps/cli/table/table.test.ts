import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startWireDouble } from '../../../src/testing/index.ts';
import { runTandem } from '../run-tandem.ts';
import { spawnTandem } from '../spawn-tandem.ts';

let folder = '';
const env = { TANDEM_DISCOVERY: 'off' };
const args = ['table', '--docs', 'docs', '--questions', 'questions.txt'];
const table = (...more: string[]) => runTandem([...args, ...more], { folder, env });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-table-'));
  mkdirSync(join(folder, 'docs'));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  for (const [name, fee] of [
    ['a', '4,800'],
    ['b', '5,200'],
    ['c', '4,800'],
  ])
    write(`docs/${name}.md`, `# Fees\n\nThe monthly fee is ${fee} euros. It is due on day 3.\n`);
  write('questions.txt', 'What is the monthly fee?\nWho is the landlord?\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('tandem table', () => {
  it('fills a grid without any model, with quotes, places and contradictions', async () => {
    const { code, out } = await table('--json');
    expect(code).toBe(0);
    const filled = JSON.parse(out);
    expect(filled).toMatchObject({ documents: 3, cells: 6, answered: 3, failed: 0, unread: [] });
    expect(filled.rows[0].cells[0]).toMatchObject({
      status: 'answered',
      value: 'The monthly fee is 4,800 euros.',
      evidence: [{ quote: 'The monthly fee is 4,800 euros.', line: 3 }],
      coverage: { chunks: 1, read: 1 },
      costUsd: 0,
      contradicts: ['b.md'],
    });
    expect(filled.rows[0].cells[1]).toMatchObject({ status: 'nothing', value: '' });
  });

  it('writes each kind of file, and refuses one that is there', async () => {
    const outs = ['--out', 'a.csv', '--out', 'a.html', '--out', 'a.json'];
    expect(await table(...outs)).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, 'a.csv'), 'utf8').split('\r\n')).toHaveLength(5);
    expect(readFileSync(join(folder, 'a.html'), 'utf8')).toContain('href="./docs/a.md#:~:text=');
    expect(JSON.parse(readFileSync(join(folder, 'a.json'), 'utf8')).rows).toHaveLength(3);
    expect(existsSync(join(folder, 'a.csv.part'))).toBe(false);
    expect(await table('--out', 'a.csv')).toMatchObject({
      code: 1,
      err: expect.stringContaining('is there already'),
    });
    expect(await table('--out', 'a.csv', '--force')).toMatchObject({ code: 0 });
  });

  it('writes nothing that a terminal obeys into any kind of file', async () => {
    const obeyed = '&#27;[2J&#x9b;31m&#x202e;';
    const page = `<p>The monthly fee is ${obeyed}9,900 euros.</p><p>It is due on day 3.</p>`;
    writeFileSync(join(folder, 'docs', 'd.html'), page);
    await table('--out', 'a.csv', '--out', 'a.html', '--out', 'a.json');
    for (const name of ['a.csv', 'a.html', 'a.json']) {
      const text = readFileSync(join(folder, name), 'utf8');
      expect(text).toContain('9,900 euros');
      const left = ['\u001b', '\u009b', '\u202e', '\u0007'].filter(each => text.includes(each));
      expect([name, left]).toEqual([name, []]);
    }
  });

  it('says which document could not be read, and why, and exits with 1', async () => {
    writeFileSync(join(folder, 'docs', 'd.dat'), new Uint8Array(200).fill(1));
    const { code, err } = await table('--out', 'a.csv');
    expect(code).toBe(1);
    expect(err).toMatch(/unread {2}d\.dat: .*binary/);
    const rows = readFileSync(join(folder, 'a.csv'), 'utf8').split('\r\n');
    expect(rows[4]).toMatch(/^d\.dat,.*unread: .*binary/);
  });

  it.each([
    [['--docs', 'docs'], 'No questions are given'],
    [['--questions', 'questions.txt'], 'No document is given'],
    [[...args.slice(1), '--out', 'a.xls'], 'none of .csv, .json, .html'],
    [[...args.slice(1), '--concurrency', '0'], 'must be a whole number from 1 to 64'],
  ] as const)('says what is wrong with %j', async (more, said) => {
    const ended = await runTandem(['table', ...more], { folder, env });
    expect(ended).toMatchObject({ code: 2, err: expect.stringContaining(said) });
  });

  it('sends nothing of documents that are for this device alone', async () => {
    const paid = await startPaid();
    configure(paid.url);
    expect(
      await table('--label', 'local-only', '--out', 'a.json', '--journal', 'a.db'),
    ).toMatchObject({ code: 0 });
    await paid.close();
    const clouds = [...paid.answered.keys()].filter(said => said.startsWith('["large"'));
    expect(clouds.filter(said => said.includes('4,800') || said.includes('due on'))).toEqual([]);
    const { rows } = JSON.parse(readFileSync(join(folder, 'a.json'), 'utf8'));
    expect(rows[0].cells[0]).toMatchObject({ status: 'answered', evidence: [{ line: 3 }] });
  });

  it('takes questions with names as JSON', async () => {
    const lines = '{"name":"fee","question":"What is the monthly fee?"}\n';
    writeFileSync(join(folder, 'questions.txt'), lines);
    await table('--out', 'a.csv');
    expect(readFileSync(join(folder, 'a.csv'), 'utf8')).toMatch(/^document,unread,fee,fee: quote/);
  });
});

describe('tandem table that is ended', () => {
  it('goes on with the same command, and pays for no call twice', async () => {
    const whole = await startPaid();
    const { code } = await spawned(whole.url, 'whole.json');
    expect(code).toBe(0);
    await whole.close();
    const cut = await startPaid();
    for (const signal of ['SIGKILL', 'SIGINT'] as const) {
      cut.silentFrom = cut.asked() + 5;
      await spawned(cut.url, 'cut.json', end => {
        const watch = setInterval(() => {
          if (cut.asked() < cut.silentFrom!) return;
          clearInterval(watch);
          end(signal);
        }, 20);
      });
      expect(existsSync(join(folder, 'cut.json'))).toBe(false);
    }
    cut.silentFrom = undefined;
    expect(await spawned(cut.url, 'cut.json')).toMatchObject({ code: 0 });
    await cut.close();
    const rowsOf = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8')).rows;
    const valuesOf = (name: string) =>
      rowsOf(name).map(({ cells }: { cells: { value: string }[] }) => cells.map(c => c.value));
    expect(valuesOf('cut.json')).toEqual(valuesOf('whole.json'));
    expect([...cut.answered].sort()).toEqual([...whole.answered].sort());
  }, 240_000);
});

function configure(url: string): void {
  writeFileSync(
    join(folder, 'tandem.config.json'),
    JSON.stringify({
      models: {
        local: { spec: 'llama-server:small', endpoint: url },
        cloud: { spec: 'openai-compatible:large', endpoint: `${url}/v1`, place: 'cloud' },
      },
      journal: { leaseMs: 2000 },
    }),
  );
}

function spawned(url: string, out: string, onStart?: Parameters<typeof spawnTandem>[1]['onStart']) {
  configure(url);
  const journal = ['--journal', `${out}.db`, '--concurrency', '1', '--out', out];
  return spawnTandem([...args, ...journal], { folder, env, ...(onStart && { onStart }) });
}

async function startPaid() {
  const answered = new Map<string, number>();
  let calls = 0;
  const paid = { silentFrom: undefined as number | undefined, asked: () => calls, answered };
  const double = await startWireDouble([{ delayMs: 1 }], ({ path, body }, step) => {
    if (!path.endsWith('/chat/completions')) return { json: { data: [] } };
    calls++;
    if (paid.silentFrom !== undefined && calls >= paid.silentFrom) return { step: { hangs: true } };
    const said = JSON.stringify([body.model, body.messages]);
    answered.set(said, (answered.get(said) ?? 0) + 1);
    const quote = /The monthly fee is [\d,]+ euros/.exec(said)?.[0] ?? null;
    const worker = JSON.stringify({ explanation: 'It says so.', citation: quote, answer: quote });
    const isWorker = body.model === 'small';
    return { step: { ...step, text: isWorker ? worker : `${quote ?? 'Nothing'} [e1].` } };
  });
  return Object.assign(paid, { url: double.url, close: () => double.close() });
}

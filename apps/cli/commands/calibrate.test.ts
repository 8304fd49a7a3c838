import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/entries/eval.ts';
import { runTandem } from '../run-tandem.ts';
import { type Ended, spawnTandem } from '../spawn-tandem.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-calibrate-'));
  const random = seededRandom(4);
  const rows = Array.from({ length: 1600 }, (_, index) => {
    const minProbability = random();
    const signals = { minProbability };
    return {
      prompt: `question ${index}`,
      split: ['train', 'cal', 'cal', 'test'][index % 4],
      local: { model: 'ollama:small', correct: random() < minProbability, signals },
      cloud: { model: 'openai:large', correct: 1 },
    };
  });
  write('log.jsonl', rows.map(row => JSON.stringify(row)).join('\n'));
  write(
    'broken.jsonl',
    `${JSON.stringify(rows[0])}\n` +
      '{"prompt":"x","local":{"correct":1,"signals":{"a":null}},"cloud":{"correct":1}}\n',
  );
  write('empty.jsonl', '\n');
  write(
    'questions.jsonl',
    '{"prompt":"321||----=","reference":"10232||1"}\n' +
      '{"prompt":"1|32|-102=","reference":"nothing"}\n',
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

// What is typed needs a process of its own.
function tandem(args: readonly string[], input?: string): Promise<Ended> {
  const env = { TANDEM_DISCOVERY: 'off' };
  return input === undefined
    ? runTandem(args, { folder, env })
    : spawnTandem(args, { folder, env, input });
}

describe('tandem calibrate', () => {
  it('writes a calibration whose guarantee and figures it shows', async () => {
    const { code, out } = await tandem([
      'calibrate',
      'support',
      'log.jsonl',
      '--target-quality',
      '0.9',
      '--json',
    ]);
    expect(code).toBe(0);
    const { file, calibration, test } = JSON.parse(out);
    expect(calibration).toMatchObject({
      name: 'support',
      pair: { local: 'ollama:small', cloud: 'openai:large' },
    });
    expect(test.ratio).toBeGreaterThan(0.88);
    expect(JSON.parse(readFileSync(join(folder, file), 'utf8'))).toEqual(calibration);
  });

  it('goes on with a calibration by rows that came since, each of them once', async () => {
    await tandem(['calibrate', 'weekly', 'log.jsonl', '--target-quality', '0.9']);
    const again = ['calibrate', '--again', 'weekly.calibration.json', 'log.jsonl'];
    const first = await tandem([...again, '--split', 'test', '--json']);
    expect(first.code).toBe(0);
    const { file, calibration, ...told } = JSON.parse(first.out);
    expect(told).toMatchObject({ taken: 400, leftOut: 0, isRefuted: false });
    expect(JSON.parse(readFileSync(join(folder, file), 'utf8'))).toEqual(calibration);
    const second = await tandem([...again, '--split', 'test']);
    expect(second.out).toMatch(/0 rows taken, 400 left out/);
    expect(await tandem(again.slice(0, 3))).toMatchObject({
      code: 2,
      err: expect.stringContaining('One log must be given'),
    });
  });

  it('checks a calibration on rows that it has not seen, and on no others', async () => {
    const made = ['calibrate', 'checked', 'log.jsonl', '--target-quality', '0.9'];
    expect((await tandem(made)).out).toContain('written  checked.calibration.json');
    const check = ['calibrate', '--check', 'checked.calibration.json', 'log.jsonl'];
    const test = await tandem([...check, '--split', 'test', '--json']);
    expect(JSON.parse(test.out)).toMatchObject({ name: 'checked', test: { rows: 400 } });
    expect(await tandem([...check, '--split', 'cal'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('cannot test it'),
    });
  });

  it('knows the decoding of the log, and tells another one', async () => {
    const rows = readFileSync(join(folder, 'log.jsonl'), 'utf8').split('\n');
    const decoded = (temperature: number) =>
      rows.map(row => JSON.stringify({ ...JSON.parse(row), decoding: { temperature } })).join('\n');
    write('cold.jsonl', decoded(0));
    write('warm.jsonl', decoded(0.8));
    write(
      'mixed.jsonl',
      `${decoded(0).slice(0, 100_000)}`.replace(/\n[^\n]*$/, '\n') + decoded(0.8),
    );
    const made = await tandem([
      'calibrate',
      'cold',
      'cold.jsonl',
      '--target-quality',
      '0.9',
      '--json',
    ]);
    expect(JSON.parse(made.out).calibration.decoding).toEqual({ temperature: 0 });
    const check = ['calibrate', '--check', 'cold.calibration.json'];
    expect((await tandem([...check, 'cold.jsonl', '--split', 'test'])).err).toBe('');
    expect((await tandem([...check, 'warm.jsonl', '--split', 'test'])).err).toContain(
      'calibrated on answers at temperature 0, and these are at temperature 0.8',
    );
    const mixed = await tandem(['calibrate', 'mixed', 'mixed.jsonl', '--target-quality', '0.9']);
    expect(mixed.err).toContain('decoded in 2 ways');
  });

  it('refuses the unreachable with exit 1, best point and bound, and writes nothing', async () => {
    const { code, out } = await tandem([
      'calibrate',
      'far',
      'log.jsonl',
      '--target-quality',
      '0.95',
      '--max-escalation',
      '0.1',
    ]);
    expect(code).toBe(1);
    expect(out).toMatch(/^refused\n/);
    expect(out.replace(/\s+/g, ' ')).toMatch(/Best point .*Bound for any gate/);
    expect(existsSync(join(folder, 'far.calibration.json'))).toBe(false);
  });

  it.each([
    [['calibrate', 'x'], 2, 'A name and a log must be given'],
    [['calibrate', 'x', 'log.jsonl'], 2, 'Nothing is demanded'],
    [['calibrate', 'x', 'log.jsonl', '--target-quality', '95'], 2, 'must be a number from 0 to 1'],
    [
      ['calibrate', 'x', 'log.jsonl', '--target-quality', '0.9', '--measure', 'rate'],
      2,
      'must be one of "ratio", "kept", "accuracy"',
    ],
    [['calibrate', 'x', 'none.jsonl', '--target-quality', '0.9'], 1, 'cannot be read'],
    [['calibrate', 'x', 'empty.jsonl', '--target-quality', '0.9'], 1, 'holds no rows'],
    [['calibrate', 'x', 'broken.jsonl', '--target-quality', '0.9'], 1, 'line 2, cannot be used'],
    [
      ['calibrate', 'x', 'log.jsonl', '--target-quality', '0.5', '--out', 'no/such/folder.json'],
      1,
      'cannot be written',
    ],
  ] as const)('says what is wrong with %j', async (args, code, said) => {
    const ended = await tandem(args);
    expect(ended.code).toBe(code);
    expect(ended.err).toContain(said);
    expect(
      readdirSync(folder).filter(name => name.endsWith('.tmp') || name.startsWith('x.')),
    ).toEqual([]);
  });
});

describe('tandem label', () => {
  const models = ['--local', 'tiny:hanoi-early-200', '--cloud', 'tiny:hanoi-finished'];

  it('asks both models, takes signals, labels by reference or person, and compares', async () => {
    const asked = await tandem([
      'label',
      'questions.jsonl',
      '--ask',
      '--by',
      'exact',
      '--out',
      'asked.jsonl',
      ...models,
    ]);
    expect(asked).toMatchObject({ code: 0, out: expect.stringContaining('2 rows in asked.jsonl') });
    const row = JSON.parse(readFileSync(join(folder, 'asked.jsonl'), 'utf8').split('\n')[0]!);
    expect(row.local.signals).toMatchObject({
      minProbability: expect.any(Number),
      characters: expect.any(Number),
    });
    const person = await tandem(
      ['label', 'asked.jsonl', '--by', 'person', '--out', 'person.jsonl', '--json'],
      'n\nn\nn\ny\n',
    );
    expect(JSON.parse(person.out)).toMatchObject({
      rows: 2,
      agreement: { compared: 4, share: 0.75 },
    });
    const both = await tandem(['label', 'asked.jsonl', '--by', 'agreement', '--out', 'both.jsonl']);
    expect(both.err).toContain('Labels are agreement with the cloud');
  }, 30_000);

  it.each([
    [
      ['label', 'questions.jsonl', '--by', 'exact'],
      2,
      '`--out` must be a text that is not empty, got nothing',
    ],
    [
      ['label', 'questions.jsonl', '--by', 'guess', '--out', 'y.jsonl'],
      2,
      'must be one of "exact", "numeric"',
    ],
    [['label', '--by', 'exact', '--out', 'y.jsonl'], 2, 'One file, or `--from-journal`'],
    [
      ['label', 'questions.jsonl', '--by', 'exact', '--out', 'y.jsonl'],
      1,
      'Ask for them by `--ask`',
    ],
    [
      ['label', '--from-journal', '--by', 'exact', '--out', 'y.jsonl'],
      1,
      'The journal holds no runs of a cascade',
    ],
    [
      ['label', 'questions.jsonl', '--by', 'schema', '--out', 'y.jsonl'],
      2,
      'needs `--schema FILE`',
    ],
  ] as const)('says what is wrong with %j', async (args, code, said) => {
    const ended = await tandem(args);
    expect(ended.code).toBe(code);
    expect(ended.err).toContain(said);
    expect(existsSync(join(folder, 'y.jsonl'))).toBe(false);
  });
});

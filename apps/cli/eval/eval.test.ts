import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runTandem } from '../run-tandem.ts';
import { spawnTandem } from '../spawn-tandem.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-eval-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const kinds = [
  'prove the lemma of',
  'integrate over',
  'find the phone of',
  'spell the name of',
  'derive the law of',
];
const row = (index: number, split: string) => {
  const kind = index % kinds.length;
  const isHard =
    kinds[kind]!.startsWith('find') || kinds[kind]!.startsWith('spell')
      ? index % 11 === 0
      : index % 9 !== 0;
  return JSON.stringify({
    prompt: `Please ${kinds[kind]} case ${index} and say how sure you are`,
    group: `kind ${kind}`,
    split,
    local: { correct: !isHard, signals: { agreement: isHard ? 0.4 : 0.9 } },
    cloud: { correct: true, outputTokens: 100 },
  });
};

beforeAll(() => {
  const rows = Array.from({ length: 240 }, (_, index) =>
    row(index, index % 3 === 0 ? 'cal' : 'train'),
  );
  writeFileSync(join(folder, 'log.jsonl'), rows.join('\n'));
  writeFileSync(
    join(folder, 'broken.jsonl'),
    `${row(1, 'train')}\n{"prompt":"x","local":{"correct":2}}\n`,
  );
  const named = (model: string, index: number) => {
    const { local, ...rest } = JSON.parse(row(index, 'train'));
    return JSON.stringify({ ...rest, local: { ...local, model } });
  };
  const pairs = Array.from({ length: 30 }, (_, index) =>
    named(index === 9 ? 'other' : 'small', index),
  );
  writeFileSync(join(folder, 'pairs.jsonl'), pairs.join('\n'));
  writeFileSync(
    join(folder, 'few.jsonl'),
    Array.from({ length: 20 }, (_, index) => row(index, 'train')).join('\n'),
  );
});

async function tandem(...args: string[]) {
  const { code, out, err } = await runTandem(args, { folder });
  return { status: code, stdout: out, stderr: err };
}

describe('tandem train router and tandem eval', () => {
  it('train on one split, test on another, print figures by name, and save a report', async () => {
    const train = ['train', 'router', 'log.jsonl', '--split', 'train', '--out', 'w.json', '--json'];
    const trained = await spawnTandem(train, { folder });
    expect(trained.code).toBe(0);
    expect(JSON.parse(trained.out)).toMatchObject({
      training: { rows: 160 },
      pair: { local: 'unknown' },
    });
    const args = ['eval', 'router', '--weights', 'w.json', '--data', 'log.jsonl', '--split', 'cal'];
    const { status, stdout, stderr } = await tandem(...args, '--json', '--save', 'report');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const report = JSON.parse(stdout) as Record<string, unknown>;
    for (const name of ['apgr', 'cpt50', 'cpt80', 'need95', 'auroc', 'ece'])
      expect(report[name]).toBeTypeOf('number');
    expect(report.trainedOn).toMatchObject({ rows: 160, leftOut: { groups: 5, folds: 5 } });
    const baselines = [
      'length',
      'random',
      'task-type',
      'knn',
      'oracle',
      'lexicon',
      'cascade by agreement',
    ];
    expect(Object.keys(report.baselines as object)).toEqual(expect.arrayContaining(baselines));
    expect(readFileSync(join(folder, 'report', 'eval.md'), 'utf8')).toContain('| router |');
    expect(readFileSync(join(folder, 'report', 'eval.md'), 'utf8')).toMatch(
      /groups left out of it: APGR 0\.\d{3} {2}\(95 %/,
    );
    expect(readFileSync(join(folder, 'report', 'eval.svg'), 'utf8')).toMatch(
      /^<svg[\s\S]*<\/svg>\n$/,
    );
    expect(existsSync(join(folder, 'report', 'eval.json'))).toBe(true);
  });

  it('measure a calibrated cascade of the configuration by name, on unseen rows', async () => {
    const log = Array.from({ length: 600 }, (_, index) =>
      row(index, ['train', 'cal', 'test'][index % 3]!),
    );
    writeFileSync(join(folder, 'parted.jsonl'), log.join('\n'));
    const demand = [
      '--target-quality',
      '0.9',
      '--measure',
      'accuracy',
      '--local',
      'small',
      '--cloud',
      'large',
      '--out',
      'gate.json',
      '--json',
    ];
    const calibrated = await tandem('calibrate', 'support', 'parted.jsonl', ...demand);
    expect({ status: calibrated.status, stderr: calibrated.stderr }).toEqual({
      status: 0,
      stderr: '',
    });
    const config = { patterns: { support: { pattern: 'cascade', calibration: 'gate.json' } } };
    writeFileSync(join(folder, 'with-gate.json'), JSON.stringify(config));
    const evaluate = (split: string) =>
      tandem(
        'eval',
        'support',
        '--data',
        'parted.jsonl',
        '--split',
        split,
        '--config',
        'with-gate.json',
        '--json',
      );
    const report = JSON.parse((await evaluate('test')).stdout) as {
      auroc: number;
      apgr: number;
      baselines: { oracle: { apgr: number } };
    };
    expect(report.auroc).toBe(1);
    expect(report.apgr).toBe(report.baselines.oracle.apgr);
    expect(await evaluate('cal')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('cannot test it'),
    });
  });

  it.each([
    [
      'rows that trained it',
      ['eval', '--weights', 'w.json', '--data', 'log.jsonl', '--split', 'train'],
      1,
      '160 of these 160 rows',
    ],
    ['a broken line', ['eval', '--data', 'broken.jsonl'], 1, 'broken.jsonl, line 2'],
    ['two pairs', ['eval', '--data', 'pairs.jsonl'], 1, 'mixes 2 local models: small, other'],
    ['two pairs in a bound', ['eval', '--bound', '--data', 'pairs.jsonl'], 1, 'mixes 2 local'],
    ['an address that is none', ['observed', '--url', 'support'], 2, '`--url` is "support".'],
    ['an address of a file', ['observed', '--url', 'file:///x'], 2, 'begins with http://'],
    [
      'a broken line in training',
      ['train', 'router', 'broken.jsonl', '--out', 'x.json'],
      1,
      'line 2',
    ],
    ['no such policy', ['eval', 'lenght', '--data', 'log.jsonl'], 2, 'Did you mean "length"?'],
    [
      'a router without weights',
      ['eval', 'router', '--data', 'log.jsonl'],
      2,
      'Give --weights FILE',
    ],
    [
      'a file that is there',
      ['train', 'router', 'log.jsonl', '--out', 'w.json'],
      2,
      'exists already',
    ],
    [
      'nothing to train',
      ['train', 'cascade', 'log.jsonl', '--out', 'x.json'],
      2,
      'tandem train router LOG',
    ],
    [
      'no such split',
      ['eval', '--data', 'log.jsonl', '--split', 'test'],
      1,
      'Splits there: cal, train',
    ],
  ])('refuse %s', async (_, args, code, said) => {
    const { status, stdout, stderr } = await tandem(...args);
    expect({ status, stdout }).toEqual({ status: code, stdout: '' });
    expect(stderr).toContain(said);
    expect(existsSync(join(folder, 'x.json'))).toBe(false);
  });

  it('warn of few rows, and print what a pair of models allows', async () => {
    expect((await tandem('eval', '--data', 'few.jsonl')).stderr).toContain('20 rows are few');
    const few = await tandem('eval', '--bound', '--data', 'few.jsonl');
    expect(few.stderr).toContain('20 rows are few');
    const { stdout } = await tandem('eval', '--bound', '--data', 'log.jsonl');
    expect(stdout).toContain('"90 % saved, 95 % kept" is out of reach for this pair');
    expect(
      JSON.parse((await tandem('eval', '--bound', '--data', 'log.jsonl', '--json')).stdout),
    ).toMatchObject({
      rows: 240,
    });
  });
});

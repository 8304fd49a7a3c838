import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../algorithms/seeded-random.ts';
import { cascade } from '../../index.ts';
import { userCall } from '../../model/answer.ts';
import { summaryOf } from '../../model/run/summary.ts';
import { scriptedModel } from '../../testing/scripted-model.ts';
import { parseOutcomes } from '../outcomes/read-outcomes.ts';
import { type CalibrateOptions, calibrate } from './calibrate.ts';
import { checkCalibration, readCalibration } from './calibration.ts';
import { evaluateCalibration } from './evaluate-calibration.ts';

// Drafts that are right with a probability near their own token probability, and a cloud that is
// right 96 times in 100.
function lines(n: number, more: (index: number) => object = () => ({}), seed = 1): string {
  const random = seededRandom(seed);
  const rows = Array.from({ length: n }, (_, index) => {
    const minProbability = Math.round(random() * 1000) / 1000;
    const right = random() < 0.3 + 0.7 * minProbability;
    return {
      id: `r${index}`,
      prompt: `question ${seed}/${index}`,
      split: ['train', 'cal', 'cal', 'test'][index % 4],
      local: {
        model: 'local',
        correct: right,
        latencyMs: index,
        costUsd: 0,
        signals: { minProbability },
      },
      cloud: { model: 'cloud', correct: random() < 0.96, costUsd: 0.01 },
      ...more(index),
    };
  });
  return rows.map(row => JSON.stringify(row)).join('\n');
}

const log = (n: number, more?: Parameters<typeof lines>[1]) =>
  parseOutcomes(lines(n, more), 'log.jsonl');
const base: CalibrateOptions = {
  name: 'support',
  demands: { quality: 0.9, confidence: 0.95 },
  date: '2026-01-01',
};
const made = (n = 2000, options: Partial<CalibrateOptions> = {}) =>
  calibrate(log(n), { ...base, ...options });

describe('calibrate', () => {
  it('gives a threshold that holds on rows it has not seen, and says on what it stands', () => {
    const { calibration } = made(4000);
    expect(calibration).toMatchObject({
      pair: { local: 'local', cloud: 'cloud' },
      data: { fitted: 1000, calibrated: 2000 },
      guarantee: expect.stringContaining('at least 0.9 times as often as the cloud alone'),
      localP95Ms: expect.any(Number),
    });
    const test = log(4000).rows.filter(({ split }) => split === 'test');
    const report = evaluateCalibration(calibration!, test);
    expect(report.ratio).toBeGreaterThan(0.89);
    expect(report.escalation).toBeLessThan(0.8);
    expect(report.escalationInterval.low).toBeLessThan(report.escalation);
  });

  it('gives the same calibration for the same log, to the digit, and survives writing', () => {
    const [first, second] = [made().calibration!, made().calibration!];
    expect(JSON.stringify(first)).toBe(JSON.stringify(second));
    expect(checkCalibration(JSON.parse(JSON.stringify(first)))).toEqual(first);
  });

  it('refuses what cannot be reached, with the best point and the bound', () => {
    const result = made(2000, { demands: { quality: 0.99, maxEscalation: 0.1, confidence: 0.95 } });
    expect(result.calibration).toBeUndefined();
    expect(result).toMatchObject({
      refusal: expect.stringMatching(
        /Best point .* within the cap: .*Bound for any gate: accuracy ≤/,
      ),
    });
  });

  it('keeps a cap on cost, and says what is missing where costs are not known', () => {
    const { chosen } = made(2000, { demands: { maxCostUsd: 0.006, confidence: 0.95 } }) as {
      chosen: { costUsd: number };
    };
    expect(chosen.costUsd).toBeLessThan(0.006);
    const unknown = log(400, index => ({ cloud: { model: 'cloud', correct: index % 5 > 0 } }));
    expect(() =>
      calibrate(unknown, { ...base, demands: { maxCostUsd: 0.006, confidence: 0.95 } }),
    ).toThrow('cloud.costUsd');
  });

  it('parts a log without splits by a hash, the same way each time', () => {
    const { calibration } = calibrate(
      log(1000, () => ({ split: undefined })),
      base,
    );
    expect(calibration!.data.fitted + calibration!.data.calibrated).toBe(1000);
    expect(calibration!.data.fitted).toBeGreaterThan(230);
    expect(calibration!.data.fitted).toBeLessThan(370);
  });

  it('maps by isotonic steps where that is asked for', () => {
    const { calibration } = made(4000, { mapping: 'isotonic' });
    expect(calibration!.scorer.steps!.values.length).toBeGreaterThan(2);
  });

  it('joins several signals, and leaves those out that say nothing', () => {
    const noisy = log(4000, index => {
      const correct = index % 3 > 0;
      const signals = {
        noise: (index * 7919) % 101,
        useful: (index % 10 === 0) === correct ? 0.2 : 0.9,
      };
      return { local: { model: 'local', correct, signals } };
    });
    const { calibration } = calibrate(noisy, base);
    const weightOf = (name: string) =>
      calibration!.scorer.signals.find(signal => signal.name === name)!.weight;
    expect(Math.abs(weightOf('noise'))).toBeLessThan(0.2);
    expect(weightOf('useful')).toBeGreaterThan(1);
  });

  it('warns of few rows by the width of their interval, and of a cloud worse than local', () => {
    const few = calibrate(
      log(80, index => ({
        local: { model: 'local', correct: index % 3 > 0, signals: { s: index } },
        cloud: { model: 'cloud', correct: index % 2 > 0 },
      })),
      base,
    );
    expect(few.warnings.join(' ')).toMatch(/Only 40 rows .* lies between 0\.\d\d and 0\.\d\d/);
    expect(few.warnings.join(' ')).toContain('Check the labels');
  });

  it.each<[string, () => unknown, string]>([
    [
      'no signals',
      () =>
        calibrate(
          log(40, () => ({ local: { model: 'local', correct: true } })),
          base,
        ),
      'holds no signals',
    ],
    [
      'drafts of one class',
      () =>
        calibrate(
          log(200, () => ({ local: { model: 'l', correct: true, signals: { s: 1 } } })),
          base,
        ),
      'right in all 50 rows',
    ],
    [
      'a signal that nobody measured',
      () => made(200, { signals: ['agreement5'] }),
      'Signals there: minProbability',
    ],
    [
      'a pair that is not the log’s',
      () => made(200, { pair: { local: 'other' } }),
      'holds answers of "local" (row "r0") beside "other"',
    ],
    [
      'two local models',
      () =>
        calibrate(
          log(200, index =>
            index === 7 ? { local: { model: 'else', correct: true, signals: { s: 1 } } } : {},
          ),
          base,
        ),
      '"else" (row "r7")',
    ],
    [
      'no names of models',
      () =>
        calibrate(
          log(200, () => ({ cloud: { correct: true } })),
          base,
        ),
      'does not name its cloud model',
    ],
    ['too few rows', () => made(19), 'cannot be fitted and tested on 19 rows'],
    [
      'a cloud that is never right',
      () =>
        calibrate(
          log(200, () => ({ cloud: { model: 'cloud', correct: false } })),
          base,
        ),
      'The cloud is right in none of the',
    ],
    ['the same split twice', () => made(200, { calSplit: 'train' }), 'Name two splits'],
    [
      'a split that is not there',
      () => made(200, { calSplit: 'dev' }),
      'Splits there: train, cal, test',
    ],
    [
      'a signal missing in one row',
      () =>
        calibrate(
          log(200, index =>
            index === 9 ? { local: { model: 'local', correct: true, signals: { other: 1 } } } : {},
          ),
          { ...base, signals: ['minProbability'] },
        ),
      'The row "r9" has no signal minProbability',
    ],
  ])('says what is wrong: %s', (_, work, said) => {
    expect(work).toThrow(said);
  });
});

describe('a threshold cannot be tested on what it was made of', () => {
  it('refuses rows that fitted or chose it', () => {
    const { calibration } = made();
    for (const split of ['train', 'cal']) {
      const seen = log(2000).rows.filter(row => row.split === split);
      expect(() => evaluateCalibration(calibration!, seen)).toThrow('cannot test it');
    }
    expect(() => evaluateCalibration(calibration!, log(2000).rows)).toThrow('cannot test it');
  });

  it('does not look at rows of other splits: their outcomes change nothing', () => {
    const changed = log(2000, index =>
      index % 4 === 3
        ? { local: { model: 'local', correct: false, signals: { minProbability: 1 } } }
        : {},
    );
    const { threshold, scorer } = calibrate(changed, base).calibration!;
    expect({ threshold, scorer }).toEqual({
      threshold: made().calibration!.threshold,
      scorer: made().calibration!.scorer,
    });
  });
});

describe('a calibrated cascade', () => {
  const draft = (probability: number) => ({
    text: 'draft',
    logprobs: [{ token: 'draft', logprob: Math.log(probability) }],
  });
  const models = (probability: number) => ({
    local: scriptedModel([draft(probability)], { modelId: 'local' }),
    cloud: scriptedModel(['cloud'], { modelId: 'cloud', place: 'cloud' }),
  });

  it('asks for the signals that it needs and decides by its threshold', async () => {
    const calibration = made().calibration!;
    const sure = await cascade({ ...models(0.999), calibration }).doGenerate(userCall('Why?'));
    expect(summaryOf(sure)).toMatchObject({
      answeredBy: 'local',
      reason: expect.stringMatching(/^support 0\.9.* ≥ /),
    });
    const unsure = await cascade({ ...models(0.01), calibration }).doGenerate(userCall('Why?'));
    expect(summaryOf(unsure)).toMatchObject({
      answeredBy: 'cloud',
      reason: expect.stringMatching(/^support 0\.\d+ < /),
    });
  });

  it('refuses another pair of models', () => {
    const { local } = models(1);
    const other = scriptedModel([], { modelId: 'gpt-9', place: 'cloud' });
    expect(() => cascade({ local, cloud: other, calibration: made().calibration! })).toThrow(
      'is for local and cloud, not for local and gpt-9',
    );
  });

  it('TRAP 9: escalates and says so where the server sends no log-probabilities', async () => {
    const silent = { ...models(1), local: scriptedModel(['draft'], { modelId: 'local' }) };
    const answer = await cascade({ ...silent, calibration: made().calibration! }).doGenerate(
      userCall('Why?'),
    );
    expect(summaryOf(answer)).toMatchObject({
      answeredBy: 'cloud',
      reason: 'local gives no minProbability, on which "support" was calibrated: calibrate again',
    });
  });

  it('refuses a file that is none, or of another version', () => {
    const folder = mkdtempSync(join(tmpdir(), 'calibration-'));
    const write = (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const calibration = made().calibration!;
    expect(readCalibration(write('good.json', JSON.stringify(calibration))).name).toBe('support');
    expect(() => readCalibration(join(folder, 'none.json'))).toThrow('cannot be read');
    expect(() =>
      readCalibration(write('half.json', JSON.stringify(calibration).slice(0, 99))),
    ).toThrow('is not JSON');
    expect(() =>
      readCalibration(write('new.json', JSON.stringify({ ...calibration, version: 2 }))),
    ).toThrow('of version 2');
    expect(() =>
      readCalibration(write('bad.json', JSON.stringify({ ...calibration, threshold: 'x' }))),
    ).toThrow('"threshold"');
  });
});

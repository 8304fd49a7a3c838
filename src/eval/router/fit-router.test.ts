import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../algorithms/seeded-random.ts';
import { crossValidate } from '../calibration/cross-validate.ts';
import { feasibility } from '../calibration/feasibility.ts';
import { costsOf } from '../outcomes/outcome-costs.ts';
import type { OutcomeLog, OutcomeRow } from '../outcomes/outcome-log.ts';
import { parseOutcomes } from '../outcomes/read-outcomes.ts';
import { evaluatePolicies } from '../policies/evaluate-policies.ts';
import { baselinePolicies, weightsPolicy } from '../policies/policies.ts';
import { fitRouter } from './fit-router.ts';
import { promptFeatures } from './prompt-features.ts';
import { decideByWeights } from './router-decision.ts';
import { parseRouter, readRouterFile, serializeRouter, writeRouterFile } from './router-file.ts';
import { routingAccuracy } from './routing-accuracy.ts';
import { refuseSeen } from './seen-rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-router-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const subjects = ['algebra', 'history', 'cooking', 'law', 'botany', 'music', 'chess', 'weather'];
const nouns =
  'river engine teacher market planet window castle doctor garden letter bridge forest'.split(' ');

/**
 * Outcomes by a stated model: harder subjects and longer questions are where the local model fails;
 * 10 % noise.
 */
function outcomeLog(count: number, seed: number): OutcomeLog {
  const random = seededRandom(seed);
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)]!;
  const rows = Array.from({ length: count }, (_, index): OutcomeRow => {
    const subject = Math.floor(random() * subjects.length);
    const length = 4 + Math.floor(random() * 40);
    const filler = Array.from({ length }, () => pick(nouns)).join(' ');
    const difficulty = subject / subjects.length + length / 80;
    const right = random() < 0.1 ? random() < 0.5 : difficulty < 0.75;
    return {
      id: `row ${index}`,
      prompt: `A question of ${subjects[subject]} number ${index}: ${filler}?`,
      group: subjects[subject],
      local: { correct: right ? 1 : 0 },
      cloud: { correct: random() < 0.95 ? 1 : 0 },
    };
  });
  return { rows, hash: `seed ${seed}`, warnings: [] };
}

const train = outcomeLog(700, 1);
const test = outcomeLog(700, 2).rows;
const training = { date: '2026-01-01', accuracy: 0.8 };
const { weights, held } = fitRouter(train, training);

describe('a router trained on outcomes', () => {
  it('beats length and a random mixture on unseen rows, and no policy beats the oracle', () => {
    const evaluation = evaluatePolicies(
      test,
      [weightsPolicy(weights, test), ...baselinePolicies(test, train.rows)],
      {
        costs: costsOf(test),
        resamples: 200,
      },
    );
    const figures = Object.fromEntries(evaluation.policies.map(policy => [policy.name, policy]));
    expect(figures.router!.apgr).toBeGreaterThan(0.65);
    expect(figures.router!.aboveLength!.low).toBeGreaterThan(0.02);
    expect(figures.random!.apgr).toBeCloseTo(0.5);
    for (const { apgr } of evaluation.policies)
      expect(apgr).toBeLessThanOrEqual(figures.oracle!.apgr!);
    expect(figures.router!.ece).toBeLessThan(0.16);
  });

  it('keeps what its thresholds promise, near enough', () => {
    const kept = test.map(
      row =>
        (decideByWeights(weights, row.prompt, 'kept').to === 'cloud' ? row.cloud : row.local)
          .correct,
    );
    const cloud = test.map(row => row.cloud.correct);
    const mean = (values: readonly number[]) =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(kept) / mean(cloud)).toBeGreaterThan(0.91);
    // Without names of groups the rows are all alike, and zones are chosen on rows that were left
    // out.
    const ungrouped = train.rows.map(({ group: _, ...row }) => row);
    const plain = fitRouter({ ...train, rows: ungrouped }, training).weights;
    const routes = test.map(row => decideByWeights(plain, row.prompt, 'decided').to);
    const found = routingAccuracy(test, routes);
    expect(found.accuracy).toBeGreaterThan(0.75);
    expect(found.decided).toBeGreaterThan(0.1);
  });

  it('promises no decisions for a new group where groups decide, and says what it ranks', () => {
    const { thresholds, training: facts } = weights;
    expect(thresholds.decided).toMatchObject({
      localFrom: 1.01,
      cloudBelow: 0,
      from: 'left-out groups',
    });
    expect(facts.leftOut).toMatchObject({ groups: 8, folds: 8 });
    expect(facts.leftOut!.apgr).toBeLessThan(0.6);
    expect(
      fitRouter(train, { ...training, measureLeftOut: false }).weights.training.leftOut,
    ).toBeUndefined();
  });

  it('ships a bag of words where words and shape are not shown to rank better', () => {
    const { weights: bag, choice } = fitRouter(
      { ...train, rows: train.rows.slice(0, 150).map(({ group: _, ...row }) => row) },
      training,
    );
    expect(choice.scorer).toBe('bag of words');
    expect(choice.above!.low).toBeLessThanOrEqual(0);
    expect(bag.model.scaling).toBeUndefined();
    const text = serializeRouter(bag);
    expect(text.length).toBeLessThan(230_000);
    const read = parseRouter(text, 'bag.json');
    for (const { prompt } of test.slice(0, 50)) {
      const [a, b] = [bag, read].map(each => decideByWeights(each, prompt).scored.gain);
      expect(a).toBeCloseTo(b!, 1);
    }
  });

  it('says what more rows would buy, where a guarantee can be had', () => {
    const ungrouped = train.rows.map(({ group: _, ...row }) => row);
    const { kept } = fitRouter({ ...train, rows: ungrouped }, training).weights.thresholds;
    expect(kept.more.map(({ times }) => times)).toEqual([2, 4]);
    expect(kept.more[1]!.cloudShare).toBeLessThanOrEqual(kept.cloudShare + 0.02);
    expect(kept.more[1]!.cloudShare).toBeGreaterThanOrEqual(kept.point.cloudShare - 0.05);
  });

  it('is the same for the same log', () => {
    const again = fitRouter(train, training);
    expect(serializeRouter(again.weights)).toBe(serializeRouter(weights));
    expect(held.rows).toHaveLength(700);
  });

  it('loses little on groups that were left out, and says what it decided there', () => {
    const { policy, routes } = crossValidate(train, { by: 'groups', folds: 4 });
    expect(policy.urgency).toHaveLength(700);
    expect(routes.every(route => ['local', 'cloud', 'unsure'].includes(route))).toBe(true);
  });

  it('refuses to be tested on its own rows', () => {
    expect(() => refuseSeen({ name: 'w.json', data: weights.training }, train.rows)).toThrow(
      '700 of these 700 rows',
    );
    expect(() => refuseSeen({ name: 'w.json', data: weights.training }, test)).not.toThrow();
  });
});

describe('logs that nothing can be learned from', () => {
  const alike = (count: number, local: number): OutcomeLog => ({
    ...train,
    rows: train.rows
      .slice(0, count)
      .map(row => ({ ...row, local: { correct: local }, cloud: { correct: 1 } })),
  });

  it.each([
    ['one class', alike(100, 1), 'the cloud is never better than the local model, in all 100 rows'],
    ['the other class', alike(100, 0), 'the cloud is always better, in all 100 rows'],
    ['too few rows', alike(9, 1), 'cannot be trained on 9 rows'],
    [
      'rows of one prompt',
      parseOutcomes(
        `{"prompt":"p","local":{"correct":1},"cloud":{"correct":1}}\n`.repeat(60),
        'log.jsonl',
      ),
      '59 rows with the prompt of an earlier row were left out',
    ],
    [
      'two pairs of models',
      {
        ...train,
        rows: train.rows.map((row, index) => ({
          ...row,
          local: { ...row.local, model: `m${index % 2}` },
        })),
      },
      'mixes 2 local models: m0, m1',
    ],
  ])('%s', (_, log, said) => {
    expect(() => fitRouter(log, { date: '' })).toThrow(said);
  });

  it('are measured on two rows or more, and one of them is no endless work', () => {
    const [row] = train.rows;
    const measured = (rows: readonly OutcomeRow[]) =>
      evaluatePolicies(rows, baselinePolicies(rows, []), { costs: costsOf(rows), resamples: 10 });
    expect(() => measured([row!])).toThrow('on so few rows: 1');
    expect(measured(train.rows.slice(0, 2)).rows).toBe(2);
  });

  it('few rows warn with the width of their intervals', () => {
    const { warnings } = fitRouter({ ...train, rows: train.rows.slice(0, 40) }, { date: '' });
    expect(warnings.join()).toContain('uncertain by up to 31 points');
  });

  it('half of the labels flipped: no decision is promised', () => {
    const random = seededRandom(5);
    const rows = train.rows.map(row => ({ ...row, local: { correct: random() < 0.5 ? 1 : 0 } }));
    const { decided } = fitRouter({ ...train, rows }, { date: '' }).weights.thresholds;
    expect(decided.localFrom).toBeGreaterThan(0.9);
  });
});

describe('weights files', () => {
  it('read back as they were written, quantised', () => {
    const path = join(folder, 'router.json');
    writeRouterFile(path, weights);
    const read = readRouterFile(path);
    for (const { prompt } of test.slice(0, 50)) {
      expect(decideByWeights(read, prompt).score).toBeCloseTo(
        decideByWeights(weights, prompt).score,
        1,
      );
    }
    expect(readdirSync(folder)).toEqual(['router.json']);
  });

  it.each([
    [
      'another version',
      (file: Record<string, unknown>) => ({ ...file, version: 1 }),
      'it is of version 1, this library reads 4',
    ],
    ['something else', () => ({ kind: 'tandem-calibration' }), 'it holds no router weights'],
    [
      'a damaged one',
      (file: Record<string, unknown>) => ({ ...file, knownFrom: 'x' }),
      'it is damaged at "knownFrom"',
    ],
    [
      'a short one',
      (file: Record<string, unknown>) => ({ ...file, knownWords: '' }),
      'its weights are cut short',
    ],
  ])('refuse %s', (_, change, said) => {
    const file = JSON.parse(serializeRouter(weights)) as Record<string, unknown>;
    expect(() => parseRouter(JSON.stringify(change(file)), 'w.json')).toThrow(said);
  });

  it('refuse what is not JSON, and leave nothing behind where they cannot be written', () => {
    expect(() => parseRouter('{', 'w.json')).toThrow('it is not JSON');
    writeFileSync(join(folder, 'plain'), '');
    expect(() => writeRouterFile(join(folder, 'plain', 'w.json'), weights)).toThrow(
      'cannot be written',
    );
    expect(readdirSync(folder).sort()).toEqual(['plain', 'router.json']);
  });
});

describe('what a pair of models allows', () => {
  it('bounds every policy', () => {
    const found = feasibility(test);
    expect(found.points.every(({ oracle, random }) => oracle >= random)).toBe(true);
    expect(found.mostCloudFor90.find(({ priceRatio }) => priceRatio === 10)).toMatchObject({
      cascade: 0,
    });
    expect(found.mostCloudFor90.find(({ priceRatio }) => priceRatio === 20)!.cascade).toBeCloseTo(
      0.05,
    );
  });
});

describe('prompt features', () => {
  it('read long prompts at both ends, and the core without what was added', () => {
    const body = 'the quick brown fox jumps over the lazy dog and then it sleeps '.repeat(4);
    const { core, whole, words } = promptFeatures(`${'gadget '.repeat(10)}${body}`);
    expect(core.words).toBeLessThan(words.length);
    expect(whole.counted[1]!).toBeGreaterThan(core.counted[1]!);
    expect(promptFeatures('').words).toHaveLength(0);
    expect(promptFeatures('x'.repeat(1_000_000)).characters.length).toBeLessThan(10);
  });
});

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { textOf, userCall } from '../../model/answer.ts';
import { judgedBy } from '../../model/pattern/define-pattern.ts';
import { summaryOf } from '../../model/run/summary.ts';
import { type ScriptStep, scriptedModel } from '../../testing/scripted-model.ts';
import { cascade } from './cascade.ts';
import { cascadeEntry } from './entry.ts';
import { gateByName } from './gate-by-name.ts';

function made(
  options: Record<string, unknown>,
  local: readonly ScriptStep[],
  cloud: readonly ScriptStep[] = ['cloud'],
) {
  const roles = {
    local: scriptedModel(local, { modelId: 'local' }),
    cloud: scriptedModel(cloud, { modelId: 'gpt-4.1', place: 'cloud' }),
  };
  return cascadeEntry.make(roles, cascadeEntry.options.parse(options) as never);
}

const reasonOf = async (model: ReturnType<typeof made>) =>
  summaryOf(await model.doGenerate(userCall('How many?')))!.reason;

const signal = {
  name: 'minProbability',
  transform: 'logit' as const,
  mean: 0,
  deviation: 1,
  weight: 1,
};
const point = { threshold: 0.5, escalation: 0.1, accuracy: 0.9, ratio: 0.95 };
const calibration = {
  kind: 'tandem-calibration' as const,
  version: 1 as const,
  name: 'support',
  pair: { local: 'local', cloud: 'gpt-4.1' },
  date: '2026-01-01',
  data: { hash: '', fitted: 1, calibrated: 1, seen: '' },
  scorer: { signals: [signal], intercept: 0 },
  threshold: 0.5,
  demands: { measure: 'ratio' as const, confidence: 0.95 },
  guarantee: '',
  expected: point,
  curve: [point],
  warnings: [],
  localP95Ms: 800,
};

describe('the cascade in a configuration', () => {
  it.each<[Record<string, unknown>, readonly ScriptStep[], string]>([
    [
      { gate: 'agreement', samples: 2, threshold: 1, key: 'number' },
      ['7 apples', 'it is 7'],
      'agreement 1.00 ≥ 1.00',
    ],
    [
      { gate: 'confident', quantile: 0 },
      [{ text: 'a', logprobs: [{ token: 'a', logprob: -0.1 }] }],
      'token probability 0.90 ≥ 0.50',
    ],
    [
      { gate: 'confident' },
      ['7', '7', '7'],
      'no log-probabilities from local, so samples are compared: agreement 1.00 ≥ 0.67',
    ],
    [{ gate: 'self-check', checks: 1 }, ['7', 'yes'], 'self-check 1.00 ≥ 0.75'],
    [{ gate: 'self-report' }, ['7', '{"probability": 0.95}'], 'self-report (weak) 0.95 ≥ 0.90'],
    [
      { gate: 'verifier', checks: 1 },
      ['7', ...Array.from({ length: 12 }, () => 'Decision: Correct')],
      'local does not tell right answers from wrong',
    ],
    [{ matches: '^\\d+$' }, ['seven'], 'does not match the pattern'],
    [{ gate: 'cited' }, ['7'], 'nothing is quoted'],
    [{ gate: 'retrieval' }, ['7'], 'local gives no retrieval score'],
    [
      { gate: 'self-report', threshold: 0.9, greyBand: { from: 0.5, to: 0.9 } },
      ['7', '{"probability": 0.6}', '7'],
      'self-report (weak) 0.60 < 0.90; then agreement 1.00 ≥ 0.67',
    ],
    [
      { gate: 'self-report', hopeless: { below: 0.2 } },
      ['7', '{"probability": 0.1}'],
      'hopeless: self-report (weak) 0.10 < 0.90',
    ],
  ])('%j', async (options, local, reason) => {
    expect(await reasonOf(made(options, local))).toBe(reason);
  });

  it('has one meaning for an option, whichever gate takes it', () => {
    const written = (schema: z.core.$ZodType) => JSON.stringify(z.toJSONSchema(schema));
    const shared: z.ZodRawShape = cascadeEntry.options.shape;
    for (const { options } of Object.values(gateByName)) {
      for (const [name, schema] of Object.entries(options)) {
        expect(written(schema)).toBe(written(shared[name]!));
      }
    }
  });

  it('judges by a judge of its own, or the cloud', async () => {
    const model = made({ gate: 'judge' }, ['7'], ['no', 'eight']);
    expect(textOf(await model.doGenerate(userCall('How many?')))).toBe('eight');
  });

  it('TRAP 14: counts the calls of gate and judge, and the loss if they were in vain', async () => {
    const { calls, savedUsd, costUsd } = summaryOf(
      await made({ gate: 'judge' }, ['7'], ['no', 'eight']).doGenerate(userCall('How many?')),
    )!;
    expect(calls).toEqual({ device: 1, cloud: 2 });
    expect(costUsd).toBeGreaterThan(0);
    expect(savedUsd).toBeLessThan(0);
    const sampled = summaryOf(
      await made({ samples: 3 }, ['7', '8', '9']).doGenerate(userCall('How many?')),
    )!;
    expect(sampled.calls).toEqual({ device: 3, cloud: 1 });
  });

  it('reads a calibration, and refuses one of another pair or beside a gate', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'entry-')), 'c.json');
    writeFileSync(file, JSON.stringify(calibration));
    expect(made({ calibration: file, hedgeAfterMs: 'p95' }, []).modelId).toBe(
      'cascade(local, gpt-4.1)',
    );
    expect(() => made({ calibration: file, threshold: 0.5 }, [])).toThrow(
      '`calibration` and `threshold` both',
    );
    writeFileSync(
      file,
      JSON.stringify({ ...calibration, pair: { local: 'other', cloud: 'gpt-4.1' } }),
    );
    expect(() => made({ calibration: file }, [])).toThrow(
      'is for other and gpt-4.1, not for local and gpt-4.1',
    );
    expect(() => made({ hedgeAfterMs: 'p95' }, [])).toThrow('Give milliseconds');
  });

  it('takes a calibration of another pair where that was asked for, and says so', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'entry-')), 'c.json');
    const pair = { local: 'other', cloud: 'gpt-4.1' };
    writeFileSync(file, JSON.stringify({ ...calibration, pair }));
    const logprobs = [{ token: '7', logprob: -0.1 }];
    const model = made({ calibration: file, anyPair: true }, [{ text: '7', logprobs }]);
    const { reason } = summaryOf(await model.doGenerate(userCall('How many?')))!;
    expect(reason).toContain('calibrated for another pair: ');
  });

  it('warns where drafts are decoded in another way than those it was calibrated on', async () => {
    const calibrated = { ...calibration, decoding: { temperature: 0, maxOutputTokens: 20 } };
    const logprobs = [{ token: '7', logprob: -0.1 }];
    const asked = async (call: object) => {
      const model = cascade({
        local: scriptedModel([{ text: '7', logprobs }], { modelId: 'local' }),
        cloud: scriptedModel([], { modelId: 'gpt-4.1', place: 'cloud' }),
        calibration: calibrated,
      });
      return (await model.doGenerate(userCall('How many?', call))).warnings;
    };
    expect(await asked({ temperature: 0, maxOutputTokens: 20 })).toEqual([]);
    expect(await asked({ temperature: 0 })).toEqual([]);
    const message = expect.stringMatching(
      /at temperature 0, at most 20 tokens.*at temperature 0.7/,
    );
    expect(await asked({ temperature: 0.7 })).toEqual([{ type: 'other', message }]);
    expect(await asked({})).toHaveLength(1);
    expect(await asked({ temperature: 0, maxOutputTokens: 5 })).toHaveLength(1);
  });

  it('TRAP 9: refuses at the start a calibration on a signal the model does not give', async () => {
    const calibrated = (...names: string[]) => ({
      ...calibration,
      scorer: {
        ...calibration.scorer,
        signals: names.map(name => ({ ...calibration.scorer.signals[0]!, name })),
      },
    });
    const local = scriptedModel(['seven'], { modelId: 'local' });
    const cloud = scriptedModel(['eight'], { modelId: 'gpt-4.1', place: 'cloud' });
    const model = cascade({ local, cloud, calibration: calibrated('minProbability') });
    expect(judgedBy(model)).toBe('minProbability, calibrated as "support"');
    // The first draft finds it out: it goes to the cloud, and the reason says what to do.
    expect(await reasonOf(model)).toBe(
      'local gives no minProbability, on which "support" was calibrated: calibrate again',
    );
    const again = () =>
      cascade({ local, cloud, calibration: calibrated('minProbability', 'agreement3') });
    expect(again).toThrow(
      /stands on minProbability, for which log-probabilities are needed, and "local" sends none/,
    );
    expect(again).toThrow('tandem calibrate support LOG --signals agreement3');
    expect(() =>
      cascade({ local, cloud, calibration: calibrated('agreement3', 'characters') }),
    ).not.toThrow();
  });
});

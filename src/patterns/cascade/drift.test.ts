import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../algorithms/seeded-random.ts';
import { calibrate } from '../../eval/calibration/calibrate.ts';
import { draftMonitor, driftOf } from '../../eval/calibration/drift.ts';
import { calibratedScore } from '../../eval/router/scorer.ts';
import { textOf, userCall } from '../../model/answer.ts';
import type { Answer } from '../../model/types.ts';
import { scriptedModel } from '../../testing/scripted-model.ts';
import { cascade } from './cascade.ts';
import type { Draft } from './gate.ts';
import type { CascadeOptions } from './options.ts';

const random = seededRandom(5);
const pair = { local: 'small', cloud: 'large' };
const rows = Array.from({ length: 600 }, (_, at) => {
  const sure = random();
  return {
    id: String(at),
    prompt: `question ${at}`,
    local: { correct: random() < sure ? 1 : 0, signals: { sure } },
    cloud: { correct: 1 },
  };
});
const demands = { quality: 0.7, confidence: 0.9 };
const found = calibrate(
  { rows, hash: 'x', warnings: [] },
  { name: 'support', demands, pair, date: '2026-01-01' },
);
const calibration = found.calibration!;
const scoreOf = (sure: number) => calibratedScore(calibration.scorer, { sure })!;
const observed = (sure: number) => {
  const score = scoreOf(sure);
  return { to: score >= calibration.threshold ? 'local' : 'cloud', watched: { score } };
};

describe('a calibrated cascade', () => {
  const made = (more: Partial<CascadeOptions> = {}) => {
    const local = scriptedModel(
      Array.from({ length: 2000 }, () => call => {
        const [said] = call.prompt.at(-1)!.content;
        return typeof said === 'object' && said.type === 'text' ? said.text : '';
      }),
      { modelId: 'small', place: 'device' },
    );
    const cloud = scriptedModel(
      Array.from({ length: 2000 }, () => 'of the cloud'),
      {
        modelId: 'large',
        place: 'cloud',
      },
    );
    const sure = ({ answer }: Draft) => Number(textOf(answer));
    return cascade({ local, cloud, calibration, signals: { sure }, ...more });
  };
  const warningsOf = ({ warnings }: Answer) => JSON.stringify(warnings);

  it('warns where drafts score otherwise than those it was calibrated on', async () => {
    const model = made();
    const ask = async (sure: number) => model.doGenerate(userCall(String(sure)));
    for (let n = 0; n < 300; n++)
      expect(warningsOf(await ask(random()))).not.toContain('calibrate again');
    let told = '';
    for (let n = 0; n < 400 && !told.includes('again'); n++)
      told = warningsOf(await ask(random() / 3));
    expect(told).toContain('calibrate again');
    expect(driftOf(model)).toMatchObject({ alarms: [expect.stringContaining('calibration')] });
    expect(driftOf(model)?.cloudShare).toBeGreaterThan(driftOf(model)!.expectedCloudShare);
  });

  it('is not watched where only some drafts are judged', () => {
    expect(driftOf(made({ streaming: 'prefix' }))).toBeUndefined();
    expect(driftOf(made({ hedgeAfterMs: 5 }))).toBeUndefined();
    expect(driftOf(made())).toMatchObject({ seen: 0, alarms: [] });
  });
});

describe('the monitor of a calibration', () => {
  const alarmed = (stream: (n: number) => number, count: number) => {
    const monitor = draftMonitor(calibration);
    for (let n = 0; n < count; n++) monitor.observe(observed(stream(n)));
    return monitor.status().alarms.length > 0;
  };

  it('knows from the curve which share is sent, and seldom alarms where nothing has moved', () => {
    const { escalation } = calibration.expected;
    const { expectedCloudShare } = draftMonitor(calibration).status();
    expect(Math.abs(expectedCloudShare - escalation)).toBeLessThan(0.02);
    const alarms = Array.from({ length: 100 }, () => alarmed(() => random(), 1000));
    expect(alarms.filter(Boolean).length).toBeLessThanOrEqual(10);
  });

  it('finds a change that comes late, and one of spread alone', () => {
    expect(alarmed(n => (n < 2000 ? random() : 0.6 + 0.4 * random()), 2400)).toBe(true);
    expect(alarmed(() => 0.4 + 0.2 * random(), 600)).toBe(true);
  });
});

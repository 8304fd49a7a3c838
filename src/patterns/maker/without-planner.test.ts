import { describe, expect, it } from 'vitest';
import { extractive } from '../../documents/extractive.ts';
import { textOf, userCall } from '../../model/answer.ts';
import { TandemError } from '../../model/errors.ts';
import { run } from '../../model/run/scope-life.ts';
import { summaryOf } from '../../model/run/summary.ts';
import { doubleOf } from '../../testing/double.ts';
import { scriptedModel } from '../../testing/scripted-model.ts';
import { maker } from './maker.ts';

const solver = () => doubleOf({ modelId: 'small' }, () => ({ text: 'It is 4.' }));
const gone = () => {
  throw new TandemError('not_configured', 'There is no cloud. Configure one.');
};

describe('maker without a planner that can be asked', () => {
  it.each([
    ['is gone', [gone, gone, gone]],
    ['writes no plan, and then is gone', ['no', 'no', 'no', 'no', 'no', 'no', gone]],
  ])('answers by the solver alone, degraded, where it %s', async (_name, steps) => {
    const planner = scriptedModel(steps, { modelId: 'large', place: 'cloud' });
    const answer = await maker({ planner, solver: solver() }).doGenerate(userCall('Double 2.'));
    expect(textOf(answer)).toBe('It is 4.');
    expect(summaryOf(answer)).toMatchObject({ degraded: true, converged: false });
    expect(summaryOf(answer)!.reason).toContain('one answer of small: There is no cloud.');
  });

  it('sends nothing in a run that stays on the device, and answers all the same', async () => {
    const planner = scriptedModel(['never'], { modelId: 'large', place: 'cloud' });
    const answer = await run({ mode: 'local-only' }, async () =>
      maker({ planner, solver: solver() }).doGenerate(userCall('Double 2.')),
    );
    expect(textOf(answer)).toBe('It is 4.');
    expect(planner.calls).toHaveLength(0);
  });

  it('says so where a reader without a model is all that is left', async () => {
    const planner = scriptedModel([gone], { modelId: 'large', place: 'cloud' });
    const asked = maker({ planner, solver: extractive() }).doGenerate(userCall('Double 2.'));
    await expect(asked).rejects.toMatchObject({ code: 'not_configured' });
  });

  it('gives the planner a limit for its own answer, or that of the caller', async () => {
    for (const maxOutputTokens of [undefined, 77]) {
      const limits: unknown[] = [];
      const planner = doubleOf({ modelId: 'large' }, call => {
        limits.push(call.maxOutputTokens);
        return { text: 'no plan' };
      });
      const call = { ...userCall('Double 2.'), ...(maxOutputTokens && { maxOutputTokens }) };
      await maker({ planner, solver: solver() }).doGenerate(call);
      expect(limits.at(-1)).toBe(maxOutputTokens ?? 8000);
      expect(limits).not.toContain(undefined);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { textOf, userCall } from '../../model/answer.ts';
import { direct } from '../../model/pattern/direct.ts';
import { summaryOf } from '../../model/run/summary.ts';
import type { Call, LanguageModel } from '../../model/types.ts';
import { lastUserText } from '../../testing/double.ts';
import { apiFailure } from '../../testing/failures.ts';
import { patternContract } from '../../testing/pattern-contract.ts';
import { scriptedModel } from '../../testing/scripted-model.ts';
import type { Comparison } from './options.ts';
import { shadow } from './shadow.ts';

describe('shadow passes the exam', () => {
  const role = (place: 'device' | 'cloud') => ({
    place,
    reply: (call: Call) => `echo of ${lastUserText(call)}`,
  });
  const subject = {
    roles: { shown: role('device'), hidden: role('cloud') },
    make: ({ shown, hidden }: Record<string, LanguageModel>) =>
      shadow({ shown: shown!, hidden: hidden! }),
    call: (n: number) => userCall(`question ${n}`),
    isRight: (text: string, n: number) => text === `echo of question ${n}`,
  };
  for (const { name, run } of patternContract(subject)) it(name, run);
});

describe('shadow', () => {
  const ask = async (hidden: LanguageModel) => {
    const comparisons: Comparison[] = [];
    const shown = direct(scriptedModel(['Paris'], { modelId: 'local' }));
    const model = shadow({
      shown,
      hidden,
      onComparison: comparison => void comparisons.push(comparison),
    });
    const answer = await model.doGenerate(userCall('Capital of France?'));
    return { text: textOf(answer), summary: summaryOf(answer)!, comparisons };
  };
  const cloud = (...steps: Parameters<typeof scriptedModel>[0]) =>
    scriptedModel(steps, { modelId: 'gpt-4.1', place: 'cloud' });

  it('shows the first answer, compares the second, and counts both', async () => {
    const same = await ask(direct(cloud(' PARIS ')));
    expect(same).toMatchObject({
      text: 'Paris',
      comparisons: [{ agrees: true, hidden: { answeredBy: 'gpt-4.1' } }],
    });
    expect(same.summary).toMatchObject({ answeredBy: 'local', calls: { device: 1, cloud: 1 } });
    expect(same.summary.costUsd).toBeGreaterThan(0);
    const other = await ask(cloud('Lyon'));
    expect(other.summary.reason).toContain('shadow disagrees');
  });

  it('does not let a failure of the second change the first', async () => {
    const { text, comparisons } = await ask(cloud(apiFailure(401)));
    expect(text).toBe('Paris');
    expect(comparisons).toMatchObject([{ agrees: false, hiddenError: 'model_failed' }]);
  });
});

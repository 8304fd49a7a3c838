import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { textOf, userCall } from '../../model/answer.ts';
import { TandemError } from '../../model/errors.ts';
import { run } from '../../model/run/scope-life.ts';
import { summaryOf } from '../../model/run/summary.ts';
import type { Call } from '../../model/types.ts';
import { openJournal } from '../../runs/journal.ts';
import { doubleOf, promptText } from '../../testing/double.ts';
import { scriptedModel } from '../../testing/scripted-model.ts';
import { maker } from './maker.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-maker-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const result = (value: unknown) => JSON.stringify({ result: value });
const planOf = (...steps: object[]) => JSON.stringify({ steps });
const number = (id: string, instruction: string, ...needs: string[]) => ({
  id,
  instruction,
  type: 'number',
  needs,
});
const request = userCall('Add 3 and 4, double that, and take one away.');

/** Counts the calls of a solver by step; fails when asked for `failing`. */
function solverThat(failing?: string) {
  const asked: string[] = [];
  const model = doubleOf({ modelId: 'small' }, call => {
    const [step, value] = answerTo(call);
    if (step === failing) throw new TandemError('model_failed', 'The server is gone. Start it.');
    asked.push(step);
    return { text: result(value) };
  });
  return { model, asked };
}

function answerTo(call: Call): [step: string, value: number] {
  const text = promptText(call);
  if (text.includes('Take one away.')) return ['less', 13];
  return text.includes('Double it.') ? ['double', 14] : ['sum', 7];
}

describe('a run of maker that was cut short', () => {
  const plan = planOf(
    number('sum', 'Add the numbers.'),
    number('double', 'Double it.', 'sum'),
    number('less', 'Take one away.', 'double'),
  );

  it('goes on without planning again or paying a vote twice, to the same answer', async () => {
    using journal = openJournal({ path: join(folder, 'plan.db') });
    const go = (planner: ReturnType<typeof scriptedModel>, solver: ReturnType<typeof doubleOf>) =>
      run({ runId: 'r', journal }, async () =>
        maker({ planner, solver, k: 2 }).doGenerate(request),
      );
    const cut = solverThat('less');
    await expect(go(scriptedModel([plan, plan]), cut.model)).rejects.toThrow('The server is gone');
    expect(cut.asked).toEqual(['sum', 'sum', 'double', 'double']);
    const whole = solverThat();
    const answer = await go(scriptedModel([]), whole.model);
    expect(textOf(answer)).toBe('13');
    expect(whole.asked).toEqual(['less', 'less']);
  });
});

describe('a vote on plans', () => {
  const plans = ['Add.', 'Multiply.', 'Divide.', 'Subtract.', 'Count.'].map(text =>
    planOf(number('a', text)),
  );

  it('takes up to 2k - 1 proposals and as many choices, first to k', async () => {
    const planner = scriptedModel(plans, { modelId: 'planner' });
    const choose = (call: Call) => {
      const shown = promptText(call).split('<plan number=').slice(1);
      return JSON.stringify({ choice: 1 + shown.findIndex(each => each.includes('Multiply')) });
    };
    const other = (call: Call) => {
      const shown = promptText(call).split('<plan number=').slice(1);
      return JSON.stringify({ choice: 1 + shown.findIndex(each => each.includes('Divide')) });
    };
    const discriminator = scriptedModel([choose, other, choose, choose], { modelId: 'judge' });
    const solver = scriptedModel([call => result(promptText(call).includes('Multiply') ? 12 : 0)]);
    const answer = await maker({ planner, discriminator, solver, k: 1, planK: 3 }).doGenerate(
      request,
    );
    expect(textOf(answer)).toBe('12');
    for (const model of [planner, discriminator, solver]) model.verify();
  });

  it('ends with one answer of the planner, and the fault, if plans go in a circle', async () => {
    const circle = planOf(number('a', 'Do a.', 'b'), number('b', 'Do b.', 'a'));
    const circles = Array.from({ length: 6 }, () => circle);
    const planner = scriptedModel([...circles, '6'], {
      modelId: 'planner',
    });
    const answer = await maker({ planner, solver: scriptedModel([]) }).doGenerate(request);
    expect(textOf(answer)).toBe('6');
    const { degraded, reason } = summaryOf(answer)!;
    expect(degraded).toBe(true);
    expect(reason).toContain('the steps go in a circle: a → b → a');
    planner.verify();
  });
});

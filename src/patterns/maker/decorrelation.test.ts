import { describe, expect, it } from 'vitest';
import { textOf, userCall } from '../../model/answer.ts';
import { summaryOf as summaryIn } from '../../model/run/summary.ts';
import type { Call, LanguageModel } from '../../model/types.ts';
import { doubleOf, lastUserText, promptText } from '../../testing/double.ts';
import { scriptedModel } from '../../testing/scripted-model.ts';
import { maker } from './maker.ts';
import type { Task } from './solve/task.ts';

const summaryOf = (answer: Parameters<typeof summaryIn>[0]) => summaryIn(answer)!;
const result = (value: unknown) => JSON.stringify({ result: value });
const plan = JSON.stringify({
  steps: [
    { id: 'sum', instruction: 'Add the numbers.', type: 'number' },
    { id: 'double', instruction: 'Double the sum.', type: 'number', needs: ['sum'] },
  ],
});
const planner = () => scriptedModel([plan], { modelId: 'planner' });
const request = userCall('Add 3 and 4, and double that.');
const right = (call: Call) => result(promptText(call).includes('sum: 7') ? 14 : 7);

/**
 * Answers rightly, but for calls that `isBlind` picks out: those it gets wrong the same way each
 * time.
 */
const solverOf = (modelId: string, isBlind: (call: Call) => boolean = () => false) => {
  const calls: Call[] = [];
  const model = doubleOf({ modelId }, call => {
    calls.push(call);
    return { text: isBlind(call) ? result(99) : right(call) };
  });
  return Object.assign(model, { calls });
};
const systemOf = (call: Call) => {
  const [first] = call.prompt;
  return first?.role === 'system' ? first.content : '';
};

describe('the votes of a planned step', () => {
  it('ask in three wordings that end with the step, with all it needs', async () => {
    const solver = solverOf('small');
    await maker({ planner: planner(), solver, planK: 1 }).doGenerate(request);
    expect(solver.calls).toHaveLength(6);
    expect(new Set(solver.calls.map(systemOf)).size).toBe(3);
    const texts = solver.calls.slice(3).map(lastUserText);
    for (const text of texts) {
      for (const part of ['Add 3 and 4', 'sum: 7', 'Double the sum.', 'number'])
        expect(text).toContain(part);
    }
    const orders = texts.map(text =>
      ['<request>', '<results>', '<step>']
        .sort((a, b) => text.indexOf(a) - text.indexOf(b))
        .join(' '),
    );
    expect(new Set(orders)).toEqual(new Set(['<request> <results> <step>']));
    expect(new Set(solver.calls.map(call => JSON.stringify(call.responseFormat))).size).toBe(1);
  });

  it('cure what one wording always gets wrong, which its votes alone make certain', async () => {
    const blindTo = systemOf((await firstCall(1))!);
    const solver = () => solverOf('small', call => systemOf(call) === blindTo);
    const voted = await maker({ planner: planner(), solver: solver(), planK: 1 }).doGenerate(
      request,
    );
    expect(textOf(voted)).toBe('14');
    const alone = await maker({
      planner: planner(),
      solver: solver(),
      planK: 1,
      wordings: 1,
    }).doGenerate(request);
    expect(textOf(alone)).toBe('99');
  });

  it('are one prompt with one wording, which an engine reads once for all of them', async () => {
    const solver = solverOf('small');
    await maker({ planner: planner(), solver, planK: 1, k: 4, wordings: 1 }).doGenerate(request);
    const prompts = solver.calls.map(call => JSON.stringify(call.prompt));
    expect([prompts.length, new Set(prompts).size]).toEqual([8, 2]);
  });

  it('take turns among solvers, and go through all pairs of solver and wording', async () => {
    const seen: string[] = [];
    const named = (modelId: string) =>
      doubleOf({ modelId }, call => {
        seen.push(`${modelId} ${systemOf(call).length}`);
        return { text: result(7) };
      });
    const one = JSON.stringify({
      steps: [{ id: 'sum', instruction: 'Add the numbers.', type: 'number' }],
    });
    const model = maker({
      planner: scriptedModel([one]),
      solver: [named('a'), named('b')],
      planK: 1,
      k: 6,
    });
    const answer = await model.doGenerate(request);
    expect(seen.map(each => each[0]).join('')).toBe('ababab');
    expect(new Set(seen).size).toBe(6);
    expect(model.modelId).toBe('maker(scripted, a, b)');
    expect(summaryOf(answer).reason).toContain('decided by 6 votes of a and b');
  });

  it('leave a step undecided on which two solvers always disagree, so it escalates', async () => {
    const blind = solverOf('blind', () => true);
    const escalate = solverOf('large');
    const solver = [blind, solverOf('small')];
    const answer = await maker({
      planner: planner(),
      solver,
      escalate,
      planK: 1,
      k: 2,
    }).doGenerate(request);
    expect(textOf(answer)).toBe('14');
    expect(summaryOf(answer).reason).toContain('2 steps escalated');
  });

  it('are outvoted where one solver of three is wrong every time', async () => {
    const solver = [solverOf('blind', () => true), solverOf('small'), solverOf('other')];
    const answer = await maker({ planner: planner(), solver, planK: 1 }).doGenerate(request);
    expect(textOf(answer)).toBe('14');
  });

  async function firstCall(wordings: number): Promise<Call | undefined> {
    const solver = solverOf('small');
    await maker({ planner: planner(), solver, planK: 1, k: 1, wordings }).doGenerate(request);
    return solver.calls[0];
  }
});

describe('the votes of a declared task', () => {
  const task: Task<number, number> = {
    name: 'one step',
    initial: 0,
    isDone: state => state > 0,
    wordings: 2,
    prompt: (_state, wording) => ({ text: `wording ${wording}` }),
    parse: text => ({ action: Number(text) }),
    apply: (_state, next) => next,
  };

  it('take turns among solvers too, in the wordings of the task', async () => {
    const seen: string[] = [];
    const named = (modelId: string): LanguageModel =>
      doubleOf({ modelId }, call => {
        seen.push(`${modelId} ${lastUserText(call)}`);
        return { text: '1' };
      });
    await maker({ solver: [named('a'), named('b')], task: () => task, k: 4 }).doGenerate(
      userCall('go'),
    );
    expect(seen).toEqual(['a wording 0', 'b wording 0', 'a wording 1', 'b wording 1']);
  });

  it('need a solver, and one to three wordings', () => {
    expect(() => maker({ solver: [], task: () => task })).toThrow(
      'or a list that is not empty, each a model',
    );
    const solver = scriptedModel([]);
    const wrong = (wordings: number) => () => maker({ solver, planner: solver, wordings });
    expect(wrong(0)).toThrow('`wordings` must be a whole number from 1 to 3, got 0.');
    expect(wrong(4)).toThrow('`wordings`');
  });
});

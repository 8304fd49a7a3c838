import { generateText, Output } from 'ai';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { textOf, userCall } from '../../model/answer.ts';
import { TandemError } from '../../model/errors.ts';
import { summaryOf as summaryIn } from '../../model/summary.ts';
import type { Call } from '../../model/types.ts';
import { lastUserText, promptText } from '../../testing/double.ts';
import { patternContract } from '../../testing/pattern-contract.ts';
import { scriptedModel } from '../../testing/scripted-model.ts';
import { simulatedModel } from '../../testing/simulated-model.ts';
import { maker } from './maker.ts';
import type { Task } from './task.ts';

const summaryOf = (answer: Parameters<typeof summaryIn>[0]) => summaryIn(answer)!;
const plan = JSON.stringify({ steps: [{ id: 'double', instruction: 'Double the number.' }] });
const move = (action: string | number, state: string) => JSON.stringify({ action, state });

/** Counts up to a goal, one step at a time; the solver says the next number. */
function counting(goal: number): Task<number, number> {
  return {
    origin: 'declared strategy: counting',
    initial: 0,
    isDone: state => state >= goal,
    prompt: state => ({ text: `count ${state}` }),
    parse: (_state, text) =>
      /^\d+$/.test(text) ? { action: Number(text), next: Number(text) } : { redFlag: 'no number' },
    answer: (_state, actions) => actions.join(','),
  };
}

const nextOf = (prompt: string) => String(Number(prompt.replace('count ', '')) + 1);
const counter = (accuracy: number, more = {}) =>
  simulatedModel({ accuracy, truth: nextOf, wrong: prompt => [`${Number(nextOf(prompt)) + 5}`, 'x'], ...more });

describe('maker passes the exam with a planner', () => {
  const numberIn = (call: Call) => /number (\d+)/.exec(promptText(call))?.[1];
  const subject = {
    roles: {
      planner: { place: 'cloud' as const, reply: () => plan },
      solver: {
        place: 'device' as const,
        reply: (call: Call) => move(`answer ${numberIn(call)}`, `${numberIn(call)}`),
      },
    },
    make: ({ planner, solver }: Record<string, Parameters<typeof maker>[0]['solver']>) =>
      maker({ planner: planner!, solver: solver! }),
    call: (n: number) => userCall(`Take the number ${n}`),
    isRight: (text: string, n: number) => text === `answer ${n}`,
    ignored: { temperature: 0.3, tools: [{ type: 'function' as const, name: 'f', inputSchema: {} }] },
  };
  for (const { name, run } of patternContract(subject)) it(name, run);
});

describe('maker votes', () => {
  it('solves a hundred steps with a solver that errs in one of five, where one sample a step fails', async () => {
    const solve = (k: number) =>
      maker({ solver: counter(0.8), task: () => counting(100), k, maxSamples: 60 }).doGenerate(userCall('count'));
    const voted = textOf(await solve(6));
    expect(voted).toBe(Array.from({ length: 100 }, (_, index) => index + 1).join(','));
    const single = await solve(1).then(textOf, () => 'failed');
    expect(single).not.toBe(voted);
  });

  it('draws the first k votes at once and no more than are needed', async () => {
    const solver = scriptedModel(['1', '1', '1']);
    await maker({ solver, task: () => counting(1) }).doGenerate(userCall('count'));
    solver.verify();
    expect(solver.calls.map(call => call.temperature)).toEqual([0, 0.1, 0.1]);
  });

  it('discards a flagged sample and draws another', async () => {
    const solver = scriptedModel(['one', '1', '1', '1']);
    const answer = await maker({ solver, task: () => counting(1) }).doGenerate(userCall('count'));
    solver.verify();
    expect(summaryOf(answer).reason).toContain('1 flagged');
  });

  it('flags an answer that was cut off', async () => {
    const cut = { text: '1', finishReason: 'length' as const };
    const solver = scriptedModel([cut, '1']);
    expect(textOf(await maker({ solver, task: () => counting(1), k: 1 }).doGenerate(userCall('count')))).toBe('1');
    solver.verify();
  });
});

describe('TRAP 4: vote exhaustion never yields a made-up state', () => {
  const split = () => scriptedModel(['1', '2', '1', '2'], { modelId: 'split' });

  it('fails typed, with the votes', async () => {
    const model = maker({ solver: split(), task: () => counting(1), k: 2, maxSamples: 4 });
    const error = await Promise.resolve(model.doGenerate(userCall('count'))).catch((thrown: unknown) => thrown);
    expect(TandemError.isInstance(error) && error.code).toBe('not_converged');
    expect((error as TandemError).data).toMatchObject({ step: 1, votes: [2, 2] });
  });

  it('escalates where there is a model to escalate to', async () => {
    const escalate = scriptedModel(['1', '1'], { modelId: 'cloud', place: 'cloud' });
    const model = maker({ solver: split(), escalate, task: () => counting(1), k: 2, maxSamples: 4 });
    const answer = await model.doGenerate(userCall('count'));
    expect(textOf(answer)).toBe('1');
    expect(summaryOf(answer).reason).toContain('1 step escalated');
    escalate.verify();
  });
});

describe('TRAP 5: a decomposition is data', () => {
  it('is refused when it does not match the schema, asked for once more with the fault, and never run', async () => {
    const code = '{"steps": "import fs; fs.rmSync(\'/\')"}';
    const planner = scriptedModel([code, plan], { modelId: 'planner', place: 'cloud' });
    const solver = scriptedModel([move(4, '4'), move('4', '4')]);
    const answer = await maker({ planner, solver, k: 1 }).doGenerate(userCall('Double 2.'));
    expect(textOf(answer)).toBe('4');
    expect(lastUserText(planner.calls[1]!)).toContain('An earlier plan was refused: steps:');
    planner.verify();
    solver.verify();
  });

  it('ends in a typed error when the second plan is no better', async () => {
    const planner = scriptedModel(['no', 'no'], { modelId: 'planner' });
    const model = maker({ planner, solver: scriptedModel([]) });
    await expect(model.doGenerate(userCall('Double 2.'))).rejects.toMatchObject({ code: 'bad_answer' });
  });
});

describe('maker', () => {
  it('ends a task that has gone astray', async () => {
    const endless = { ...counting(1), isDone: () => false };
    const model = maker({ solver: counter(1), task: () => endless, k: 1, maxSteps: 5 });
    await expect(model.doGenerate(userCall('count'))).rejects.toThrow('not done after 5 steps');
  });

  it('returns objects', async () => {
    const planner = scriptedModel([plan], { place: 'cloud' });
    const solver = scriptedModel([move(4, '4'), move('{"double": 4}', '4')]);
    const { output } = await generateText({
      model: maker({ planner, solver, k: 1 }),
      prompt: 'Double 2.',
      output: Output.object({ schema: z.object({ double: z.number() }) }),
    });
    expect(output).toEqual({ double: 4 });
  });

  it('refuses a k of 0 and both or neither of planner and task', () => {
    const solver = scriptedModel([]);
    expect(() => maker({ solver, task: () => counting(1), k: 0 })).toThrow(
      '`k` must be a whole number of 1 or more, got 0',
    );
    expect(() => maker({ solver })).toThrow('either a `planner` or a `task`');
  });
});

import { generateText, Output } from 'ai';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { textOf, userCall } from '../../model/answer.ts';
import { TandemError } from '../../model/errors.ts';
import { noteCapabilities } from '../../model/leaf/model/capabilities.ts';
import { summaryOf as summaryIn } from '../../model/run/summary.ts';
import type { Call, LanguageModel } from '../../model/types.ts';
import { lastUserText, promptText } from '../../testing/double.ts';
import { patternContract } from '../../testing/pattern-contract.ts';
import { scriptedModel } from '../../testing/scripted-model.ts';
import { simulatedModel } from '../../testing/simulated-model.ts';
import { maker } from './maker.ts';
import type { Task } from './solve/task.ts';
import type { VoteTable } from './solve/vote-table.ts';

const summaryOf = (answer: Parameters<typeof summaryIn>[0]) => summaryIn(answer)!;
const step = (id: string, instruction: string, more = {}) => ({ id, instruction, ...more });
const planOf = (...steps: object[]) => JSON.stringify({ steps });
const result = (value: unknown) => JSON.stringify({ result: value });
const double = planOf(step('double', 'Double the number.', { type: 'number' }));

/** Counts up to a goal, one step at a time; the solver says the next number. */
function counting(goal: number): Task<number, number> {
  return {
    name: 'declared strategy: counting',
    initial: 0,
    isDone: state => state >= goal,
    prompt: state => ({ text: `count ${state}` }),
    parse: text => (/^\d+$/.test(text) ? { action: Number(text) } : { redFlag: 'no number' }),
    apply: (_state, next) => next,
    answer: state => `counted to ${state}`,
  };
}

const nextOf = (prompt: string) => String(Number(prompt.replace('count ', '')) + 1);
const counter = (accuracy: number, more = {}) =>
  simulatedModel({
    accuracy,
    truth: nextOf,
    wrong: prompt => [`${Number(nextOf(prompt)) + 5}`, 'x'],
    ...more,
  });

describe('maker passes the exam with a planner', () => {
  const numberIn = (call: Call) => /number (\d+)/.exec(promptText(call))?.[1];
  const subject = {
    roles: {
      planner: { place: 'cloud' as const, reply: () => planOf(step('take', 'Take the number.')) },
      solver: {
        place: 'device' as const,
        reply: (call: Call) => result(`answer ${numberIn(call)}`),
      },
    },
    make: ({ planner, solver }: Record<string, LanguageModel>) =>
      maker({ planner: planner!, solver: solver! }),
    call: (n: number) => userCall(`Take the number ${n}`),
    isRight: (text: string, n: number) => text === `answer ${n}`,
    ignored: {
      temperature: 0.3,
      tools: [{ type: 'function' as const, name: 'f', inputSchema: {} }],
    },
  };
  for (const { name, run } of patternContract(subject)) it(name, run);
});

describe('maker votes on a declared task', () => {
  it('solves a hundred steps though its solver errs in 1 of 5, as one sample cannot', async () => {
    const solve = (k: number) =>
      maker({ solver: counter(0.8), task: () => counting(100), k, maxSamples: 60 }).doGenerate(
        userCall('count'),
      );
    const voted = await solve(6);
    expect(textOf(voted)).toBe('counted to 100');
    expect(summaryOf(voted).reason).toContain('100 steps');
    // A wrong number is five too far: whoever takes one has fewer steps, wherever it ends.
    expect(summaryOf(await solve(1)).reason).not.toContain('100 steps');
  });

  it('draws the first k votes at once and no more than are needed', async () => {
    const solver = scriptedModel(['1', '1', '1']);
    await maker({ solver, task: () => counting(1) }).doGenerate(userCall('count'));
    solver.verify();
    expect(solver.calls.map(call => call.temperature)).toEqual([0, 0.1, 0.1]);
  });

  it('warns of a solver known to draw no samples: its votes are copies of the first', async () => {
    const solver = noteCapabilities(scriptedModel(['1', '1', '1']), { samples: false });
    const { warnings } = await maker({ solver, task: () => counting(1) }).doGenerate(
      userCall('count'),
    );
    expect(warnings).toMatchObject([
      { type: 'other', message: expect.stringContaining('its votes say nothing') },
    ]);
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
    const answer = await maker({ solver, task: () => counting(1), k: 1 }).doGenerate(
      userCall('count'),
    );
    expect(textOf(answer)).toBe('counted to 1');
    solver.verify();
  });

  it('ends a task that has gone astray', async () => {
    const endless = { ...counting(1), isDone: () => false };
    const model = maker({ solver: counter(1), task: () => endless, k: 1, maxSteps: 5 });
    await expect(model.doGenerate(userCall('count'))).rejects.toThrow('not done after 5 steps');
  });
});

describe('TRAP 4: vote exhaustion never yields a made-up state', () => {
  const split = () => scriptedModel(['1', '2', '1', '2'], { modelId: 'split' });

  it('fails typed, with the vote table', async () => {
    const model = maker({ solver: split(), task: () => counting(1), k: 2, maxSamples: 4 });
    const error = await Promise.resolve(model.doGenerate(userCall('count'))).catch(
      (thrown: unknown) => thrown,
    );
    expect(TandemError.isInstance(error) && error.code).toBe('not_converged');
    expect((error as TandemError).data).toMatchObject({ step: 1, votes: [2, 2] });
    const table = (error as TandemError).cause as VoteTable;
    expect(table.candidates.map(({ votes }) => votes)).toEqual([2, 2]);
  });

  it('escalates where there is a model to escalate to', async () => {
    const escalate = scriptedModel(['1'], { modelId: 'cloud', place: 'cloud' });
    const model = maker({
      solver: split(),
      escalate,
      task: () => counting(1),
      k: 2,
      maxSamples: 4,
    });
    const answer = await model.doGenerate(userCall('count'));
    expect(textOf(answer)).toBe('counted to 1');
    expect(summaryOf(answer).reason).toContain('1 step escalated');
    escalate.verify();
  });

  it('breaks a planned step down where nobody could decide it', async () => {
    const hard = planOf(step('product', 'Multiply 12 by 34.', { type: 'number' }));
    const easier = planOf(
      step('tens', 'Multiply 12 by 30.', { type: 'number' }),
      step('ones', 'Multiply 12 by 4.', { type: 'number' }),
      step('sum', 'Add both.', { type: 'number', needs: ['tens', 'ones'] }),
    );
    const planner = scriptedModel([hard, hard, easier, easier], {
      modelId: 'planner',
      place: 'cloud',
    });
    let guesses = 0;
    const solver = simulatedModel({
      accuracy: 1,
      truth: prompt => {
        if (prompt.includes('by 30')) return result(360);
        if (prompt.includes('by 4')) return result(48);
        if (prompt.includes('tens: 360\nones: 48')) return result(408);
        return result(guesses++);
      },
    });
    const answer = await maker({ planner, solver, k: 2 }).doGenerate(
      userCall('What is 12 times 34?'),
    );
    expect(textOf(answer)).toBe('408');
    expect(summaryOf(answer).reason).toContain('1 step broken down');
    expect(lastUserText(planner.calls[2]!)).toContain('Break this one step of it down');
    planner.verify();
  });

  it('ends with one answer of the planner where it may not be broken down any more', async () => {
    let guesses = 0;
    const solver = simulatedModel({ accuracy: 1, truth: () => result(guesses++) });
    const planner = scriptedModel([double, double, 'It is 4.'], { modelId: 'planner' });
    const answer = await maker({ planner, solver, maxDepth: 0 }).doGenerate(userCall('Double 2.'));
    expect(textOf(answer)).toBe('It is 4.');
    expect(summaryOf(answer)).toMatchObject({ degraded: true, converged: false });
    expect(summaryOf(answer).reason).toContain('Step "double" has no winner: 6 samples');
    expect(lastUserText(planner.calls[2]!)).toBe('Double 2.');
    planner.verify();
  });

  it('fails typed where the planner has no answer either', async () => {
    let guesses = 0;
    const solver = simulatedModel({ accuracy: 1, truth: () => result(guesses++) });
    const gone = () => {
      throw new TandemError('model_failed', 'The server is gone. Start it.');
    };
    const planner = scriptedModel([double, double, gone], { modelId: 'planner' });
    const model = maker({ planner, solver, maxDepth: 0 });
    await expect(model.doGenerate(userCall('Double 2.'))).rejects.toMatchObject({
      code: 'not_converged',
    });
    planner.verify();
  });
});

describe('TRAP 5: a decomposition is data', () => {
  it('is refused if off its schema, asked for again with the fault, and never run', async () => {
    const code = '{"steps": "import fs; fs.rmSync(\'/\')"}';
    const planner = scriptedModel([code, double], { modelId: 'planner', place: 'cloud' });
    const solver = scriptedModel([result(4)]);
    const answer = await maker({ planner, solver, k: 1, planK: 1 }).doGenerate(
      userCall('Double 2.'),
    );
    expect(textOf(answer)).toBe('4');
    expect(lastUserText(planner.calls[1]!)).toContain('An earlier plan was refused: steps:');
    planner.verify();
    solver.verify();
  });

  it('ends with one answer of the planner when no plan can be used, and says so', async () => {
    const planner = scriptedModel(['no', 'no', 'Four.'], { modelId: 'planner' });
    const model = maker({ planner, solver: scriptedModel([]), planK: 1 });
    const answer = await model.doGenerate(userCall('Double 2.'));
    expect(textOf(answer)).toBe('Four.');
    expect(summaryOf(answer)).toMatchObject({ degraded: true, answeredBy: 'planner' });
    expect(summaryOf(answer).reason).toContain('wrote no plan that can be used');
  });

  it('ends in a typed error when no plan can be used and the planner has no answer', async () => {
    const planner = scriptedModel(['no', 'no', ''], { modelId: 'planner' });
    const model = maker({ planner, solver: scriptedModel([]), planK: 1 });
    await expect(model.doGenerate(userCall('Double 2.'))).rejects.toMatchObject({
      code: 'bad_answer',
    });
  });
});

describe('maker with a planner', () => {
  it('ends right by voting on plans where the first plan is wrong', async () => {
    const wrong = planOf(step('sum', 'Add 6 and 7.', { type: 'number' }));
    const right = planOf(step('product', 'Multiply 6 by 7.', { type: 'number' }));
    const planner = scriptedModel([wrong, right, right], { modelId: 'planner', place: 'cloud' });
    const solver = scriptedModel([result('42'), result(42), result('42.0')]);
    const answer = await maker({ planner, solver }).doGenerate(userCall('What is 6 times 7?'));
    expect(textOf(answer)).toBe('42');
    planner.verify();
    solver.verify();
  });

  it('lets discriminators choose where no plans agree, in whatever places they stand', async () => {
    const plans = ['Add 6 and 7.', 'Multiply 6 by 7.', 'Divide 6 by 7.'].map(text =>
      planOf(step('a', text, { type: 'number' })),
    );
    const planner = scriptedModel(plans, { modelId: 'planner', place: 'cloud' });
    const choose = (call: Call) => {
      const shown = lastUserText(call).split('<plan number=').slice(1);
      return JSON.stringify({ choice: 1 + shown.findIndex(plan => plan.includes('Multiply')) });
    };
    const discriminator = scriptedModel([choose, 'what?', choose], { modelId: 'judge' });
    const solver = scriptedModel([result(42)]);
    const answer = await maker({ planner, discriminator, solver, k: 1 }).doGenerate(
      userCall('What is 6 times 7?'),
    );
    expect(textOf(answer)).toBe('42');
    expect(summaryOf(answer).reason).toContain('chosen among 3 plans');
    for (const model of [planner, discriminator, solver]) model.verify();
  });

  it('runs independent steps at the same time, and tells each only what it needs', async () => {
    const plan = planOf(
      step('left', 'Say one.', { type: 'number' }),
      step('right', 'Say two.', { type: 'number' }),
      step('unused', 'Say nothing.'),
      step('both', 'Add.', { type: 'number', needs: ['left', 'right'] }),
    );
    let running = 0;
    let most = 0;
    const solver = simulatedModel({
      accuracy: 1,
      latencyMs: 5,
      truth: prompt => {
        most = Math.max(most, ++running);
        setTimeout(() => running--, 4);
        expect(prompt).not.toContain('Say nothing');
        if (prompt.includes('Say one')) return result(1);
        return prompt.includes('Say two')
          ? result(2)
          : result(prompt.includes('left: 1\nright: 2') ? 3 : 0);
      },
    });
    const planner = scriptedModel(
      [`{"steps": ${JSON.stringify(JSON.parse(plan).steps)}, "answer": "both"}`],
      {
        modelId: 'planner',
      },
    );
    const answer = await maker({ planner, solver, k: 1, planK: 1 }).doGenerate(
      userCall('One and two?'),
    );
    expect(textOf(answer)).toBe('3');
    expect(most).toBe(2);
  });

  it('votes on a step first, though the plan says that it is to be broken down', async () => {
    const plan = planOf(step('total', 'Add 1, 2 and 3.', { type: 'number', atomic: false }));
    const planner = scriptedModel([plan, plan], { modelId: 'planner' });
    const solver = scriptedModel([result(6), result(6), result(6)]);
    const answer = await maker({ planner, solver }).doGenerate(userCall('Add 1, 2, 3.'));
    expect(textOf(answer)).toBe('6');
    for (const model of [planner, solver]) model.verify();
  });

  it('breaks a step down that its votes leave undecided', async () => {
    const outer = planOf(step('total', 'Add 1, 2 and 3.', { type: 'number', atomic: false }));
    const inner = planOf(
      step('first', 'Add 1 and 2.', { type: 'number' }),
      step('second', 'Add 3.', { type: 'number', needs: ['first'] }),
    );
    const planner = scriptedModel([outer, inner], { modelId: 'planner' });
    let guesses = 0;
    const solver = simulatedModel({
      accuracy: 1,
      truth: prompt => {
        if (prompt.includes('Add 1, 2 and 3.')) return result(100 + guesses++);
        return result(prompt.includes('first: 3') ? 6 : 3);
      },
    });
    const answer = await maker({ planner, solver, k: 2, planK: 1 }).doGenerate(
      userCall('Add 1, 2, 3.'),
    );
    expect(textOf(answer)).toBe('6');
    planner.verify();
  });

  it('flags a result that fails the check of its step', async () => {
    const plan = planOf(
      step('items', 'List them.', { type: 'list' }),
      step('sorted', 'Sort them.', {
        type: 'list',
        needs: ['items'],
        check: { sameItemsAs: 'items' },
      }),
    );
    const solver = scriptedModel([result([3, 1, 2]), result([1, 2]), result([1, 2, 3])]);
    const planner = scriptedModel([plan], { modelId: 'planner' });
    const answer = await maker({ planner, solver, k: 1, planK: 1 }).doGenerate(
      userCall('Sort 3, 1, 2.'),
    );
    expect(textOf(answer)).toBe('[1,2,3]');
    expect(summaryOf(answer).reason).toContain('1 flagged');
  });

  it('never tells the planner what was found', async () => {
    const outer = planOf(
      step('secret', 'Say it.'),
      step('use', 'Use it.', { needs: ['secret'], atomic: false }),
    );
    const inner = planOf(step('shout', 'Shout it.', { needs: ['secret'] }));
    const planner = scriptedModel([outer, inner], { modelId: 'planner', place: 'cloud' });
    const vague = Array.from({ length: 6 }, () => 'I would need to know more.');
    const solver = scriptedModel([result('xyzzy'), ...vague, result('XYZZY!')]);
    await maker({ planner, solver, k: 1, planK: 1 }).doGenerate(userCall('Shout the word.'));
    expect(planner.calls.map(promptText).join()).not.toContain('xyzzy');
    expect(lastUserText(planner.calls[1]!)).toContain('secret (text)');
    solver.verify();
  });

  it('returns objects that match the schema', async () => {
    const planner = scriptedModel([planOf(step('object', 'Make it.', { type: 'object' }))], {
      place: 'cloud',
    });
    const solver = scriptedModel([result({ double: 'four' }), result({ double: 4 })]);
    const { output } = await generateText({
      model: maker({ planner, solver, k: 1, planK: 1 }),
      prompt: 'Double 2.',
      output: Output.object({ schema: z.object({ double: z.number() }) }),
    });
    expect(output).toEqual({ double: 4 });
    solver.verify();
  });

  it('refuses a k of 0 and both or neither of planner and task', () => {
    const solver = scriptedModel([]);
    expect(() => maker({ solver, task: () => counting(1), k: 0 })).toThrow(
      '`k` must be a whole number from 1 to 50, got 0',
    );
    expect(() => maker({ solver })).toThrow('either a `planner` or a `task`');
  });
});

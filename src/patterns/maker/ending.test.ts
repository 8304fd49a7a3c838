import { describe, expect, it } from 'vitest';
import { textOf, userCall } from '../../model/answer.ts';
import { usageOf } from '../../model/leaf/cost/usage.ts';
import { foreseenBy } from '../../model/pattern/define-pattern.ts';
import { summaryOf as summaryIn } from '../../model/run/summary.ts';
import type { Call } from '../../model/types.ts';
import { doubleOf, lastUserText, promptText } from '../../testing/double.ts';
import { scriptedModel } from '../../testing/scripted-model.ts';
import { maker } from './maker.ts';

const summaryOf = (answer: Parameters<typeof summaryIn>[0]) => summaryIn(answer)!;
const result = (value: unknown) => JSON.stringify({ result: value });
const planOf = (...steps: object[]) => JSON.stringify({ steps });
const request = userCall('A request.');
const counted = (modelId: string, reply: (call: Call, n: number) => string) => {
  const calls: Call[] = [];
  const model = doubleOf({ modelId }, call => {
    calls.push(call);
    return { text: reply(call, calls.length - 1) };
  });
  return Object.assign(model, { calls });
};
const isChoice = (call: Call) => promptText(call).includes('Choose the');
const plannerOf = (...steps: object[]) => scriptedModel([planOf(...steps)], { modelId: 'cloud' });
const step = (type: string, more = {}) => ({ id: 'one', instruction: 'Do it.', type, ...more });

describe('maker ends', () => {
  it('within 12 calls of a planner whose plans never agree and whose steps fail', async () => {
    const planner = counted('cloud', (call, n) => {
      if (isChoice(call)) return '{"choice": 1}';
      if (!promptText(call).includes('You break a request')) return 'My own answer.';
      const steps = ['a', 'b', 'c'].map(id => ({
        id,
        instruction: `Work on thing ${n}.`,
        type: 'number',
        atomic: false,
        needs: id === 'c' ? ['a', 'b'] : [],
      }));
      return planOf(...steps);
    });
    const solver = counted('small', (_, n) => result(n));
    const answer = await maker({ planner, solver }).doGenerate(request);
    expect(textOf(answer)).toBe('My own answer.');
    expect(planner.calls.length).toBeLessThanOrEqual(12);
    const limits = planner.calls.slice(0, -1).map(call => call.maxOutputTokens);
    expect(limits.every(limit => limit !== undefined && limit <= 2000)).toBe(true);
  });

  it('with plans that have little room at first, and all of it once one was cut', async () => {
    const limits: number[] = [];
    const told: string[] = [];
    const planner = doubleOf({ modelId: 'cloud' }, call => {
      limits.push(call.maxOutputTokens!);
      told.push(lastUserText(call));
      // Of four proposals the first two do not come to an end.
      if (limits.length > 2) return { text: planOf(step('number')), usage: usageOf(9, 500) };
      return { text: '{"steps": [', finishReason: 'length' as const };
    });
    const answer = await maker({ planner, solver: counted('small', () => result(3)) }).doGenerate(
      request,
    );
    expect(textOf(answer)).toBe('3');
    expect(limits).toEqual([800, 800, 2000, 2000]);
    // Weak planners make a step of what a refusal counts.
    expect(told[2]).toContain('was refused: it was cut off');
    expect(told[2]).not.toMatch(/token|\d/);
  });

  it('with plans that have the room that plans of the same request took', async () => {
    const limits: number[] = [];
    const planner = doubleOf({ modelId: 'cloud' }, call => {
      limits.push(call.maxOutputTokens!);
      const text = limits.length === 2 ? 'No plan.' : planOf(step('number'));
      return { text, usage: usageOf(9, 221) };
    });
    await maker({ planner, solver: counted('small', () => result(3)) }).doGenerate(request);
    expect(limits).toEqual([800, 800, 663]);
  });

  it('with the answer that a check of the planner refuses each time, and says so', async () => {
    const check = { length: 3 };
    const solver = counted('small', () => result('1 May, 2 June, 3 July'));
    const answer = await maker({
      planner: plannerOf(step('text', { check })),
      solver,
      planK: 1,
    }).doGenerate(request);
    expect(textOf(answer)).toBe('1 May, 2 June, 3 July');
    expect(solver.calls).toHaveLength(6);
    expect(lastUserText(solver.calls[3]!)).toContain('was refused: not of length 3');
    expect(answer.warnings).toMatchObject([
      { message: 'the check of step "one" (not of length 3) flags all votes: it is dropped' },
    ]);
  });

  it('with another answer where the solver mends what the check says', async () => {
    const solver = counted('small', call => result(lastUserText(call).includes('below 1') ? 5 : 0));
    const answer = await maker({
      planner: plannerOf(step('number', { check: { min: 1 } })),
      solver,
      planK: 1,
    }).doGenerate(request);
    expect(textOf(answer)).toBe('5');
    expect(answer.warnings).toEqual([]);
  });

  describe('with word of the fault that differing answers have', () => {
    const flagged = step('text', { check: { length: 3 } });
    const planner = () => {
      const plan = planOf(flagged);
      return counted('cloud', call => (promptText(call).includes('You break') ? plan : 'Alone.'));
    };

    it('told to the solver in other words, and in the reason where nobody mends it', async () => {
      const solver = counted('small', (_, n) => result(`text ${n}`));
      const answer = await maker({ planner: planner(), solver, planK: 1 }).doGenerate(request);
      expect(textOf(answer)).toBe('Alone.');
      expect(summaryOf(answer).reason).toMatch(/Differing answers .*"text \d+"}" is refused as/);
      const asked = solver.calls.map(lastUserText);
      expect(asked.at(-1)).toContain('was refused: not of length 3. Give another answer.');
      expect(new Set(asked.slice(0, 3)).size).toBe(3);
      expect(asked.length).toBeLessThan(10);
    });

    it('in a warning where another model has decided the step', async () => {
      const solver = counted('small', (_, n) => result(`text ${n}`));
      const escalate = counted('large', () => result('abc'));
      const model = maker({ planner: planner(), solver, escalate, planK: 1 });
      const answer = await model.doGenerate(request);
      expect(textOf(answer)).toBe('abc');
      expect(answer.warnings).toMatchObject([
        { message: expect.stringMatching(/^step "one" has no winner: Differing answers/) },
      ]);
    });
  });

  it('with one of the texts where no two are alike, chosen by the solver', async () => {
    const solver = counted('small', (call, n) => {
      if (!isChoice(call)) return result(`function f${n}() {}`);
      const shown = promptText(call).split('<answer number=').slice(1);
      return JSON.stringify({ choice: 1 + shown.findIndex(text => text.includes('f2(')) });
    });
    const answer = await maker({
      planner: plannerOf(step('text')),
      solver,
      planK: 1,
    }).doGenerate(request);
    expect(textOf(answer)).toBe('function f2() {}');
    expect(solver.calls.length).toBeLessThanOrEqual(9);
    expect(summaryOf(answer)).toMatchObject({ converged: false });
    expect(summaryOf(answer).reason).toContain('the answer to 1 step chosen among votes');
  });

  it.each([
    ['in the same words', 'List the letters.', 6],
    ['in other words', 'Write a list of all the letters.', 6],
    ['as another step', 'List the vowels.', 12],
  ])('without more votes where a step is broken down into itself %s', async (_, said, votes) => {
    const list = { type: 'list', atomic: false };
    const plans = ['List the letters.', said].map(instruction =>
      planOf({ id: 'one', instruction, ...list }),
    );
    const planner = counted('cloud', (_call, n) => plans[n] ?? 'No plan.');
    const solver = counted('small', (call, n) => (isChoice(call) ? '?' : result([`item ${n}`])));
    await maker({ planner, solver, planK: 1 }).doGenerate(request);
    expect(solver.calls.filter(call => !isChoice(call))).toHaveLength(votes);
  });

  it('with the first of such texts where nobody can choose', async () => {
    const solver = counted('small', (call, n) => (isChoice(call) ? '?' : result(`text ${n}`)));
    const model = maker({ planner: plannerOf(step('text')), solver, planK: 1 });
    expect(textOf(await model.doGenerate(request))).toBe('text 0');
  });

  it('with one answer of the model to escalate to, and one call of it', async () => {
    const escalate = counted('large', () => result('whole'));
    const solver = counted('small', (_, n) => result(`text ${n}`));
    const answer = await maker({
      planner: plannerOf(step('text')),
      solver,
      escalate,
      planK: 1,
    }).doGenerate(request);
    expect(textOf(answer)).toBe('whole');
    expect(escalate.calls).toHaveLength(1);
    expect(summaryOf(answer)).toMatchObject({ answeredBy: 'small' });
    expect(summaryOf(answer).reason).toContain('1 step escalated');
  });

  it('counts code as one vote whatever its spaces, comments, quotes and semicolons', async () => {
    const codes = ['const a = "x";', "const a = 'x'", '```ts\n// a\nconst a  =  "x"\n```'];
    const solver = counted('small', (_, n) => result(codes[n % 3]));
    const answer = await maker({
      planner: plannerOf(step('text')),
      solver,
      planK: 1,
    }).doGenerate(request);
    expect(solver.calls).toHaveLength(3);
    expect(textOf(answer)).toBe('const a = "x";');
  });
});

describe('maker says before a call', () => {
  it('how many calls it will take, of whom', () => {
    const [planner, solver, escalate] = ['cloud', 'small', 'large'].map(modelId =>
      doubleOf({ modelId }, () => ({ text: '' })),
    );
    expect(foreseenBy(maker({ planner: planner!, solver: solver!, escalate: escalate! }))).toBe(
      '2 calls of cloud where its plans agree, 12 at most, each plan of 2000 tokens at most; 3 ' +
        'to 6 votes of small a step where they agree, about 30 at most; one answer of large ' +
        'for a ' +
        'step that they leave open',
    );
  });
});

describe('a planned step', () => {
  it.each([
    ['an explanation before the result', '{"explanation": "3 and 4", "result": 7}'],
    ['a key behind it', '{"result": 7, "unit": "apples"}'],
    ['a bare number', '7'],
  ])('is read with %s', async (_, text) => {
    const solver = counted('small', () => text);
    const model = maker({ planner: plannerOf(step('number')), solver, planK: 1 });
    expect(textOf(await model.doGenerate(request))).toBe('7');
    expect(solver.calls).toHaveLength(3);
  });

  it('is kept with what it says and what it came to', async () => {
    const planner = plannerOf(
      { id: 'a', instruction: 'Say three.', type: 'number' },
      { id: 'b', instruction: 'Double it.', type: 'number', needs: ['a'] },
    );
    const solver = counted('small', call => result(promptText(call).includes('a: 3') ? 6 : 3));
    const answer = await maker({ planner, solver, planK: 1 }).doGenerate(request);
    expect(summaryOf(answer).plan).toEqual([
      { step: 'a', instruction: 'Say three.', needs: [], result: '3', votes: 3, agreed: 3 },
      { step: 'b', instruction: 'Double it.', needs: ['a'], result: '6', votes: 3, agreed: 3 },
    ]);
  });

  it('is asked for with seven others at once at most', async () => {
    let [now, most] = [0, 0];
    const solver = doubleOf({ modelId: 'small' }, async () => {
      most = Math.max(most, ++now);
      await new Promise(resolve => setTimeout(resolve, 2));
      now--;
      return { text: result(1) };
    });
    const ids = Array.from({ length: 12 }, (_, n) => `s${n}`);
    const planner = plannerOf(
      ...ids.map(id => ({ id, instruction: `Count ${id}.`, type: 'number' })),
      { id: 'sum', instruction: 'Add all.', type: 'number', needs: ids },
    );
    await maker({ planner, solver, planK: 1 }).doGenerate(request);
    expect(most).toBe(8);
  });

  it('needs a greater lead in a long plan, less so after steps that agreed', async () => {
    const ids = Array.from({ length: 30 }, (_, n) => `s${n}`);
    const planner = plannerOf(
      ...ids.map((id, n) => ({
        id,
        instruction: `Count ${id}.`,
        type: 'number',
        needs: n === 0 ? [] : [ids[n - 1]],
      })),
    );
    const solver = counted('small', () => result(1));
    await maker({ planner, solver, planK: 1 }).doGenerate(request);
    const votes = ids.map(
      id => solver.calls.filter(call => promptText(call).includes(`Count ${id}.`)).length,
    );
    expect([votes[0], votes[1], votes[29]]).toEqual([5, 3, 3]);
  });
});

describe('a solver that gives its prompt back', () => {
  const planning = (instruction: string) =>
    counted('cloud', call =>
      isChoice(call) ? '{"choice": 1}' : planOf({ id: 'one', instruction, type: 'text' }),
    );
  it.each([
    'The result of this step is of type text.',
    'Give the text alone',
    'Do nothing beyond the step.',
    'Name the town.',
  ])('has no vote for "%s"', async echo => {
    const solver = counted('small', (_, n) => result(n % 2 === 0 ? echo : 'Ghent'));
    const planner = planning('Name the town.');
    const answer = await maker({ planner, solver }).doGenerate(
      userCall('Ghent lies on the Lys. Which town is it?'),
    );
    expect(textOf(answer)).toBe('Ghent');
  });

  it('has one for words of the request', async () => {
    const said = 'the result of this step is of type text';
    const solver = counted('small', () => result(`Quoted: ${said}`));
    const planner = planning('Quote it.');
    const answer = await maker({ planner, solver }).doGenerate(userCall(`Quote: ${said}`));
    expect(textOf(answer)).toBe(`Quoted: ${said}`);
  });
});

import { describe, expect, it } from 'vitest';
import { collectStream, doubleOf } from '../testing/double.ts';
import { scriptedModel } from '../testing/scripted-model.ts';
import { textOf, userCall } from './answer.ts';
import { limit } from './limit.ts';
import { direct } from './pattern/direct.ts';
import type { Journal, RunJournal } from './run/ports.ts';
import { run } from './run/scope-life.ts';
import { summaryOf as summaryIn } from './run/summary.ts';
import type { Answer } from './types.ts';

const summaryOf = (answer: Parameters<typeof summaryIn>[0]) => summaryIn(answer)!;
const hanging = (modelId = 'hanging') =>
  doubleOf({ modelId }, () => ({ text: 'late', delayMs: 1e9 }));
const quick = (modelId = 'quick', text = 'ok') => doubleOf({ modelId }, () => ({ text }));
const thrown = (promise: PromiseLike<unknown>) =>
  Promise.resolve(promise).then(
    () => undefined,
    (error: unknown) => error,
  );

describe('deadline, budget, limit, empty answers', () => {
  it('ends a run at its deadline', async () => {
    const error = await thrown(
      run({ deadlineMs: 20 }, async () => direct(hanging()).doGenerate(userCall('x'))),
    );
    expect(error).toMatchObject({ code: 'deadline_exceeded' });
  });

  it('refuses a budget that it cannot keep for want of a price', async () => {
    const cloud = scriptedModel([], { modelId: 'unpriced', place: 'cloud' });
    const error = await thrown(
      run({ budgetUsd: 1 }, async () => direct(cloud).doGenerate(userCall('x'))),
    );
    expect(error).toMatchObject({
      code: 'budget_exceeded',
      message: expect.stringContaining('`prices`'),
    });
  });

  it('limits leaves only, and gives a slot that an aborted call awaited to the next', async () => {
    expect(() => limit(direct(quick()), { concurrency: 1 })).toThrow('takes no pattern');
    expect(() => limit(quick(), { concurrency: 0 })).toThrow(
      '`concurrency` must be a whole number of 1 or more, got 0',
    );
    const one = limit(
      doubleOf({ modelId: 'one' }, () => ({ text: 'ok', delayMs: 10 })),
      { concurrency: 1 },
    );
    const controller = new AbortController();
    const first = one.doGenerate(userCall('a'));
    const second = thrown(one.doGenerate(userCall('b', { abortSignal: controller.signal })));
    const third = one.doGenerate(userCall('c'));
    controller.abort();
    expect(await second).toBe(controller.signal.reason);
    expect(textOf(await first)).toBe('ok');
    expect(textOf(await third)).toBe('ok');
  });

  it('takes an empty answer for a failure, plain and streamed', async () => {
    expect(await thrown(direct(quick('mute', '')).doGenerate(userCall('x')))).toMatchObject({
      code: 'bad_answer',
    });
    const { stream } = await direct(quick('mute', '')).doStream(userCall('x'));
    expect(await thrown(collectStream(stream))).toMatchObject({ code: 'bad_answer' });
  });

  it('replays finished calls from a journal and books no money for them', async () => {
    const records = new Map<string, Answer>();
    const record: RunJournal = {
      decide: () => {},
      read: () => {},
      find: step => records.get(step.runId + step.key),
      intend: async () => {},
      record: async step => void (step.answer && records.set(step.runId + step.key, step.answer)),
      end: () => {},
    };
    const journal: Journal = { begin: () => record };
    const cloud = scriptedModel(['once'], { modelId: 'gpt-4.1', place: 'cloud' });
    const ask = () =>
      run({ journal, runId: 'r' }, async () => direct(cloud).doGenerate(userCall('x')));
    const [first, second] = [await ask(), await ask()];
    expect(textOf(second)).toBe(textOf(first));
    expect(summaryOf(second).costUsd).toBe(0);
    const streamed = await run({ journal, runId: 'r' }, async () =>
      collectStream((await direct(cloud).doStream(userCall('x'))).stream),
    );
    expect(textOf(streamed)).toBe('once');
    cloud.verify();
  });
});

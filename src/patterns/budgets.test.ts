import { describe, expect, it } from 'vitest';
import { userCall } from '../model/answer.ts';
import { usageOf } from '../model/leaf/cost/usage.ts';
import { direct } from '../model/pattern/direct.ts';
import { run } from '../model/run/scope-life.ts';
import { summaryOf } from '../model/run/summary.ts';
import type { Call } from '../model/types.ts';
import { openJournal } from '../runs/journal.ts';
import { collectStream, doubleOf } from '../testing/double.ts';
import { apiFailure } from '../testing/failures.ts';
import { cascade } from './cascade/cascade.ts';
import { not } from './cascade/gates/combine.ts';
import { complete } from './cascade/gates/complete.ts';

const prices = { cloud: { input: 1, output: 10 } };
const seen: Call[] = [];
const cloud = (outputTokens = 100) =>
  doubleOf({ modelId: 'cloud', place: 'cloud' }, call => {
    seen.push(call);
    return { text: 'ok', usage: usageOf(50, outputTokens) };
  });
const local = () =>
  doubleOf({ modelId: 'local' }, () => ({ text: 'here', usage: usageOf(10, 10) }));
const ask = (model = cloud(), more: Partial<Call> = {}) =>
  direct(model).doGenerate(userCall('question', more));
const failing = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a budget is checked before a call, against the most that it may cost', () => {
  it('lowers a call’s output to what is left, and refuses what would be no answer', async () => {
    seen.length = 0;
    await run({ prices, budget: { usd: 0.01 } }, async () => ask());
    expect(seen[0]?.maxOutputTokens).toBeGreaterThan(900);
    expect(seen[0]?.maxOutputTokens).toBeLessThan(1000);
    const error = await failing(run({ prices, budget: { usd: 0.0005 } }, async () => ask()));
    expect(error).toMatchObject({
      code: 'budget_exceeded',
      message: expect.stringContaining("the run's budget"),
    });
    expect(seen).toHaveLength(1);
  });

  it('leaves the output alone where no limit applies', async () => {
    seen.length = 0;
    await run({ prices }, async () => ask());
    expect(seen[0]?.maxOutputTokens).toBeUndefined();
  });

  it('books nothing for a failed call, and the most for one cut off under way', async () => {
    const failure = () => ({ text: '', breaks: { after: 0, error: apiFailure(400) } });
    const down = doubleOf({ modelId: 'down', place: 'cloud' }, failure);
    const slow = doubleOf({ modelId: 'slow', place: 'cloud' }, () => ({
      text: 'late',
      delayMs: 1e9,
    }));
    const askedAfter = (first: () => PromiseLike<unknown>) =>
      run({ prices, budget: { tokens: 4150 } }, async () => {
        await first().then(undefined, () => {});
        return ask(cloud(), { maxOutputTokens: 2000 }).then(
          answer => answer,
          (error: unknown) => error,
        );
      });
    expect(await askedAfter(() => ask(down))).toMatchObject({ content: [{ text: 'ok' }] });
    const abortSignal = AbortSignal.timeout(20);
    expect(await askedAfter(() => ask(slow, { abortSignal }))).toMatchObject({
      code: 'budget_exceeded',
    });
  });

  it('warns when it lowers what the call itself allows', async () => {
    const answer = await run({ prices, budget: { usd: 0.01 } }, async () =>
      ask(cloud(), { maxOutputTokens: 5000 }),
    );
    expect(JSON.stringify(answer.warnings)).toContain('The budget lowers maxOutputTokens');
  });

  it('warns when it has cut an answer that set no limit itself, plain and streamed', async () => {
    const long = doubleOf({ modelId: 'cloud', place: 'cloud' }, () => ({
      text: 'a long',
      finishReason: 'length',
    }));
    const plain = await run({ prices, budget: { usd: 0.01 } }, async () => ask(long));
    expect(JSON.stringify(plain.warnings)).toContain('The budget cut the answer of cloud at');
    const streamed = await run({ prices, budget: { usd: 0.01 } }, async () =>
      collectStream((await direct(long).doStream(userCall('question'))).stream),
    );
    expect(streamed.finishReason.unified).toBe('length');
    const unlimited = await run({ prices }, async () => ask(long));
    expect(unlimited.warnings).toEqual([]);
  });

  it('never lets calls in flight overspend together', async () => {
    const slow = doubleOf({ modelId: 'cloud', place: 'cloud' }, () => ({ text: 'ok', delayMs: 5 }));
    const settled = await run({ prices, budget: { usd: 0.001 } }, async () =>
      Promise.allSettled(Array.from({ length: 5 }, () => ask(slow, { maxOutputTokens: 64 }))),
    );
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it.each([
    ['a call', { perCall: { tokens: 60 } }, 'the budget of a call'],
    ['a call, in money', { perCall: { usd: 0.0003 } }, 'the budget of a call'],
    ['a run, in tokens', { tokens: 60 }, "the run's budget"],
    ['a model', { perModel: { cloud: { tokens: 60 } } }, 'the budget of "cloud"'],
  ])('keeps the budget of %s', async (_what, budget, named) => {
    const error = await failing(run({ prices, budget }, async () => ask()));
    expect(error).toMatchObject({
      code: 'budget_exceeded',
      message: expect.stringContaining(named),
    });
  });

  it('counts what each model has used, on the device too', async () => {
    const budget = { perModel: { local: { tokens: 130 } } };
    const error = await failing(
      run({ budget }, async () => {
        await ask(local());
        await ask(local());
        await ask(local());
        await ask(local());
      }),
    );
    expect(error).toMatchObject({
      code: 'budget_exceeded',
      message: expect.stringContaining('"local"'),
    });
  });

  it('keeps the budget of a day over all runs of a journal, and needs one', async () => {
    using journal = openJournal({ path: ':memory:' });
    const budget = { perDay: { usd: 0.0035 } };
    const spend = () => run({ prices, budget, journal }, async () => ask(cloud(300)));
    await spend();
    const error = await failing(spend());
    expect(error).toMatchObject({
      code: 'budget_exceeded',
      message: expect.stringContaining("the day's budget"),
    });
    await expect(run({ prices, budget }, async () => ask())).rejects.toThrow('needs a journal');
  });

  it('TRAP 13: gives the local draft marked degraded where the cloud is over budget', async () => {
    const pattern = cascade({ local: local(), cloud: cloud(), accept: not(complete()) });
    const answer = await run({ prices, budget: { usd: 0 } }, async () =>
      pattern.doGenerate(userCall('x')),
    );
    expect(summaryOf(answer)).toMatchObject({ degraded: true, answeredBy: 'local' });
  });

  it('refuses limits that are none', async () => {
    await expect(run({ budget: { perCall: { usd: -1 } } }, async () => ask())).rejects.toThrow(
      '`budget.perCall.usd`',
    );
  });
});

describe('time on this device', () => {
  const slow = () => doubleOf({ modelId: 'local' }, () => ({ text: 'here', delayMs: 20 }));

  it('costs what the user says, by the hour or by the kilowatt-hour', async () => {
    const hourly = await run({ localPrice: { usdPerHour: 3600 } }, async () => ask(slow()));
    expect(summaryOf(hourly)?.costUsd).toBeGreaterThan(0.015);
    expect(summaryOf(hourly)?.localCostUsd).toBe(summaryOf(hourly)?.costUsd);
    const metered = await run({ localPrice: { watts: 1000, usdPerKwh: 3600 } }, async () =>
      ask(slow()),
    );
    expect(summaryOf(metered)?.costUsd).toBeGreaterThan(0.015);
  });

  it('TRAP 14: is unknown where the user says nothing, and 0 only if the user says 0', async () => {
    expect(summaryOf(await ask(slow()))?.localCostUsd).toBe('unknown');
    expect(summaryOf(await run({ localPrice: 0 }, async () => ask(slow())))?.localCostUsd).toBe(0);
  });
});

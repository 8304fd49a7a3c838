import { AsyncLocalStorage } from 'node:async_hooks';
import { generateText, streamText, wrapLanguageModel } from 'ai';
import { describe, expect, it } from 'vitest';
import { collectStream, doubleOf, lastUserText } from '../testing/double.ts';
import { apiFailure } from '../testing/failures.ts';
import { scriptedModel } from '../testing/scripted-model.ts';
import { memorySink } from '../trace/sink.ts';
import { leavesOf } from '../trace/span.ts';
import { textAnswer, textOf, userCall } from './answer.ts';
import { TandemError } from './errors.ts';
import { unknownUsage, usageOf } from './leaf/cost/usage.ts';
import { onDevice } from './leaf/model/place.ts';
import { limit } from './limit.ts';
import { definePattern, delegate, settle } from './pattern/define-pattern.ts';
import { direct } from './pattern/direct.ts';
import { run } from './run/scope-life.ts';
import { summaryOf as summaryIn } from './run/summary.ts';
import { withTask } from './task.ts';
import type { Call, LanguageModel } from './types.ts';
import { wrap } from './wrap.ts';

const summaryOf = (answer: Parameters<typeof summaryIn>[0]) => summaryIn(answer)!;
const about = { reason: 'test' };
const hanging = (modelId = 'hanging') =>
  doubleOf({ modelId }, () => ({ text: 'late', delayMs: 1e9 }));
const quick = (modelId = 'quick', text = 'ok') => doubleOf({ modelId }, () => ({ text }));
const thrown = (promise: PromiseLike<unknown>) =>
  Promise.resolve(promise).then(
    () => undefined,
    (error: unknown) => error,
  );

describe('scope and concurrency', () => {
  it('CONTRACT 1: a stream runs in the scope where it was asked for, whoever reads', async () => {
    const inner = direct(quick());
    const outer = definePattern({
      name: 'outer',
      models: [inner],
      generate: async call => delegate(inner, call, { about }),
    });
    const { stream } = await run({ runId: 'mine' }, async () => outer.doStream(userCall('x')));
    const other = new AsyncLocalStorage<string>();
    const answer = await run({ runId: 'other' }, () =>
      other.run('elsewhere', () => collectStream(stream)),
    );
    expect(summaryOf(answer).runId).toBe('mine');
  });

  it('CONTRACT 2: a call that waited for a slot goes on in its own run', async () => {
    const cloud = scriptedModel(['never'], { modelId: 'cloud', place: 'cloud' });
    const worker = limit(
      doubleOf({ modelId: 'worker' }, () => ({ text: 'ok', delayMs: 5 })),
      { concurrency: 1 },
    );
    const pattern = definePattern({
      name: 'both',
      models: [worker, cloud],
      async generate(call, ask) {
        await ask(worker, call);
        return delegate(cloud, call, { about });
      },
    });
    const ask = (mode: 'local-only' | 'cloud-allowed') =>
      thrown(
        run({ mode }, async () => generateText({ model: pattern, prompt: 'x', maxRetries: 0 })),
      );
    const [open, closed] = await Promise.all([ask('cloud-allowed'), ask('local-only')]);
    expect(open).toBeUndefined();
    expect(closed).toMatchObject({ code: 'egress_denied' });
  });

  it('CONTRACT 2: a call that names another run than the one around it fails closed', async () => {
    const call = userCall('x', { providerOptions: { tandem: { runId: 'a' } } });
    const error = await thrown(run({ runId: 'b' }, async () => direct(quick()).doGenerate(call)));
    expect(error).toMatchObject({ code: 'scope_mismatch' });
  });

  it('CONTRACT 3: when a pattern throws, the calls it left behind are aborted', async () => {
    let aborted = 0;
    const slow = doubleOf({ modelId: 'slow' }, call => {
      call.abortSignal?.addEventListener('abort', () => aborted++);
      return { text: 'late', delayMs: 1e9 };
    });
    const failing = doubleOf({ modelId: 'failing' }, () => {
      throw apiFailure(401);
    });
    const pattern = definePattern({
      name: 'many',
      models: [slow, failing],
      async generate(call, ask) {
        await Promise.all([
          ...Array.from({ length: 39 }, (_, n) => ask(slow, call, { id: `${n}` })),
          ask(failing, call),
        ]);
        return settle(textAnswer('never'), about);
      },
    });
    expect(await thrown(pattern.doGenerate(userCall('x')))).toMatchObject({ code: 'model_failed' });
    expect(aborted).toBe(39);
  });

  it('CONTRACT 3: a call’s signal that a pattern passes on is ignored for its own', async () => {
    const pattern = definePattern({
      name: 'stubborn',
      models: [quick()],
      async generate(call, ask) {
        const dead = AbortSignal.abort();
        return settle(await ask(quick(), { ...call, abortSignal: dead }), about);
      },
    });
    expect(textOf(await pattern.doGenerate(userCall('x')))).toBe('ok');
  });

  it('CONTRACT 4: usage is summed after losers abort, and says that one is uncounted', async () => {
    const pattern = definePattern({
      name: 'race',
      models: [quick(), hanging()],
      async generate(call, ask) {
        void ask(hanging(), call, { id: 'loser' });
        return settle(await ask(quick(), call, { id: 'winner' }), about);
      },
    });
    const answer = await pattern.doGenerate(userCall('x'));
    expect(summaryOf(answer)).toMatchObject({ usageComplete: false, calls: { device: 2 } });
  });

  it('CONTRACT 4: a rejected ask that nobody awaits does not end the process', async () => {
    const failing = doubleOf({ modelId: 'failing' }, () => {
      throw apiFailure(400);
    });
    const pattern = definePattern({
      name: 'careless',
      models: [failing],
      async generate(call, ask) {
        void ask(failing, call);
        await new Promise(resolve => setTimeout(resolve, 5));
        return settle(textAnswer('fine'), about);
      },
    });
    expect(textOf(await pattern.doGenerate(userCall('x')))).toBe('fine');
  });

  it('CONTRACT 5: the privacy mode can be tightened on the way down, never loosened', async () => {
    const cloud = scriptedModel([], { modelId: 'cloud', place: 'cloud' });
    const loosening = definePattern({
      name: 'loosening',
      models: [direct(cloud)],
      generate: async (call, ask) => {
        const loose = { ...call, providerOptions: { tandem: { mode: 'cloud-allowed' } } };
        return settle(await ask(direct(cloud), loose), about);
      },
    });
    const call = userCall('x', { providerOptions: { tandem: { mode: 'local-only' } } });
    expect(await thrown(loosening.doGenerate(call))).toMatchObject({ code: 'egress_denied' });
    cloud.verify();
  });

  it('CONTRACT 5: nothing of ours reaches a leaf, a task only leaves that read tasks', async () => {
    const leaf = scriptedModel(['a', 'b']);
    const tandem = { tandem: { secret: 1 }, other: { kept: 1 } };
    const call: Call = withTask(
      {
        prompt: [
          {
            role: 'user',
            content: [{ type: 'text', text: 'x', providerOptions: tandem }],
            providerOptions: tandem,
          },
        ],
        providerOptions: tandem,
      },
      { kind: 'answer', question: 'q', text: 't' },
    );
    await direct(leaf).doGenerate(call);
    expect(JSON.stringify(leaf.calls[0])).not.toContain('tandem');
    expect(JSON.stringify(leaf.calls[0]).match(/kept/g)).toHaveLength(3);
    expect(Object.getOwnPropertySymbols(leaf.calls[0])).toEqual([]);
  });
});

describe('streams', () => {
  it('CONTRACT 11: a stream is retried until its first content, on a first error too', async () => {
    const busy = () => apiFailure(503, { headers: { 'retry-after-ms': '0' } });
    const leaf = scriptedModel([
      busy,
      { text: 'cut', breaks: { after: 0, error: busy() } },
      'whole answer',
    ]);
    const { stream } = await direct(leaf).doStream(userCall('x'));
    expect(textOf(await collectStream(stream))).toBe('whole answer');
    leaf.verify();
  });

  it('CONTRACT 11: a stream that has begun is not asked again', async () => {
    const leaf = scriptedModel([
      { text: 'a long answer', breaks: { after: 1, error: apiFailure(503) } },
    ]);
    const { stream } = await direct(leaf).doStream(userCall('x'));
    expect(await thrown(collectStream(stream))).toMatchObject({ code: 'model_failed' });
    leaf.verify();
  });

  it('CONTRACT 11: an abort ends a read that hangs', async () => {
    const silent = onDevice<LanguageModel>({
      ...quick(),
      doStream: async () => ({ stream: new ReadableStream({ pull: () => new Promise(() => {}) }) }),
    });
    const controller = new AbortController();
    const { stream } = await direct(silent).doStream(
      userCall('x', { abortSignal: controller.signal }),
    );
    const reading = thrown(collectStream(stream));
    setTimeout(() => controller.abort(), 10);
    expect(await reading).toBe(controller.signal.reason);
  });

  it('CONTRACT 12: a stream read no further gives its slot back and closes its span', async () => {
    const sink = memorySink();
    const leaf = limit(
      doubleOf({ modelId: 'leaf' }, () => ({ text: 'a long answer in many parts' })),
      { concurrency: 1 },
    );
    await run({ idleMs: 20, sink }, async () => {
      const half = await direct(leaf).doStream(userCall('x'));
      await half.stream.getReader().read();
      const next = await direct(leaf).doGenerate(userCall('y'));
      expect(textOf(next)).toBe('a long answer in many parts');
      await new Promise(resolve => setTimeout(resolve, 40));
    });
    const [abandoned] = leavesOf(sink.runs[0]!.root);
    expect(abandoned?.durationMs).toBeGreaterThan(0);
    expect(abandoned?.error).toBeDefined();
  });

  it('CONTRACT 12: a stream that brings nothing is cancelled', async () => {
    let cancelled = false;
    const silent = onDevice<LanguageModel>({
      ...quick(),
      doStream: async () => ({
        stream: new ReadableStream({
          pull: () => new Promise(() => {}),
          cancel: () => {
            cancelled = true;
          },
        }),
      }),
    });
    const error = await thrown(
      run({ idleMs: 10, retry: { tries: 1 } }, async () =>
        collectStream((await direct(silent).doStream(userCall('x'))).stream),
      ),
    );
    expect(error).toMatchObject({ code: 'model_failed' });
    expect(cancelled).toBe(true);
  });

  it('CONTRACT 13: a failed stream errors, and the SDK does not restart the pattern', async () => {
    const leaf = scriptedModel([
      { text: 'hello world', breaks: { after: 1, error: apiFailure(503) } },
    ]);
    const result = streamText({ model: direct(leaf), prompt: 'x', onError: () => {} });
    const parts: string[] = [];
    const reading = async () => {
      for await (const part of result.textStream) parts.push(part);
    };
    expect(await thrown(reading())).toMatchObject({ code: 'model_failed' });
    expect(parts.join('')).toBe('hel');
    leaf.verify();
  });
});

describe('errors, usage, identity', () => {
  it('TRAP 19, CONTRACT 14: the SDK enters a pattern once, the leaf has three tries', async () => {
    const busy = () => apiFailure(503, { headers: { 'retry-after-ms': '0' } });
    const leaf = scriptedModel([busy, busy, busy]);
    let entered = 0;
    const pattern = definePattern({
      name: 'counted',
      models: [leaf],
      generate: async call => {
        entered++;
        return delegate(leaf, call, { about });
      },
    });
    const error = await thrown(generateText({ model: pattern, prompt: 'x', maxRetries: 2 }));
    expect(TandemError.isInstance(error) && error.cause).toMatchObject({ statusCode: 503 });
    expect(entered).toBe(1);
    leaf.verify();
  });

  it('CONTRACT 14: a retryable error of a user function does not restart the pattern', async () => {
    const pattern = definePattern({
      name: 'broken',
      models: [quick()],
      generate: () => Promise.reject(apiFailure(503)),
    });
    expect(await thrown(generateText({ model: pattern, prompt: 'x' }))).toMatchObject({
      code: 'pattern_failed',
    });
  });

  it('TRAP 20, CONTRACT 15: usage is the writer’s, all calls stand beside it', async () => {
    const counted = scriptedModel([{ text: 'a', usage: usageOf(10, 1) }]);
    const uncounted = scriptedModel([{ text: 'b', usage: unknownUsage }]);
    const both = definePattern({
      name: 'both',
      models: [counted, uncounted],
      async generate(call, ask) {
        await ask(counted, call);
        return delegate(uncounted, call, { about });
      },
    });
    const answer = await both.doGenerate(userCall('x'));
    expect(answer.usage.inputTokens.total).toBeUndefined();
    expect(summaryOf(answer).tokensByModel[counted.modelId]).toMatchObject({ input: 10 });
    expect(summaryOf(answer).usageComplete).toBe(false);
  });

  it('CONTRACT 15: calls inside `run` are one run, with one budget and one tree', async () => {
    const sink = memorySink();
    const cloud = () => scriptedModel(['a'], { modelId: 'gpt-4.1', place: 'cloud' });
    const prompt = 'x'.repeat(4000);
    const error = await thrown(
      run({ sink, budgetUsd: 0.0045, runId: 'one' }, async () => {
        await direct(cloud()).doGenerate(userCall(prompt));
        await direct(cloud()).doGenerate(userCall(prompt));
      }),
    );
    expect(error).toMatchObject({ code: 'budget_exceeded' });
    expect(sink.runs).toHaveLength(1);
    expect(sink.runs[0]!.root.children).toHaveLength(2);
  });

  it('CONTRACT 16: ours keeps place and brand; a foreign wrapper adds a phantom call', async () => {
    const pattern = direct(quick());
    const over = (model: LanguageModel) =>
      definePattern({
        name: 'over',
        models: [model],
        generate: async call => delegate(model, call, { about }),
      });
    const ours = await over(wrap(pattern, {})).doGenerate(userCall('x'));
    expect(summaryOf(ours).calls).toEqual({ device: 1, cloud: 0 });
    const foreign = wrapLanguageModel({
      model: pattern,
      middleware: { specificationVersion: 'v4' },
    }) as LanguageModel;
    const theirs = await over(foreign).doGenerate(userCall('x'));
    expect(summaryOf(theirs).calls.cloud).toBe(1);
  });

  it('TRAP 21, CONTRACT 17: supportedUrls is what all models read, and tandem URLs', async () => {
    const reading = (...patterns: RegExp[]) =>
      doubleOf(
        { modelId: 'm', supportedUrls: { 'image/*': patterns, 'application/pdf': [/^https:/] } },
        () => ({
          text: '',
        }),
      );
    const later: LanguageModel = {
      ...quick(),
      supportedUrls: Promise.resolve({ 'image/*': [/^https:/] }),
    };
    const pattern = (models: LanguageModel[]) =>
      definePattern({
        name: 'p',
        models,
        generate: async call => delegate(models[0]!, call, { about }),
      });
    expect(pattern([reading(/^https:/, /^data:/), reading(/^https:/)]).supportedUrls).toEqual({
      '*/*': [/^tandem:/],
      'image/*': [/^https:/],
      'application/pdf': [/^https:/],
    });
    expect(await pattern([reading(/^https:/), later]).supportedUrls).toEqual({
      '*/*': [/^tandem:/],
      'image/*': [/^https:/],
    });
  });

  it('TRAP 6: a model serves a thousand overlapping calls without a crossed answer', async () => {
    const echo = doubleOf({ modelId: 'echo' }, call => ({
      text: lastUserText(call),
      delayMs: Math.random() * 3,
    }));
    const model = direct(limit(echo, { concurrency: 40 }));
    const answers = await Promise.all(
      Array.from({ length: 1000 }, (_, n) => model.doGenerate(userCall(`${n}`))),
    );
    expect(answers.every((answer, n) => textOf(answer) === `${n}`)).toBe(true);
  });
});

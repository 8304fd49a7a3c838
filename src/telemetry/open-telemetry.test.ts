import { type Attributes, context, createNoopMeter, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { userCall } from '../model/answer.ts';
import { definePattern, settle } from '../model/pattern/define-pattern.ts';
import { run } from '../model/run/scope-life.ts';
import { collectStream, doubleOf } from '../testing/double.ts';
import { openTelemetry } from './open-telemetry.ts';

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
});
beforeEach(() => exporter.reset());
afterAll(() => {
  trace.disable();
  context.disable();
});

const local = doubleOf({ modelId: 'ollama:small' }, () => ({ text: 'a draft' }));
const cloud = doubleOf({ modelId: 'azure:large', place: 'cloud' }, () => ({ text: 'the answer' }));
const both = definePattern({
  name: 'both',
  models: [local, cloud],
  async generate(call, ask) {
    await ask(local, call, { name: 'draft' });
    const answer = await ask(cloud, call, { name: 'answer' });
    return settle(answer, {
      reason: 'the draft said: a secret',
      answeredBy: cloud,
      confidence: 0.4,
    });
  },
});

const spans = () => exporter.getFinishedSpans();
const named = (name: string) => spans().find(span => span.name === name)!;

describe('telemetry', () => {
  it('makes a tree of spans under the caller’s, with tokens, places and the decision', async () => {
    const sink = await openTelemetry();
    await trace.getTracer('app').startActiveSpan('request', async span => {
      await run({ sink, runId: 'r1' }, async () => both.doGenerate(userCall('a secret question')));
      span.end();
    });
    expect(spans().map(({ name }) => name)).toEqual([
      'chat ollama:small',
      'chat azure:large',
      'tandem both',
      'tandem run',
      'request',
    ]);
    const parentOf = (name: string) => named(name).parentSpanContext?.spanId;
    expect(parentOf('chat azure:large')).toBe(named('tandem both').spanContext().spanId);
    expect(parentOf('tandem run')).toBe(named('request').spanContext().spanId);
    expect(named('chat azure:large').attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'azure',
      'gen_ai.request.model': 'azure:large',
      'gen_ai.usage.input_tokens': expect.any(Number),
      'tandem.place': 'cloud',
      'tandem.run_id': 'r1',
      'tandem.role': 'answer',
    });
    expect(named('tandem both').attributes).toMatchObject({
      'tandem.answered_by': 'azure:large',
      'tandem.confidence': 0.4,
      'tandem.degraded': false,
    });
  });

  it('TRAP 3, TRAP 14: holds no content, and no price that nobody knows', async () => {
    const sink = await openTelemetry();
    await run({ sink }, async () => both.doGenerate(userCall('a secret question')));
    expect(
      JSON.stringify(spans().map(({ name, attributes, events }) => ({ name, attributes, events }))),
    ).not.toMatch(/secret|draft said|the answer/);
    expect(named('chat azure:large').attributes).not.toHaveProperty('tandem.cost_usd');
  });

  it('says why where that is asked for', async () => {
    const sink = await openTelemetry({ reasons: true });
    await run({ sink }, async () => both.doGenerate(userCall('x')));
    expect(named('tandem both').attributes['tandem.reason']).toContain('a secret');
  });

  it('measures tokens, time and money of every call, by the names of the conventions', async () => {
    const measured: { name: string; value: number; attributes: Attributes }[] = [];
    const noting =
      (name: string) =>
      (value: number, attributes: Attributes = {}) =>
        void measured.push({ name, value, attributes });
    const meter = Object.assign(createNoopMeter(), {
      createHistogram: (name: string) => ({ record: noting(name) }),
      createCounter: (name: string) => ({ add: noting(name) }),
    });
    metrics.setGlobalMeterProvider({ getMeter: () => meter });
    const sink = await openTelemetry();
    metrics.disable();
    await run({ sink }, async () => both.doGenerate(userCall('a secret question')));
    const tokens = measured.filter(({ name }) => name === 'gen_ai.client.token.usage');
    expect(tokens.map(({ attributes }) => attributes['gen_ai.token.type'])).toEqual([
      ...['input', 'output', 'input', 'output'],
    ]);
    expect(tokens.every(({ value }) => Number.isInteger(value))).toBe(true);
    const seconds = measured.filter(({ name }) => name === 'gen_ai.client.operation.duration');
    expect(seconds.map(({ attributes }) => attributes['gen_ai.request.model'])).toEqual([
      ...['ollama:small', 'azure:large'],
    ]);
    // A price that nobody knows is not 0.
    const costs = measured.filter(({ name }) => name === 'tandem.cost');
    expect(costs.map(({ attributes }) => attributes['tandem.place'])).toEqual(['device']);
    expect(JSON.stringify(measured)).not.toContain('secret');
  });

  it('hands over streams and failures too', async () => {
    const sink = await openTelemetry();
    await run({ sink }, async () => collectStream((await both.doStream(userCall('x'))).stream));
    expect(named('tandem both').status.code).toBe(0);
    exporter.reset();
    const broken = doubleOf({ modelId: 'broken' }, () => {
      throw new TypeError('no');
    });
    const failing = definePattern({
      name: 'failing',
      models: [broken],
      generate: async (call, ask) => settle(await ask(broken, call), { reason: '' }),
    });
    await run({ sink }, async () => failing.doGenerate(userCall('x'))).catch(() => {});
    expect(named('chat broken').attributes['error.type']).toBe('model_failed');
  });
});

import { trace } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTandem } from '../../src/index.ts';
import { scriptedModel } from '../../src/testing/index.ts';
import { jsonOf, startGateway } from './start-gateway.ts';

const exporter = new InMemorySpanExporter();
beforeAll(() => {
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  );
});
beforeEach(() => exporter.reset());
afterAll(() => trace.disable());

const chat = { model: 'local', messages: [{ role: 'user', content: 'a private question' }] };
const msOf = ([seconds, nanoseconds]: readonly [number, number]) =>
  Math.round(seconds * 1e6 + nanoseconds / 1e3) / 1e3;
const names = () => exporter.getFinishedSpans().map(({ name }) => name);

describe('telemetry of a gateway', () => {
  it('hands every run over without its content where configured, and none elsewhere', async () => {
    for (const telemetry of [false, true]) {
      await using gateway = await startGateway(
        { local: scriptedModel(['a private answer'], { modelId: 'local' }) },
        { telemetry },
      );
      const { tandem } = await jsonOf(gateway.send('/v1/chat/completions', chat));
      expect(names()).toEqual(telemetry ? ['chat local', 'tandem direct', 'tandem run'] : []);
      if (!telemetry) continue;
      const spans = exporter.getFinishedSpans().map(({ attributes }) => attributes);
      expect(spans[0]).toMatchObject({ 'tandem.run_id': tandem.runId, 'tandem.place': 'device' });
      expect(JSON.stringify(spans)).not.toContain('private');
    }
  });

  it('shows what each run asked inside of it, streamed too', async () => {
    await using gateway = await startGateway(
      {
        local: scriptedModel(['', ''], { modelId: 'local' }),
        cloud: scriptedModel(['one', 'two'], { modelId: 'cloud' }),
      },
      {
        telemetry: true,
        patterns: { pair: { pattern: 'cascade', local: 'local', cloud: 'cloud' } },
      },
    );
    for (const stream of [false, true]) {
      exporter.reset();
      const body = { ...chat, model: 'pair', stream };
      await (await gateway.send('/v1/chat/completions', body)).text();
      expect(names().filter(name => name.startsWith('chat'))).toEqual(['chat local', 'chat cloud']);
      const spans = exporter.getFinishedSpans();
      const root = spans.find(({ name }) => name === 'tandem run')!;
      for (const span of spans) {
        const parent = spans.find(
          each => each.spanContext().spanId === span.parentSpanContext?.spanId,
        );
        expect(parent === undefined).toBe(span === root);
        const around = parent ?? span;
        expect(msOf(span.startTime)).toBeGreaterThanOrEqual(msOf(around.startTime));
        expect(msOf(span.endTime)).toBeLessThanOrEqual(msOf(around.endTime));
      }
    }
  });

  it('is not ignored by a provider that cannot load it', () => {
    expect(() => createTandem({ telemetry: true })).toThrow(
      '`telemetry` needs a sink here. Use `loadTandem`',
    );
  });
});

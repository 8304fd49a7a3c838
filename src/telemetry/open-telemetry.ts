import type * as OpenTelemetry from '@opentelemetry/api';
import { TandemError } from '../model/errors.ts';
import type { FinishedRun, Sink } from '../trace/sink.ts';
import { leavesOf, type Span, type SpanDecision } from '../trace/span.ts';

/** Options of the OpenTelemetry sink. */
export interface TelemetryOptions {
  /**
   * Whether spans say why a pattern decided as it did; a validator of yours may put content there.
   * Default: false.
   */
  readonly reasons?: boolean;
}

/** What is kept of a run from its beginning to its end. */
interface Begun {
  readonly context: OpenTelemetry.Context;
  readonly atMs: number;
}

/**
 * Makes a sink that hands every run to OpenTelemetry: one span for the run, one for each pattern
 * and each model call under it, with `gen_ai.*` attributes and the facts of the decision; and
 * tokens, seconds and dollars of every call as metrics (`gen_ai.client.token.usage`,
 * `gen_ai.client.operation.duration`, `tandem.cost`). Prompts and answers are never in them. Give
 * it to `run({ sink })`. Needs the optional package `@opentelemetry/api`, and the providers of
 * traces and meters that you register.
 * @throws TandemError `missing_package`
 * @example
 * ```ts
 * const sink = await openTelemetry();
 * await run({ sink }, async () => support.doGenerate(userCall('Hello')));
 * ```
 */
export async function openTelemetry(options: TelemetryOptions = {}): Promise<Sink> {
  const api = await loadApi();
  const tracer = api.trace.getTracer('tandem');
  const meters = openMeters(api);
  const begun = new Map<string, Begun>();
  return {
    runStarted: ({ runId }) =>
      void begun.set(runId, { context: api.context.active(), atMs: Date.now() }),
    runFinished(run) {
      const from = begun.get(run.runId) ?? {
        context: api.context.active(),
        atMs: Date.now() - durationOf(run.root),
      };
      begun.delete(run.runId);
      emit({ api, tracer, run, atMs: from.atMs, options }, run.root, from.context);
      for (const leaf of leavesOf(run.root)) measure(meters, leaf);
    },
  };
}

interface Emission {
  readonly api: typeof OpenTelemetry;
  readonly tracer: OpenTelemetry.Tracer;
  readonly run: FinishedRun;
  /** Milliseconds since the epoch at which the run began. */
  readonly atMs: number;
  readonly options: TelemetryOptions;
}

function emit(emission: Emission, span: Span, parent: OpenTelemetry.Context): void {
  const { api, tracer, run, atMs, options } = emission;
  const kind = span.kind === 'leaf' ? api.SpanKind.CLIENT : api.SpanKind.INTERNAL;
  const attributes = { 'tandem.run_id': run.runId, ...attributesOf(span, options) };
  const opened = tracer.startSpan(
    nameOf(span),
    { kind, attributes, startTime: atMs + span.startMs },
    parent,
  );
  if (span.error !== undefined)
    opened.setStatus({ code: api.SpanStatusCode.ERROR, message: span.error });
  const inside = api.trace.setSpan(parent, opened);
  for (const child of span.children) emit(emission, child, inside);
  opened.end(atMs + span.startMs + durationOf(span));
}

type Meters = ReturnType<typeof openMeters>;

// Names, units and bounds of the first two are those of OpenTelemetry's conventions for GenAI.
function openMeters({ metrics }: typeof OpenTelemetry) {
  const meter = metrics.getMeter('tandem');
  const tokenBounds = Array.from({ length: 14 }, (_, power) => 4 ** power);
  const secondBounds = Array.from({ length: 14 }, (_, power) => 0.01 * 2 ** power);
  return {
    tokens: meter.createHistogram('gen_ai.client.token.usage', {
      unit: '{token}',
      description: 'Tokens of a model call, as its server counted them.',
      advice: { explicitBucketBoundaries: tokenBounds },
    }),
    seconds: meter.createHistogram('gen_ai.client.operation.duration', {
      unit: 's',
      description: 'How long a model call took.',
      advice: { explicitBucketBoundaries: secondBounds },
    }),
    cost: meter.createCounter('tandem.cost', {
      unit: 'USD',
      description: 'What model calls cost, where their price is known.',
    }),
  };
}

function measure({ tokens, seconds, cost }: Meters, leaf: Span): void {
  const attributes = defined({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': providerOf(leaf.modelId),
    'gen_ai.request.model': leaf.modelId,
    'tandem.place': leaf.place,
    'error.type': leaf.error,
  });
  seconds.record(durationOf(leaf) / 1000, attributes);
  // What a journal answers was used and paid when it was first asked.
  if (leaf.replayed) return;
  for (const type of ['input', 'output'] as const) {
    const count = leaf.tokens?.[type];
    if (count !== undefined) tokens.record(count, { ...attributes, 'gen_ai.token.type': type });
  }
  const usd = moneyOf(leaf.costUsd);
  if (usd !== undefined) cost.add(usd, attributes);
}

function providerOf(modelId: string): string | undefined {
  return modelId.includes(':') ? modelId.split(':')[0] : undefined;
}

function nameOf({ kind, modelId, name }: Span): string {
  if (kind === 'leaf') return `chat ${modelId}`;
  if (modelId === '') return 'tandem run';
  return `tandem ${modelId.includes('(') ? modelId.split('(')[0] : name}`;
}

function attributesOf(span: Span, { reasons = false }: TelemetryOptions): OpenTelemetry.Attributes {
  return defined({
    'tandem.role': span.name,
    'error.type': span.error,
    'tandem.reason': reasons ? span.reason : undefined,
    ...(span.kind === 'leaf' ? leafAttributes(span) : decisionAttributes(span.decision)),
  });
}

function leafAttributes(span: Span) {
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': providerOf(span.modelId),
    'gen_ai.request.model': span.modelId,
    'gen_ai.usage.input_tokens': span.tokens?.input,
    'gen_ai.usage.output_tokens': span.tokens?.output,
    'tandem.place': span.place,
    'tandem.cost_usd': moneyOf(span.costUsd),
    'tandem.attempts': span.attempts,
    'tandem.replayed': span.replayed,
    ...(span.place !== 'device' && {
      'tandem.egress.characters': span.attempts > 0 ? span.characters : 0,
      'tandem.egress.masked': span.masked,
    }),
  };
}

function decisionAttributes(decision: SpanDecision | undefined) {
  return {
    'tandem.answered_by': decision?.answeredBy,
    'tandem.place': decision?.place,
    'tandem.degraded': decision?.degraded,
    'tandem.confidence': decision?.confidence,
    'tandem.converged': decision?.converged,
    'tandem.saved_usd': decision && moneyOf(decision.savedUsd),
  };
}

// An unknown price is left out, which is not the same as 0.
function moneyOf(usd: number | 'unknown' | undefined): number | undefined {
  return usd === 'unknown' ? undefined : usd;
}

function defined(
  attributes: Record<string, string | number | boolean | undefined>,
): OpenTelemetry.Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}

function durationOf(span: Span): number {
  return span.durationMs ?? 0;
}

async function loadApi(): Promise<typeof OpenTelemetry> {
  try {
    return await import('@opentelemetry/api');
  } catch (cause) {
    const message =
      'Telemetry needs the package @opentelemetry/api. Run `npm install @opentelemetry/api`, or ' +
      'leave it off.';
    throw new TandemError('missing_package', message, { cause });
  }
}

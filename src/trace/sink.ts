import type { Span } from './span.ts';

/** One top-level request, handed to a sink when it begins and when it has ended. */
export interface FinishedRun {
  readonly runId: string;
  readonly root: Span;
}

/**
 * Receives finished runs. It must not throw; the journal and OpenTelemetry implement it elsewhere.
 */
export interface Sink {
  /** Called where the run begins, in the caller's own context; its tree grows as it goes on. */
  runStarted?(run: FinishedRun): void;
  runFinished(run: FinishedRun): void;
}

/** A sink that keeps the last runs in memory, newest last. */
export interface MemorySink extends Sink {
  readonly runs: readonly FinishedRun[];
}

/**
 * Creates a sink that keeps at most `limit` runs.
 * @example
 * ```ts
 * const sink = memorySink(10);
 * await run({ sink }, async () => support.doGenerate(userCall('Hello')));
 * ```
 */
export function memorySink(limit = 100): MemorySink {
  const runs: FinishedRun[] = [];
  return {
    runs,
    runFinished(run) {
      runs.push(run);
      if (runs.length > limit) runs.shift();
    },
  };
}

/**
 * Joins sinks into one that hands every run to each, in order.
 * @example
 * ```ts
 * const kept = memorySink();
 * const sink = joinSinks(kept, await openTelemetry());
 * ```
 */
export function joinSinks(...sinks: readonly Sink[]): Sink {
  return {
    runStarted: run => {
      for (const sink of sinks) sink.runStarted?.(run);
    },
    runFinished: run => {
      for (const sink of sinks) sink.runFinished(run);
    },
  };
}

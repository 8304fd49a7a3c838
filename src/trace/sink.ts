import type { Span } from './span.ts';

/** One finished top-level request, handed to a sink. */
export interface FinishedRun {
  readonly runId: string;
  readonly root: Span;
}

/** Receives finished runs. It must not throw; the journal and OpenTelemetry implement it elsewhere. */
export interface Sink {
  runFinished(run: FinishedRun): void;
}

/** A sink that keeps the last runs in memory, newest last. */
export interface MemorySink extends Sink {
  readonly runs: readonly FinishedRun[];
}

/** Creates a sink that keeps at most `limit` runs. */
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

import { keepBrand } from '../place.ts';
import type { Call, LanguageModel, StreamPart, StreamResult } from '../types.ts';
import { type RunOptions, requireMode, scopeAround, tighten } from './scope.ts';
import { run } from './scope-life.ts';

type Wanted = Pick<RunOptions, 'runId' | 'mode' | 'budgetUsd' | 'deadlineMs'>;

/**
 * Wraps a pattern so that every call of its own is a run with these options; a call inside a run is part of that one,
 * whose limits hold, and can only be made more private.
 */
export function withinRun(model: LanguageModel, options: () => RunOptions): LanguageModel {
  return keepBrand(model, {
    specificationVersion: 'v4',
    provider: model.provider,
    modelId: model.modelId,
    get supportedUrls() {
      return model.supportedUrls;
    },
    async doGenerate(call) {
      if (scopeAround(call)) return model.doGenerate(tightened(call, options()));
      return run(joined(call, options()), async () => model.doGenerate(call));
    },
    async doStream(call) {
      if (scopeAround(call)) return model.doStream(tightened(call, options()));
      return streamInRun(joined(call, options()), async () => model.doStream(call));
    },
  });
}

function wantedIn(call: Call): Wanted {
  return (call.providerOptions?.tandem ?? {}) as Wanted;
}

// A request may name its run and be stricter.
function joined(call: Call, options: RunOptions): RunOptions {
  const { runId, budgetUsd, deadlineMs } = wantedIn(call);
  const least = Math.min(deadlineMs ?? Number.POSITIVE_INFINITY, options.deadlineMs ?? Number.POSITIVE_INFINITY);
  return {
    ...options,
    ...(runId !== undefined && { runId }),
    ...(budgetUsd !== undefined && { budgetUsd }),
    ...(Number.isFinite(least) && { deadlineMs: least }),
  };
}

function tightened(call: Call, { mode }: RunOptions): Call {
  if (mode === undefined || mode === 'cloud-allowed') return call;
  const own = wantedIn(call);
  const stricter = tighten(mode, requireMode(own.mode ?? 'cloud-allowed'));
  const tandem = { ...own, mode: stricter } as never;
  return { ...call, providerOptions: { ...call.providerOptions, tandem } };
}

// The run lasts as long as its stream is read.
function streamInRun(options: RunOptions, open: () => Promise<StreamResult>): Promise<StreamResult> {
  return new Promise((resolve, reject) => {
    const whole = run(options, async () => {
      const { stream, ...rest } = await open();
      const { promise: ended, resolve: end, reject: fail } = Promise.withResolvers<void>();
      resolve({ ...rest, stream: observed(stream, { end, fail }) });
      await ended;
    });
    // After the stream was handed over, its reader has the error already.
    whole.catch(reject);
  });
}

interface Ending {
  readonly end: () => void;
  readonly fail: (error: unknown) => void;
}

function observed(stream: ReadableStream<StreamPart>, { end, fail }: Ending): ReadableStream<StreamPart> {
  const reader = stream.getReader();
  return new ReadableStream<StreamPart>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        controller.close();
        end();
      } catch (error) {
        controller.error(error);
        fail(error);
      }
    },
    async cancel(reason) {
      await reader.cancel(reason);
      end();
    },
  });
}

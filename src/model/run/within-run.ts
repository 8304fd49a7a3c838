import type { Call, LanguageModel } from '../types.ts';
import { wrap } from '../wrap.ts';
import { type RunOptions, requireMode, scopeAround, tighten } from './scope.ts';
import { run } from './scope-life.ts';

type Wanted = Pick<RunOptions, 'runId' | 'mode' | 'budgetUsd' | 'deadlineMs'>;

/**
 * Wraps a pattern so that every call of its own is a run with these options; a call inside a run is
 * part of that one, whose limits hold, and can only be made more private.
 */
export function withinRun(model: LanguageModel, options: () => RunOptions): LanguageModel {
  return wrap(model, {
    call: call => (scopeAround(call) ? tightened(call, options()) : call),
    around: call => (scopeAround(call) ? undefined : work => run(joined(call, options()), work)),
  });
}

function wantedIn(call: Call): Wanted {
  return (call.providerOptions?.tandem ?? {}) as Wanted;
}

// A request may name its run and be stricter.
function joined(call: Call, options: RunOptions): RunOptions {
  const { runId, budgetUsd, deadlineMs } = wantedIn(call);
  const least = Math.min(
    deadlineMs ?? Number.POSITIVE_INFINITY,
    options.deadlineMs ?? Number.POSITIVE_INFINITY,
  );
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

import type { Store } from './store.ts';

const pollMs = 250;

/** The runs of this process: looks now and then whether somebody has cancelled one. */
export interface ActiveRuns {
  add(runId: string, cancel: (reason: unknown) => void): void;
  remove(runId: string): void;
  stop(): void;
}

/** Watches the file while runs are active, and at no other time. */
export function activeRuns(store: Store): ActiveRuns {
  const cancelByRun = new Map<string, (reason: unknown) => void>();
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
  };
  const look = () => {
    const rows = store.readCommitted<{ id: string }>("select id from run where state = 'cancelled'");
    for (const { id } of rows) cancelByRun.get(id)?.(new DOMException('The run was cancelled.', 'AbortError'));
  };
  return {
    add(runId, cancel) {
      cancelByRun.set(runId, cancel);
      timer ??= setInterval(look, pollMs).unref();
    },
    remove(runId) {
      cancelByRun.delete(runId);
      if (cancelByRun.size === 0) stop();
    },
    stop,
  };
}

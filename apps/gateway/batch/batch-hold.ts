import { openLeases, type RunStore } from '../../../src/entries/runs.ts';
import { TandemError } from '../../../src/index.ts';
import { namedUuid } from './named-uuid.ts';

/** A batch that this process works through, and no other. */
export interface BatchHold {
  /** Makes sure that it is still so. @throws TandemError `run_taken` */
  confirm(): void | Promise<void>;
  /** Lets another process take it; `done` where nothing of it is left. */
  release(state: 'done' | 'aborted'): Promise<void>;
}

/** Takes batches as runs are taken, by a lease in the store that keeps them. */
export function holdsIn(store: RunStore, leaseMs = 8000) {
  const leases = openLeases(store, leaseMs);
  return {
    async hold(
      of: { owner: string; batch: string },
      lost: () => void,
    ): Promise<BatchHold | undefined> {
      const runId = namedUuid(of.owner, of.batch);
      const begin = { runId, cancel: lost, isNew: false, whenTaken: 'refuse' } as const;
      const lease = leases.take(begin, { facts: { owner: of.owner, pattern: 'batch' } });
      try {
        await lease.held;
      } catch (error) {
        if (TandemError.isInstance(error) && error.code === 'run_taken') return undefined;
        throw error;
      }
      return {
        confirm: lease.confirm,
        async release(state) {
          await lease.release(begin, { state, at: new Date().toISOString() });
          // It was none of a client's runs, and nothing of it is needed once the batch has ended.
          if (state === 'done') await store.forget(runId);
        },
      };
    },
  };
}

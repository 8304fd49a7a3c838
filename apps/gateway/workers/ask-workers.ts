import {
  type ContentCipher,
  openRunQueue,
  openSealed,
  type RunQueue,
} from '../../../src/entries/runs.ts';
import { TandemError } from '../../../src/index.ts';
import type { BatchAsker, LineOutcome } from '../batch/answer-line.ts';
import type { BatchLine } from '../batch/batch-lines.ts';
import { namedUuid } from '../batch/named-uuid.ts';
import { keyLabels, openOutcome, sealLine } from './queued-line.ts';

/** What answers lines in other processes. */
export interface AskedWorkers extends AsyncDisposable {
  /** Waits for the outcome of a line. @throws the signal's reason */
  answer(asker: BatchAsker, line: BatchLine, signal: AbortSignal): Promise<LineOutcome>;
}

interface Pending {
  readonly group: string;
  readonly body: string;
  isSent: boolean;
  readonly told: PromiseWithResolvers<LineOutcome>;
}

const pollMs = 200;
const mostAtOnce = 500;
const patienceMs = 2000;
const awayMs = 60_000;

/** Opens the way to workers, which answer in the place of this process. @throws TandemError */
export async function openWorkers(given: {
  readonly path: string;
  readonly key?: string | undefined;
  readonly needs: readonly string[];
  /** Whether lines that are queued already and have ended are asked again. */
  readonly isAgain: boolean;
}): Promise<AskedWorkers> {
  // Lines are content, whatever a journal keeps: elsewhere they lie sealed, by the store's key.
  const { store, cipher } = openSealed(given.path, { patienceMs, key: given.key });
  await using _closing = store;
  const needs = [...given.needs, ...keyLabels(given.key)];
  const queue = await openRunQueue(given.path, { patienceMs });
  const pending = new Map<string, Pending>();
  let failure: unknown;
  let isBusy = false;
  let answeredMs = performance.now();
  const timer = setInterval(() => {
    if (pending.size === 0) answeredMs = performance.now();
    if (isBusy || pending.size === 0) return;
    isBusy = true;
    turn(queue, pending, { ...given, needs, cipher })
      .then(() => {
        answeredMs = performance.now();
      })
      .catch((error: unknown) => {
        // A store that is away for a moment is asked again.
        if (isAway(error) && performance.now() - answeredMs < awayMs) return;
        failure = error;
        for (const { told } of pending.values()) told.reject(error);
        pending.clear();
      })
      .finally(() => (isBusy = false));
  }, pollMs);
  return {
    async answer({ batchId, controls, model }, line, signal) {
      if (failure !== undefined) throw failure;
      const id = namedUuid(batchId, line.customId);
      const told = Promise.withResolvers<LineOutcome>();
      const body = sealLine({ batchId, controls, model, line }, cipher);
      pending.set(id, { group: batchId, body, isSent: false, told });
      const stop = () => {
        pending.delete(id);
        told.reject(signal.reason);
      };
      signal.addEventListener('abort', stop, { once: true });
      return told.promise.finally(() => signal.removeEventListener('abort', stop));
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await queue[Symbol.asyncDispose]();
    },
  };
}

function isAway(error: unknown): boolean {
  return TandemError.isInstance(error) && error.code === 'store_busy';
}

async function turn(
  queue: RunQueue,
  pending: Map<string, Pending>,
  given: { readonly needs: readonly string[]; readonly isAgain: boolean; cipher: ContentCipher },
): Promise<void> {
  const { needs, isAgain, cipher } = given;
  const fresh = [...pending].filter(([, { isSent }]) => !isSent).slice(0, mostAtOnce);
  if (fresh.length > 0) {
    const runs = fresh.map(([id, { group, body }]) => ({ id, group, body, needs }));
    await queue.send(runs, { isAgain });
    for (const [, each] of fresh) each.isSent = true;
  }
  const sent = [...pending].filter(([, { isSent }]) => isSent).map(([id]) => id);
  if (sent.length === 0) return;
  for (const { id, state, body } of await queue.results(sent)) {
    const waiting = pending.get(id);
    pending.delete(id);
    if (body !== undefined && state === 'done') waiting?.told.resolve(openOutcome(body, cipher));
    else waiting?.told.reject(notDone(id, state));
  }
}

function notDone(id: string, state: string): TandemError {
  return new TandemError(
    'model_failed',
    `The line of the run ${id} was ${state} in the queue. The same command asks for it again.`,
    { data: { runId: id } },
  );
}

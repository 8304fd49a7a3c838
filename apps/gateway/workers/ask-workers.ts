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
import { callerLabel, keyLabels, modelLabels, openOutcome, sealLine } from './queued-line.ts';
import { openFitting } from './worker-registry.ts';

/** What answers lines in other processes. */
export interface AskedWorkers extends AsyncDisposable {
  /** Waits for the outcome of a line. @throws the signal's reason */
  answer(asker: BatchAsker, line: BatchLine, signal: AbortSignal): Promise<LineOutcome>;
  /** Takes what was handed out of a batch away, with what became of it. */
  forget(batchId: string): Promise<void>;
}

/** How lines are handed out. */
export interface Handing {
  readonly path: string;
  readonly key?: string | undefined;
  /** What a worker must have, beside the model that a line asks. */
  readonly needs: readonly string[];
  /** Whether lines that are queued already and have ended are asked again. */
  readonly isAgain?: boolean;
  /** Whether lines are those of the caller, who must be known where they are answered. */
  readonly areCallers?: boolean;
  /** Called once with what no worker has, while lines wait for it. */
  readonly onUnfit?: ((needs: readonly string[]) => void) | undefined;
}

interface Pending {
  readonly group: string;
  readonly body: string;
  readonly needs: readonly string[];
  isSent: boolean;
  readonly told: PromiseWithResolvers<LineOutcome>;
}

const pollMs = 200;
const lookMs = 1000;
const mostAtOnce = 500;
const patienceMs = 60_000;
const storePatienceMs = 2000;

/** Opens the way to workers, which answer in the place of this process. @throws TandemError */
export async function openWorkers(given: Handing): Promise<AskedWorkers> {
  // Lines are content, whatever a journal keeps: elsewhere they lie sealed, by the store's key.
  const reach = { patienceMs: storePatienceMs };
  const { store: registry, cipher } = openSealed(given.path, { ...reach, key: given.key });
  const queue = await openRunQueue(given.path, reach).catch(async (error: unknown) => {
    await registry[Symbol.asyncDispose]();
    throw error;
  });
  const fits = openFitting(registry);
  const pending = new Map<string, Pending>();
  const asking = askInTurns(queue, pending, { ...given, cipher });
  const looking = given.onUnfit && lookAfter(pending, fits, given.onUnfit);
  return {
    async answer(asker, line, signal) {
      asking.requireWhole();
      const { batchId, controls, model, caller } = asker;
      const id = namedUuid(batchId, line.customId);
      const told = Promise.withResolvers<LineOutcome>();
      const who = given.areCallers ? { caller: caller.name } : {};
      const body = sealLine({ batchId, controls, model, line, ...who }, cipher);
      const needs = needsOf(given, asker, line);
      pending.set(id, { group: batchId, body, needs, isSent: false, told });
      const stop = () => {
        pending.delete(id);
        told.reject(signal.reason);
      };
      signal.addEventListener('abort', stop, { once: true });
      return told.promise.finally(() => signal.removeEventListener('abort', stop));
    },
    forget: batchId => queue.forget(batchId),
    async [Symbol.asyncDispose]() {
      clearInterval(looking);
      asking.stop();
      await queue[Symbol.asyncDispose]();
      await registry[Symbol.asyncDispose]();
    },
  };
}

/** What a worker must have to answer a line as it is handed out. */
export function needsOf(
  { needs, key, areCallers }: Handing,
  asker: BatchAsker,
  line: BatchLine,
): readonly string[] {
  const caller = areCallers ? [callerLabel(asker.caller.name)] : [];
  return [...new Set([...needs, ...keyLabels(key), ...modelLabels(asker, line), ...caller])];
}

function askInTurns(
  queue: RunQueue,
  pending: Map<string, Pending>,
  given: Pick<Handing, 'isAgain'> & { readonly cipher: ContentCipher },
) {
  let failure: unknown;
  let isBusy = false;
  let answeredMs = performance.now();
  const timer = setInterval(() => {
    if (pending.size === 0) answeredMs = performance.now();
    if (isBusy || pending.size === 0) return;
    isBusy = true;
    turn(queue, pending, given)
      .then(() => {
        answeredMs = performance.now();
      })
      .catch((error: unknown) => {
        // A store that is away for a moment is asked again.
        if (isAway(error) && performance.now() - answeredMs < patienceMs) return;
        failure = error;
        for (const { told } of pending.values()) told.reject(error);
        pending.clear();
      })
      .finally(() => (isBusy = false));
  }, pollMs);
  return {
    requireWhole() {
      if (failure !== undefined) throw failure;
    },
    stop: () => clearInterval(timer),
  };
}

// What no worker has now may come later: that is said, and waited for.
function lookAfter(
  pending: ReadonlyMap<string, Pending>,
  fits: (needs: readonly string[]) => Promise<boolean>,
  onUnfit: (needs: readonly string[]) => void,
): NodeJS.Timeout {
  const told = new Set<string>();
  const look = async () => {
    const asked = new Map([...pending.values()].map(({ needs }) => [needs.join(' '), needs]));
    for (const [name, needs] of asked) {
      const isUnfit = !(await fits(needs));
      if (isUnfit && !told.has(name)) onUnfit(needs);
      if (isUnfit) told.add(name);
      else told.delete(name);
    }
  };
  return setInterval(() => void look().catch(() => {}), lookMs).unref();
}

function isAway(error: unknown): boolean {
  return TandemError.isInstance(error) && error.code === 'store_busy';
}

async function turn(
  queue: RunQueue,
  pending: Map<string, Pending>,
  { isAgain = false, cipher }: Pick<Handing, 'isAgain'> & { readonly cipher: ContentCipher },
): Promise<void> {
  const fresh = [...pending].filter(([, { isSent }]) => !isSent).slice(0, mostAtOnce);
  if (fresh.length > 0) {
    const runs = fresh.map(([id, { group, body, needs }]) => ({ id, group, body, needs }));
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

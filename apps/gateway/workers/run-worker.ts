import {
  contentCipher,
  openRunQueue,
  openSealed,
  type QueueWork,
} from '../../../src/entries/runs.ts';
import { answerLine, type BatchAsker } from '../batch/answer-line.ts';
import { keyLabels, openQueuedLine, sealOutcome } from './queued-line.ts';
import { registerWorker } from './worker-registry.ts';

/** How a worker is started. */
export interface WorkerOptions {
  readonly path: string;
  readonly key?: string | undefined;
  readonly lanes: number;
  /** What its machine has, as batches name it in `--needs`. */
  readonly labels: readonly string[];
  /** Aborted to end it. */
  readonly signal: AbortSignal;
  /** Milliseconds for which what is at work may go on when it is to end. */
  readonly graceMs: number;
  readonly onReady?: (has: readonly string[]) => void;
  /** Called when the server of a model is not there, and lines are left to others for a while. */
  readonly onAway?: (seconds: number) => void;
}

const patienceMs = 2000;
// A line that nobody's server was there for so often is told as failed.
const mostTries = 100;
const rest = { firstMs: 1000, mostMs: 30_000 };

/**
 * Takes lines of batches from the queue and answers them, each in the run of its own id, until it
 * is to end: what is at work then is given to another. Returns how many it did.
 */
export async function workOnQueue(
  asker: Pick<BatchAsker, 'services' | 'catalogue' | 'caller'>,
  options: WorkerOptions,
): Promise<number> {
  const { path, key, lanes, labels, signal, graceMs } = options;
  const cipher = contentCipher(key);
  const { store } = openSealed(path, { patienceMs, key });
  await using _closing = store;
  await using queue = await openRunQueue(path, { patienceMs });
  const has = [...labels, ...servedBy(asker), ...keyLabels(key)];
  const counts = { active: 0, done: 0 };
  const resting = rests(lanes, options.onAway);
  const handle: QueueWork['handle'] = async (queued, ended) => {
    counts.active++;
    try {
      const { line, ...asked } = openQueuedLine(queued.body, cipher);
      const outcome = await answerLine({ ...asker, ...asked }, line, ended);
      resting.note(outcome.isAway === true);
      // It is brought again, to whoever is free.
      if (outcome.late || (outcome.isAway && queued.tries < mostTries)) throw outcome;
      counts.done++;
      return sealOutcome(outcome, cipher);
    } finally {
      counts.active--;
    }
  };
  await using _registered = registerWorker(store, { lanes, has }, () => counts);
  const work = await queue.work({ lanes, most: () => resting.lanes(), has, handle });
  options.onReady?.(has);
  await new Promise<void>(resolve => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await work.stop(graceMs);
  return counts.done;
}

function servedBy({ catalogue }: Pick<BatchAsker, 'catalogue'>): string[] {
  return [...catalogue.served.keys()].map(name => `model:${name}`);
}

// One whose model server is away would else take all lines, and fail each of them at once.
function rests(lanes: number, onAway: WorkerOptions['onAway']) {
  let untilMs = 0;
  let times = 0;
  return {
    /** While nothing is known to answer, one line is tried at a time. */
    lanes: () => (times === 0 ? lanes : Number(performance.now() >= untilMs)),
    note(isAway: boolean) {
      if (!isAway) times = 0;
      // Those that were at work with the first are told of the same.
      if (!isAway || performance.now() < untilMs) return;
      const restMs = Math.min(rest.mostMs, rest.firstMs * 2 ** times++);
      untilMs = performance.now() + restMs;
      onAway?.(restMs / 1000);
    },
  };
}

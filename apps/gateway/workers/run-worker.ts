import {
  contentCipher,
  openRunQueue,
  openSealed,
  type QueueWork,
} from '../../../src/entries/runs.ts';
import { answerLine, type BatchAsker } from '../batch/answer-line.ts';
import { openKeyBudgets } from '../policy/key-budgets.ts';
import { openState, type StateStore } from '../state-store.ts';
import { toolIds } from '../wire/tool-ids.ts';
import { callerLabel, keyLabels, openQueuedLine, sealOutcome } from './queued-line.ts';
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
  /** Called when the server of a model is away, and its lines are left to others for a while. */
  readonly onAway?: (seconds: number, model: string) => void;
}

const patienceMs = 2000;
// A line that nobody's server was there for so often is told as failed.
const mostTries = 100;
const rest = { firstMs: 1000, mostMs: 30_000 };
const local = 'local';
const modelPrefix = 'model:';

/**
 * Takes lines of batches from the queue and answers them, each in the run of its own id, until it
 * is to end: what is at work then is given to another. Returns how many it did.
 */
export async function workOnQueue(asker: WorkerAsker, options: WorkerOptions): Promise<number> {
  const { path, key, lanes, labels, signal, graceMs } = options;
  const cipher = contentCipher(key);
  const { store } = openSealed(path, { patienceMs, key });
  await using _closing = store;
  await using queue = await openRunQueue(path, { patienceMs });
  await using state = await openState(path, key === undefined ? {} : { key });
  const has = [...labels, ...servedBy(asker), ...callersOf(asker), ...keyLabels(key)];
  const ofGateway = inGateways(asker, state);
  const counts = { active: 0, done: 0 };
  const resting = restsByModel(lanes, options.onAway);
  const handle: QueueWork['handle'] = async (queued, ended) => {
    counts.active++;
    try {
      const { line, caller, ...asked } = openQueuedLine(queued.body, cipher);
      const who = caller === undefined ? asker : ofGateway(caller);
      const outcome = await answerLine({ ...who, ...asked }, line, ended);
      resting.note(queued.needs, outcome.isAway === true);
      // It is brought again, to whoever is free.
      if (outcome.late || (outcome.isAway && queued.tries < mostTries)) throw outcome;
      counts.done++;
      return sealOutcome(outcome, cipher);
    } finally {
      counts.active--;
    }
  };
  await using _registered = registerWorker(store, { lanes, has }, () => counts);
  const work = await queue.work({ lanes, most: resting.most, has, handle });
  options.onReady?.(has);
  await new Promise<void>(resolve => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await work.stop(graceMs);
  return counts.done;
}

function servedBy({ catalogue }: WorkerAsker): string[] {
  return [...catalogue.served.keys()].map(name => `${modelPrefix}${name}`);
}

type WorkerAsker = Pick<BatchAsker, 'services' | 'catalogue' | 'caller'>;

function callersOf({ catalogue }: WorkerAsker): string[] {
  const { keys } = catalogue.settings;
  return (keys.length > 0 ? keys : [{ name: local }]).map(({ name }) => callerLabel(name));
}

// As a gateway on this store asks for its caller: with files and responses, in the key's budget.
function inGateways({ services, catalogue }: WorkerAsker, state: StateStore) {
  const shared = {
    ...{ ...services, state, budgets: openKeyBudgets(state.accounts, () => Date.now()) },
    ids: toolIds(state.secret, () => catalogue.speakers),
  };
  return (name: string): WorkerAsker => {
    const key = catalogue.settings.keys.find(each => each.name === name);
    return { services: shared, catalogue, caller: { name, key } };
  };
}

const modelOf = (needs: readonly string[]) =>
  needs.find(need => need.startsWith(modelPrefix))?.slice(modelPrefix.length) ?? '';

// One whose model server is away would else take all its lines, and fail each of them at once.
// Lines that ask other models are taken meanwhile.
function restsByModel(lanes: number, onAway: WorkerOptions['onAway']) {
  const rests = new Map<string, { untilMs: number; times: number }>();
  return {
    /** While nothing is known to answer, one line is tried at a time. */
    most(needs: readonly string[]): number {
      const found = rests.get(modelOf(needs));
      return found ? Number(performance.now() >= found.untilMs) : lanes;
    },
    note(needs: readonly string[], isAway: boolean): void {
      const model = modelOf(needs);
      const { untilMs, times } = rests.get(model) ?? { untilMs: 0, times: 0 };
      if (!isAway) rests.delete(model);
      // Those that were at work with the first are told of the same.
      if (!isAway || performance.now() < untilMs) return;
      const restMs = Math.min(rest.mostMs, rest.firstMs * 2 ** times);
      rests.set(model, { untilMs: performance.now() + restMs, times: times + 1 });
      onAway?.(restMs / 1000, model);
    },
  };
}

import type { Usd } from '../trace/span.ts';
import type { ContentCipher } from './content-cipher.ts';
import type { StorePassword } from './engine/store-engine.ts';
import { type Beginning, defaultLeaseMs, type Lease, type Leases, openLeases } from './leases.ts';
import { openSealed } from './open-store.ts';
import { now as isoNow } from './run-entries.ts';
import type { Durability, LedgerHead, RunStore, StoredStep } from './store.ts';

/** One accepted step of a long loop: what was done, not the state, which the steps rebuild. */
export interface LedgerStep {
  /** As JSON, short. */
  readonly action: unknown;
  /** Answers drawn for it, flagged ones included. */
  readonly votes: number;
  /** Of these, how many were flagged. Default: 0. */
  readonly flagged?: number;
  readonly costUsd: Usd;
}

/** What a loop was begun with; a ledger goes on with the same alone. */
export type LedgerFacts = Readonly<Record<string, string | number | null>>;

/**
 * The accepted steps of a loop that may be killed at any instant. The loop's run is held as long as
 * it is open.
 */
export interface Ledger extends Disposable {
  /** Entries so far: accepted steps, and where `solve` went a step back (`acceptedIn`). */
  readonly length: number;
  /** What the loop was begun with; absent before `begin`. */
  readonly facts: LedgerFacts | undefined;
  /** Notes what the loop is begun with, on disk when it resolves. */
  begin(facts: LedgerFacts): Promise<void>;
  /**
   * Adds a step. Steps are in the store after `batch` of them, after `batchMs`, or at `flush`: a
   * kill loses at most the unfinished batch. The returned promise is that of a batch that has just
   * become full: a loop that never waits would keep all of its steps in memory. @throws TandemError
   * `journal_failed`, `run_taken` if earlier steps could not be written
   */
  add(step: LedgerStep): void | Promise<void>;
  /** Puts what was added on disk. @throws TandemError `journal_failed`, `run_taken` */
  flush(): Promise<void>;
  /** Goes through the steps of earlier runs and this one, in order: how a state is rebuilt. */
  fold<State>(initial: State, step: (state: State, step: LedgerStep) => State): Promise<State>;
  /** Makes sure that the run is still this process's own. @throws TandemError `run_taken` */
  confirm(): void | Promise<void>;
  /** Aborted when another process has taken the run over, or it was cancelled. */
  readonly signal: AbortSignal;
  /** Notes how the loop ended. Default, at `close`: `aborted`. */
  end(state: 'done' | 'failed'): void;
  close(): void;
}

/** Options of a ledger. */
export interface LedgerOptions {
  readonly path: string;
  readonly runId: string;
  /** Encrypts actions and facts at rest, by this pass phrase. Default: none. */
  readonly key?: string;
  /** The password of a store elsewhere, as `openJournal` takes it. */
  readonly password?: StorePassword;
  /** Steps that share a durable commit: what a kill can lose at most. Default: 2,000. */
  readonly batch?: number;
  /**
   * Milliseconds after which the next step commits, however few there are: a kill loses no more
   * than so much work, and the step under way. Default: 250.
   */
  readonly batchMs?: number;
  /**
   * What happens where another process is at work on the run: an error, or a wait. Default:
   * `refuse`.
   */
  readonly whenTaken?: 'refuse' | 'wait';
  /** Milliseconds that the run is held without a renewal. Default: 8,000. */
  readonly leaseMs?: number;
  /** Tells the time in milliseconds. Default: the machine's. */
  readonly now?: () => number;
}

/**
 * Opens the ledger of a run, in the file of the journal or another. @throws TandemError
 * `journal_failed`, `run_taken`
 * @example
 * ```ts
 * const ledger = await openLedger({ path: '.tandem/tandem.db', runId: 'towers' });
 * await solve({ task: hanoiTask(10), solver: local, k: 3, ledger });
 * ```
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const {
    path,
    runId,
    batch = 2000,
    batchMs = 250,
    leaseMs = defaultLeaseMs,
    now = () => performance.now(),
  } = options;
  const { store, cipher } = openSealed(path, {
    patienceMs: leaseMs / 4,
    key: options.key,
    password: options.password,
  });
  const leases = openLeases(store, leaseMs);
  const stopped = new AbortController();
  const cancel = (reason: unknown) => stopped.abort(reason);
  const begin = {
    runId,
    cancel,
    isNew: false,
    whenTaken: options.whenTaken ?? 'refuse',
    isLedger: true,
  } as const;
  const lease = leases.take(begin);
  try {
    await lease.held;
    const head = await store.ledger(runId);
    return ledgerOf({
      store,
      cipher,
      lease,
      leases,
      begin,
      runId,
      head,
      batch,
      batchMs,
      now,
      signal: stopped.signal,
    });
  } catch (error) {
    leases.close();
    store.close();
    throw error;
  }
}

interface Opened extends Required<Pick<LedgerOptions, 'runId' | 'batch' | 'batchMs' | 'now'>> {
  readonly store: RunStore;
  readonly cipher: ContentCipher;
  readonly lease: Lease;
  readonly leases: Leases;
  readonly begin: Beginning;
  readonly head: LedgerHead | undefined;
  readonly signal: AbortSignal;
}

function ledgerOf(opened: Opened): Ledger {
  const { store, cipher, lease, leases, begin, runId, head, signal, ...rest } = opened;
  const waiting = batchOf(head?.length ?? 0, { lease, flush: () => store.flush(), ...rest });
  const known = head?.facts;
  let facts = known === undefined ? undefined : (JSON.parse(cipher.open(known)) as LedgerFacts);
  let ending: 'done' | 'failed' | 'aborted' = 'aborted';
  const close = () => {
    waiting.close();
    void lease.release(begin, { state: ending, at: isoNow() }).catch(() => {});
    leases.close();
    store.close();
  };
  return {
    get length() {
      return waiting.end();
    },
    get facts() {
      return facts;
    },
    async begin(begun) {
      facts = begun;
      await lease.append([{ kind: 'begun', facts: cipher.seal(JSON.stringify(begun)) }], 'synced');
    },
    add: step => waiting.add(storedStep(step, cipher)),
    flush: () => waiting.flush(),
    async fold(initial, step) {
      let state = initial;
      for await (const page of store.steps(runId, 0))
        for (const each of page) state = step(state, openedStep(each, cipher));
      return waiting
        .steps()
        .reduce((before, each) => step(before, openedStep(each, cipher)), state);
    },
    confirm: () => lease.confirm(),
    signal,
    end(state) {
      ending = state;
    },
    close,
    [Symbol.dispose]: close,
  };
}

// Steps that are not in the store yet; a batch that could not be written is told with the next
// step.
function batchOf(
  begun: number,
  options: Pick<Opened, 'lease' | 'batch' | 'batchMs' | 'now'> & { flush: RunStore['flush'] },
) {
  const { lease, batch, batchMs, now, flush } = options;
  let length = begun;
  let waiting: StoredStep[] = [];
  let failure: unknown;
  // Whether a batch is under way, or in the store and not on disk.
  let isUnsynced = false;
  let lastMs = now();
  const commit = (durability: Durability): Promise<void> => {
    const steps = waiting;
    waiting = [];
    isUnsynced = durability !== 'synced';
    lastMs = now();
    const written = lease.append(
      [{ kind: 'accepted', from: length - steps.length, steps }],
      durability,
    );
    flush().catch(() => {});
    written.catch((error: unknown) => {
      failure ??= error;
    });
    return written;
  };
  const refuseBroken = () => {
    if (failure !== undefined) throw failure;
  };
  return {
    end: () => length,
    steps: (): readonly StoredStep[] => waiting,
    add(step: StoredStep) {
      refuseBroken();
      waiting.push(step);
      length++;
      return waiting.length < batch && now() - lastMs < batchMs ? undefined : commit('committed');
    },
    async flush() {
      refuseBroken();
      if (waiting.length > 0 || isUnsynced) await commit('synced');
      refuseBroken();
    },
    close() {
      if (waiting.length > 0 && failure === undefined) commit('committed').catch(() => {});
    },
  };
}

function storedStep(
  { action, votes, flagged = 0, costUsd }: LedgerStep,
  cipher: ContentCipher,
): StoredStep {
  return {
    action: cipher.seal(JSON.stringify(action)),
    votes,
    flagged,
    costUsd: costUsd === 'unknown' ? null : costUsd,
  };
}

function openedStep(
  { action, votes, flagged, costUsd }: StoredStep,
  cipher: ContentCipher,
): LedgerStep {
  return { action: JSON.parse(cipher.open(action)), votes, flagged, costUsd: costUsd ?? 'unknown' };
}

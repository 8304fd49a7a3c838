import { TandemError } from '../model/errors.ts';
import type { Usd } from '../trace/span.ts';
import { Store } from './store.ts';

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

/** The accepted steps of a loop that may be killed at any instant. */
export interface Ledger extends Disposable {
  /** Steps accepted so far. */
  readonly length: number;
  /** What the loop was begun with; absent before `begin`. */
  readonly facts: LedgerFacts | undefined;
  /** Notes what the loop is begun with, on disk when it resolves. */
  begin(facts: LedgerFacts): Promise<void>;
  /**
   * Adds a step. Steps are on disk after `batch` of them, after `batchMs`, or at `flush`: a kill loses at most the
   * unfinished batch. @throws TandemError `journal_failed` if earlier steps could not be written
   */
  add(step: LedgerStep): void;
  /** Puts what was added on disk. @throws TandemError `journal_failed` */
  flush(): Promise<void>;
  /** Goes through the steps of earlier runs and this one, in order: how a state is rebuilt. */
  fold<State>(initial: State, step: (state: State, step: LedgerStep) => State): State;
  close(): void;
}

/** Options of a ledger. */
export interface LedgerOptions {
  readonly path: string;
  readonly runId: string;
  /** Steps that share a durable commit: what a kill can lose at most. Default: 2,000. */
  readonly batch?: number;
  /**
   * Milliseconds after which the next step commits, however few there are: a kill loses no more than so much work, and
   * the step under way. Default: 250.
   */
  readonly batchMs?: number;
  /** Tells the time in milliseconds. Default: the machine's. */
  readonly now?: () => number;
}

interface Row {
  readonly action: string;
  readonly samples: number;
  readonly flagged: number;
  readonly cost: number | null;
}

const page = 2000;

/** Opens the ledger of a run, in the file of the journal or another. @throws TandemError `journal_failed` */
export function openLedger(options: LedgerOptions): Ledger {
  const { path, runId, batch = 2000, batchMs = 250, now = () => performance.now() } = options;
  const store = new Store(path);
  const head = openHead(store, runId);
  let length = countOf(store, head.id);
  let waiting: LedgerStep[] = [];
  let failure: unknown;
  let lastMs = now();
  const commit = (): Promise<void> => {
    const first = length - waiting.length;
    const rows = waiting.map((step, index) => stepRow(head.id, first + index, step));
    waiting = [];
    lastMs = now();
    const written = store.write(rows);
    // Now, not at the end of the turn: a loop that never waits would else keep all of its steps in memory.
    store.flush();
    return written;
  };
  const refuseBroken = () => {
    if (failure !== undefined) throw failure;
  };
  const close = () => {
    if (waiting.length > 0 && failure === undefined) void commit().catch(() => {});
    store.close();
  };
  return {
    get length() {
      return length;
    },
    get facts() {
      return head.facts;
    },
    begin: facts => head.write(facts),
    add(step) {
      refuseBroken();
      waiting.push(step);
      length++;
      if (waiting.length < batch && now() - lastMs < batchMs) return;
      commit().catch((error: unknown) => {
        failure = error;
      });
    },
    async flush() {
      refuseBroken();
      if (waiting.length > 0) await commit();
    },
    fold: (initial, step) => waiting.reduce(step, foldStored(store, head.id, { initial, step })),
    close,
    [Symbol.dispose]: close,
  };
}

interface Head {
  readonly id: number;
  readonly facts: LedgerFacts | undefined;
  write(facts: LedgerFacts): Promise<void>;
}

function openHead(store: Store, run: string): Head {
  const read = () =>
    store.read<{ id: number; facts: string | null }>('select * from ledger where run = :run', { run })[0];
  if (!read()) {
    // Waiting rows are committed by the read that follows; another process may have been faster.
    store.write([{ sql: 'insert or ignore into ledger(run) values (:run)', values: { run } }]).catch(() => {});
  }
  const row = read();
  if (!row) {
    throw new TandemError('journal_failed', `The ledger of the run ${run} cannot be begun. Check the space left.`);
  }
  let facts = row.facts === null ? undefined : (JSON.parse(row.facts) as LedgerFacts);
  return {
    id: row.id,
    get facts() {
      return facts;
    },
    write(begun) {
      facts = begun;
      const values = { id: row.id, facts: JSON.stringify(begun) };
      return store.write([{ sql: 'update ledger set facts = :facts where id = :id', values }]);
    },
  };
}

function countOf(store: Store, id: number): number {
  const sql = 'select coalesce(max(idx) + 1, 0) as length from accepted where ledger = :id';
  return store.read<{ length: number }>(sql, { id })[0]?.length ?? 0;
}

function foldStored<State>(
  store: Store,
  id: number,
  { initial, step }: { initial: State; step: (state: State, step: LedgerStep) => State },
): State {
  let state = initial;
  for (let from = 0; ; from += page) {
    const rows = store.read<Row>(
      `select action, samples, flagged, cost from accepted
       where ledger = :id and idx >= :from and idx < :to order by idx`,
      { id, from, to: from + page },
    );
    for (const { action, samples, flagged, cost } of rows) {
      state = step(state, { action: JSON.parse(action), votes: samples, flagged, costUsd: cost ?? 'unknown' });
    }
    if (rows.length < page) return state;
  }
}

function stepRow(ledger: number, idx: number, { action, votes, flagged = 0, costUsd }: LedgerStep) {
  return {
    sql: `insert into accepted(ledger, idx, action, samples, flagged, cost)
          values (:ledger, :idx, :action, :votes, :flagged, :cost)`,
    values: {
      ledger,
      idx,
      action: JSON.stringify(action),
      votes,
      flagged,
      cost: costUsd === 'unknown' ? null : costUsd,
    },
  };
}

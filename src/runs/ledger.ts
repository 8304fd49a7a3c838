import { Store } from './store.ts';

/** One accepted step of a long loop: what was done, not the state, which the steps rebuild. */
export interface LedgerStep {
  /** As JSON, short. */
  readonly action: unknown;
  readonly votes: number;
  readonly costUsd: number;
}

/** The accepted steps of a loop that may be killed at any instant. */
export interface Ledger extends Disposable {
  /** Steps accepted so far. */
  readonly length: number;
  /** Adds a step. Steps are on disk after `batch` of them, or at `flush`: a kill loses at most the unfinished batch. */
  add(step: LedgerStep): void;
  /** Puts what was added on disk. */
  flush(): Promise<void>;
  /** Goes through the steps of earlier runs and this one, in order: how a state is rebuilt. */
  fold<State>(initial: State, step: (state: State, step: LedgerStep) => State): State;
  close(): void;
}

/** Options of a ledger. */
export interface LedgerOptions {
  readonly path: string;
  readonly runId: string;
  /** Steps that share a durable commit: what a kill can lose at most. Default: 200. */
  readonly batch?: number;
}

interface Row {
  readonly idx: number;
  readonly action: string;
  readonly votes: number;
  readonly cost: number;
}

const page = 10_000;

/** Opens the ledger of a run, in the file of the journal. @throws TandemError `journal_failed` */
export function openLedger({ path, runId, batch = 200 }: LedgerOptions): Ledger {
  const store = new Store(path);
  const [known] = store.read<{ length: number }>('select count(*) as length from step where run = :run', {
    run: runId,
  });
  let length = known?.length ?? 0;
  let waiting: LedgerStep[] = [];
  const flush = () => {
    const first = length - waiting.length;
    const rows = waiting.map((step, index) => stepRow(runId, first + index, step));
    waiting = [];
    return store.write(rows);
  };
  const close = () => {
    if (waiting.length > 0) void flush().catch(() => {});
    store.close();
  };
  return {
    get length() {
      return length;
    },
    add(step) {
      waiting.push(step);
      length++;
      if (waiting.length < batch) return;
      void flush().catch(() => {});
      // Now, not at the end of the turn: a loop that never waits would else keep all of its steps in memory.
      store.flush();
    },
    flush,
    fold(initial, step) {
      let state = initial;
      for (let from = 0; ; from += page) {
        const rows = store.read<Row>(
          'select idx, action, votes, cost from step where run = :run and idx >= :from and idx < :to order by idx',
          { run: runId, from, to: from + page },
        );
        for (const row of rows)
          state = step(state, { action: JSON.parse(row.action), votes: row.votes, costUsd: row.cost });
        if (rows.length < page) break;
      }
      return waiting.reduce(step, state);
    },
    close,
    [Symbol.dispose]: close,
  };
}

function stepRow(run: string, idx: number, { action, votes, costUsd }: LedgerStep) {
  return {
    sql: 'insert into step(run, idx, action, votes, cost) values (:run, :idx, :action, :votes, :cost)',
    values: { run, idx, action: JSON.stringify(action), votes, cost: costUsd },
  };
}

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Spent } from '../../model/leaf/cost/prices.ts';
import type { SharedAccount, SharedHold } from '../../model/run/accounts.ts';
import type { PruneOptions } from '../pruning.ts';
import type {
  Durability,
  Entry,
  Held,
  HoldRequest,
  Kept,
  KeptHead,
  KeptKind,
  RunEnding,
  RunFacts,
  RunQuery,
  RunStore,
} from '../store.ts';
import { balanceToday, reserveOn, settleOn } from './account-rows.ts';
import { leaveAside, readAside } from './aside.ts';
import { addTotals, writeEntries } from './entry-rows.ts';
import { getSql, listSql, putKept, removeKept, sizeSql } from './kept-rows.ts';
import { forgetRun, pruneRows } from './prune-rows.ts';
import {
  callsFrom,
  ledgerHead,
  listEgress,
  listPrunings,
  listRuns,
  type Reader,
  readRun,
  readSent,
  stepsFrom,
  tallyRuns,
  timedCalls,
} from './readers.ts';
import {
  cancelRun,
  describeRun,
  endRun,
  holdRun,
  noTotals,
  type OwnRun,
  renewRuns,
  writeDue,
} from './run-rows.ts';
import { scrubbedSql } from './schema.ts';
import { copiesOf, scrubberOf } from './scrub.ts';
import { type Access, SqliteFile } from './sqlite-file.ts';

const pageOf = { calls: 1000, steps: 5000 };

/**
 * Opens a store in a file; `patienceMs` is how long a write waits for another process. @throws
 * TandemError `journal_failed`
 */
export function openSqliteStore(
  path: string,
  { patienceMs }: { readonly patienceMs: number },
): RunStore {
  const file = new SqliteFile(path, { patienceMs });
  const owned = new Map<string, OwnRun>();
  const due = dueRows(file);
  const flush = () => {
    due.note();
    return file.flush();
  };
  const reader = readerOf(file, flush);
  const close = () => {
    due.note();
    leaveAside(path);
    file.close();
  };
  return {
    name: file.name,
    id: resolve(path),
    seal: sealOf(file),
    ...holding(file, owned, due),
    ...reading(reader, flush),
    ...keeping(file, reader, flush),
    ...forgetting(file, due, patienceMs),
    ...spending(file),
    append(held: Held, entries: readonly Entry[], durability: Durability = 'synced') {
      const known = owned.get(held.run);
      const own = known?.held.token === held.token ? known : ownRun(held);
      addTotals(own.totals, entries);
      const work = (access: Access) => writeEntries(access, own, entries);
      if (durability !== 'noted') return file.transact(work, durability);
      file.requireSound();
      file.note(work);
      return settled;
    },
    flush,
    close,
    [Symbol.dispose]: close,
    async [Symbol.asyncDispose]() {
      await flush().catch(() => {});
      close();
    },
  };
}

const settled = Promise.resolve();

// A run as it is written row by row.
function ownRun(held: Held): OwnRun {
  return { held, due: undefined, ending: undefined, isNew: false, totals: noTotals(), seenBy: 0 };
}

// The row of a new run is written with what comes next, with its end, or after so long, whichever
// comes first.
const dueMs = 250;

/** The new runs whose rows are still to be written. */
interface DueRows {
  add(own: OwnRun): void;
  remove(own: OwnRun): void;
  /** Notes all of them, now. */
  note(): void;
}

function dueRows(file: SqliteFile): DueRows {
  const due = new Set<OwnRun>();
  let timer: NodeJS.Timeout | undefined;
  const note = () => {
    clearTimeout(timer);
    timer = undefined;
    if (due.size === 0) return;
    const rows = [...due];
    due.clear();
    file.note(access => {
      for (const own of rows) writeDue(access, own);
    });
  };
  return {
    add(own) {
      due.add(own);
      timer ??= setTimeout(note, dueMs);
    },
    remove: own => void due.delete(own),
    note,
  };
}

function holding(file: SqliteFile, owned: Map<string, OwnRun>, due: DueRows) {
  return {
    hold(run: string, by: HoldRequest) {
      if (!by.isNew) {
        return file.transact(access => {
          const held = holdRun(access, run, by);
          if (held.state !== 'taken') owned.set(run, ownRun(held));
          return held;
        });
      }
      const held: Held = { run, token: 1, state: 'new', secret: by.secret };
      const own = { ...ownRun(held), due: by, isNew: true };
      owned.set(run, own);
      due.add(own);
      return Promise.resolve(held);
    },
    renew(held: readonly Held[], leaseMs: number) {
      const written = held.filter(({ run }) => owned.get(run)?.due === undefined);
      return file.transact(access => renewRuns(access, written, leaseMs));
    },
    release(held: Held, end: RunEnding) {
      const known = owned.get(held.run);
      const own = known?.held.token === held.token ? known : ownRun(held);
      owned.delete(held.run);
      if (own.due) own.ending = end;
      const work = (access: Access) => endRun(access, own, end);
      if (!own.isNew) return file.transact(work);
      due.remove(own);
      file.note(work);
      return Promise.resolve(true);
    },
    cancel(run: string) {
      due.note();
      return file.transact(access => cancelRun(access, run));
    },
    describe(run: string, facts: RunFacts, at: string) {
      due.note();
      return file.transact(access => describeRun(access, run, { facts, at }));
    },
  };
}

function reading(reader: Reader, flush: () => Promise<void>) {
  return {
    async *calls(run: string) {
      await flush();
      for (let after = 0; ; ) {
        const { calls, last } = callsFrom(reader, run, { after, count: pageOf.calls });
        if (calls.length > 0) yield calls;
        if (calls.length < pageOf.calls) return;
        after = last;
      }
    },
    async ledger(run: string) {
      await flush();
      return ledgerHead(reader, run);
    },
    async *steps(run: string, from: number) {
      await flush();
      for (let at = from; ; at += pageOf.steps) {
        const steps = stepsFrom(reader, run, { from: at, count: pageOf.steps });
        if (steps.length > 0) yield steps;
        if (steps.length < pageOf.steps) return;
      }
    },
    runs: (query: RunQuery) => listRuns(reader, query),
    tally: (since: string) => tallyRuns(reader, since),
    show: (run: string) => readRun(reader, run),
    sent: (run: string, hash: string) => readSent(reader, run, hash),
    egress: (since: string) => listEgress(reader, since),
    prunings: () => listPrunings(reader),
    timed: (most: number) => timedCalls(reader, most),
  };
}

function keeping(file: SqliteFile, reader: Reader, flush: () => Promise<void>) {
  return {
    put: (item: Kept, options?: { ifAbsent?: boolean; newest?: number }) =>
      file.transact(access => putKept(access, item, options), 'synced'),
    async get(kind: KeptKind, owner: string, id: string) {
      await flush();
      return reader.now<Kept>(getSql, [kind, owner, id])[0];
    },
    async list(kind: KeptKind, owner: string, limit: number) {
      return reader.aside<KeptHead>(listSql, [kind, owner, limit]);
    },
    async size(kind: KeptKind, owner: string) {
      return (await reader.aside<{ size: number }>(sizeSql, [kind, owner]))[0]?.size ?? 0;
    },
  };
}

function forgetting(file: SqliteFile, due: DueRows, patienceMs: number) {
  const scrub = scrubberOf(file, { patienceMs });
  const forgotten = async (work: (access: Access) => boolean) => {
    due.note();
    const isGone = await file.transact(work);
    if (isGone) await scrub();
    return isGone;
  };
  return {
    remove: (kind: KeptKind, owner: string, id?: string) =>
      forgotten(access => removeKept(access, { kind, owner, id })),
    forget: (run: string) => forgotten(access => forgetRun(access, run)),
    async prune(before: string, options: PruneOptions = {}) {
      due.note();
      const { count, rows } = await file.transact(access => pruneRows(access, before, options));
      if (rows > 0 || !isScrubbed(file)) await scrub();
      return count;
    },
  };
}

// What an earlier version has deleted, or copied beside, is still there.
function isScrubbed(file: SqliteFile): boolean {
  const [found] = file.read<{ isScrubbed: number }>(scrubbedSql);
  return found?.isScrubbed === 1 && copiesOf(file.path).every(copy => !existsSync(copy));
}

// A store that another process prepares at this moment has nothing sealed that could be missed.
function sealOf(file: SqliteFile): string | undefined {
  try {
    const [kept] = file.read<Kept>(getSql, ['setting', '', 'seal']);
    return kept && String(kept.body);
  } catch {
    return undefined;
  }
}

function spending(file: SqliteFile) {
  return {
    reserve: (accounts: readonly SharedAccount[], most: Spent, holdMs: number) =>
      file.transact(access => reserveOn(access, { accounts, most, holdMs })),
    settle: (hold: SharedHold, spent: Spent) =>
      file.transact(access => settleOn(access, hold, spent)),
    balance: (account: string) => file.transact(access => balanceToday(access, account)),
  };
}

function readerOf(file: SqliteFile, flush: () => Promise<void>): Reader {
  return {
    now: (sql, values) => file.read(sql, values),
    async aside(sql, values) {
      await flush();
      try {
        return await readAside(file.path, sql, values);
      } catch (error) {
        throw file.failure('cannot be read', error);
      }
    },
  };
}

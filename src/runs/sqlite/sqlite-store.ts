import { resolve } from 'node:path';
import type { SharedAccount, SharedHold } from '../../model/run/accounts.ts';
import type { Spent } from '../../trace/prices.ts';
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
import { callsFrom, ledgerHead, listEgress, listRuns, type Reader, readRun, stepsFrom, timedCalls } from './readers.ts';
import {
  cancelRun,
  describeRun,
  endRun,
  holdRun,
  noTotals,
  type OwnRun,
  pruneRuns,
  renewRuns,
  writeDue,
  writeTotals,
} from './run-rows.ts';
import { SqliteFile } from './sqlite-file.ts';

const pageOf = { calls: 1000, steps: 5000 };

/** Opens a store in a file; `patienceMs` is how long a write waits for another process. @throws TandemError `journal_failed` */
export function openSqliteStore(path: string, { patienceMs }: { readonly patienceMs: number }): RunStore {
  const file = new SqliteFile(path, { patienceMs });
  const reader = readerOf(file);
  const owned = new Map<string, OwnRun>();
  const close = () => {
    leaveAside(path);
    file.close();
  };
  return {
    name: file.name,
    id: resolve(path),
    ...holding(file, owned),
    ...reading(file, reader),
    ...keeping(file, reader),
    ...spending(file),
    append(held: Held, entries: readonly Entry[], durability: Durability = 'synced') {
      const known = owned.get(held.run);
      const own = known?.held.token === held.token ? known : ownRun(held);
      addTotals(own.totals, entries);
      const work = (access: Parameters<typeof writeEntries>[0]) => writeEntries(access, own, entries);
      if (durability !== 'noted') return file.transact(work, durability);
      file.requireSound();
      file.note(work);
      return settled;
    },
    prune: before => file.transact(access => pruneRuns(access, before)),
    flush: () => file.flush(),
    close,
    [Symbol.dispose]: close,
    async [Symbol.asyncDispose]() {
      await file.flush().catch(() => {});
      close();
    },
  };
}

const settled = Promise.resolve();

// A run as it is written row by row.
function ownRun(held: Held): OwnRun {
  return { held, due: undefined, ending: undefined, totals: noTotals(), seenBy: 0 };
}

function holding(file: SqliteFile, owned: Map<string, OwnRun>) {
  return {
    hold(run: string, by: HoldRequest) {
      if (!by.isNew) {
        return file.transact(access => {
          const held = holdRun(access, run, by);
          if (held.state !== 'taken') owned.set(run, ownRun(held));
          return held;
        });
      }
      // Nobody else can know it: its row is written with what comes next.
      const held: Held = { run, token: 1, state: 'new', secret: by.secret };
      const own = { ...ownRun(held), due: by };
      owned.set(run, own);
      file.note(access => writeDue(access, own));
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
      if (own.due) {
        own.ending = end;
        return Promise.resolve(true);
      }
      return file.transact(access => writeTotals(access, own) && endRun(access, held, end));
    },
    cancel: (run: string) => file.transact(access => cancelRun(access, run)),
    describe: (run: string, facts: RunFacts, at: string) =>
      file.transact(access => describeRun(access, run, { facts, at })),
  };
}

function reading(file: SqliteFile, reader: Reader) {
  return {
    async *calls(run: string) {
      await file.flush();
      for (let after = 0; ; ) {
        const { calls, last } = callsFrom(reader, run, { after, count: pageOf.calls });
        if (calls.length > 0) yield calls;
        if (calls.length < pageOf.calls) return;
        after = last;
      }
    },
    async ledger(run: string) {
      await file.flush();
      return ledgerHead(reader, run);
    },
    async *steps(run: string, from: number) {
      await file.flush();
      for (let at = from; ; at += pageOf.steps) {
        const steps = stepsFrom(reader, run, { from: at, count: pageOf.steps });
        if (steps.length > 0) yield steps;
        if (steps.length < pageOf.steps) return;
      }
    },
    runs: (query: RunQuery) => listRuns(reader, query),
    show: (run: string) => readRun(reader, run),
    egress: (since: string) => listEgress(reader, since),
    timed: (most: number) => timedCalls(reader, most),
  };
}

function keeping(file: SqliteFile, reader: Reader) {
  return {
    put: (item: Kept, options?: { ifAbsent?: boolean; newest?: number }) =>
      file.transact(access => putKept(access, item, options), 'synced'),
    async get(kind: KeptKind, owner: string, id: string) {
      await file.flush();
      return reader.now<Kept>(getSql, [kind, owner, id])[0];
    },
    async list(kind: KeptKind, owner: string, limit: number) {
      return reader.aside<KeptHead>(listSql, [kind, owner, limit]);
    },
    async size(kind: KeptKind, owner: string) {
      return (await reader.aside<{ size: number }>(sizeSql, [kind, owner]))[0]?.size ?? 0;
    },
    remove: (kind: KeptKind, owner: string, id?: string) =>
      file.transact(access => removeKept(access, { kind, owner, id })),
  };
}

function spending(file: SqliteFile) {
  return {
    reserve: (accounts: readonly SharedAccount[], most: Spent, holdMs: number) =>
      file.transact(access => reserveOn(access, { accounts, most, holdMs })),
    settle: (hold: SharedHold, spent: Spent) => file.transact(access => settleOn(access, hold, spent)),
    balance: (account: string) => file.transact(access => balanceToday(access, account)),
  };
}

function readerOf(file: SqliteFile): Reader {
  return {
    now: (sql, values) => file.read(sql, values),
    async aside(sql, values) {
      await file.flush();
      try {
        return await readAside(file.path, sql, values);
      } catch (error) {
        throw file.failure('cannot be read', error);
      }
    },
  };
}

import type { Spent } from '../../model/leaf/cost/prices.ts';
import type { SharedAccount, SharedHold } from '../../model/run/accounts.ts';
import type { StoreOptions } from '../engine/store-engine.ts';
import type { PruneOptions } from '../pruning.ts';
import type {
  Durability,
  Entry,
  Held,
  HoldRequest,
  Kept,
  KeptKind,
  RunEnding,
  RunFacts,
  RunQuery,
  RunStore,
} from '../store.ts';
import { balanceToday, reserveOn, settleOn } from './account-rows.ts';
import { Database } from './database.ts';
import { getKept, listKept, putKept, removeKept, sizeOfKept } from './kept-rows.ts';
import { forgetRun, pruneRows, vacuumerOf } from './prune-rows.ts';
import {
  callsFrom,
  ledgerHead,
  listEgress,
  listPrunings,
  listRuns,
  readRun,
  readSent,
  stepsFrom,
  tallyRuns,
  timedCalls,
} from './readers.ts';
import { cancelRun, describeRun, holdRun, renewRuns } from './run-rows.ts';
import { RunWriter } from './run-writer.ts';
import { migrate } from './schema.ts';

const pageOf = { calls: 1000, steps: 5000 };

/**
 * Opens a store on Postgres, which is connected to with the first that is asked of it. @throws
 * TandemError `invalid_argument` for an address that cannot be used
 */
export function openPostgresStore(path: string, options: StoreOptions): RunStore {
  const database = new Database(path, options);
  const writer = new RunWriter(database);
  const flush = async () => {
    await database.opened();
    await writer.flush();
  };
  database.begin(async ready => {
    await migrate(ready);
    const seal = await ready.carryOut<{ body: Uint8Array }>(sealSql);
    await options.admit?.(seal[0] && Buffer.from(seal[0].body).toString());
  });
  const close = () => database.close(() => writer.flush());
  return {
    name: database.name,
    id: database.address.id,
    place: database.address.place,
    ...holding(database, writer),
    ...reading(database, flush),
    ...keeping(database),
    ...forgetting(database, flush),
    reserve: (accounts: readonly SharedAccount[], most: Spent, holdMs: number) =>
      reserveOn(database, { accounts, most, holdMs }),
    settle: (hold: SharedHold, spent: Spent) => settleOn(database, hold, spent),
    balance: (account: string) => balanceToday(database, account),
    flush,
    close: () => void close().catch(() => {}),
    [Symbol.dispose]: () => void close().catch(() => {}),
    [Symbol.asyncDispose]: close,
  };
}

const sealSql = `select body from @.kept
  where kind = 'setting' and owner = '' and id = 'seal'`;

function holding(database: Database, writer: RunWriter) {
  return {
    async hold(run: string, by: HoldRequest) {
      if (!by.isNew) {
        await database.opened();
        return holdRun(database, run, by);
      }
      writer.begin(run, by);
      return { run, token: 1, state: 'new', secret: by.secret } satisfies Held;
    },
    async renew(held: readonly Held[], leaseMs: number) {
      await database.opened();
      return renewRuns(database, held, leaseMs);
    },
    async release(held: Held, end: RunEnding) {
      await database.opened();
      return writer.end(held, end);
    },
    async cancel(run: string) {
      await writer.written(run);
      return cancelRun(database, run);
    },
    async describe(run: string, facts: RunFacts, at: string) {
      await writer.written(run);
      return describeRun(database, run, { facts, at });
    },
    async append(held: Held, entries: readonly Entry[], durability: Durability = 'synced') {
      database.requireOpen();
      return writer.append(held, entries, durability);
    },
  };
}

function reading(database: Database, flush: () => Promise<void>) {
  const afterFlush =
    <Given extends readonly unknown[], Result>(
      read: (database: Database, ...given: Given) => Promise<Result>,
    ) =>
    async (...given: Given): Promise<Result> => {
      await flush();
      return read(database, ...given);
    };
  return {
    async *calls(run: string) {
      await flush();
      for (let after = '0'; ; ) {
        const { calls, last } = await callsFrom(database, run, { after, count: pageOf.calls });
        if (calls.length > 0) yield calls;
        if (calls.length < pageOf.calls) return;
        after = last;
      }
    },
    ledger: afterFlush(ledgerHead),
    async *steps(run: string, from: number) {
      await flush();
      for (let at = from; ; at += pageOf.steps) {
        const steps = await stepsFrom(database, run, { from: at, count: pageOf.steps });
        if (steps.length > 0) yield steps;
        if (steps.length < pageOf.steps) return;
      }
    },
    runs: (query: RunQuery) => afterFlush(listRuns)(query),
    tally: (since: string) => afterFlush(tallyRuns)(since),
    show: (run: string) => afterFlush(readRun)(run),
    sent: (run: string, hash: string) => afterFlush(readSent)(run, hash),
    egress: (since: string) => afterFlush(listEgress)(since),
    prunings: afterFlush(listPrunings),
    timed: (most: number) => afterFlush(timedCalls)(most),
  };
}

function keeping(database: Database) {
  return {
    put: (item: Kept, options?: { ifAbsent?: boolean; newest?: number }) =>
      putKept(database, item, options),
    get: (kind: KeptKind, owner: string, id: string) => getKept(database, kind, owner, id),
    list: (kind: KeptKind, owner: string, limit: number) => listKept(database, kind, owner, limit),
    size: (kind: KeptKind, owner: string) => sizeOfKept(database, kind, owner),
  };
}

function forgetting(database: Database, flush: () => Promise<void>) {
  const vacuum = vacuumerOf(database);
  const forgotten = async (work: () => Promise<boolean>) => {
    await flush();
    const isGone = await work();
    if (isGone) await vacuum();
    return isGone;
  };
  return {
    remove: (kind: KeptKind, owner: string, id?: string) =>
      forgotten(() => removeKept(database, kind, owner, id)),
    forget: (run: string) => forgotten(() => forgetRun(database, run)),
    async prune(before: string, options: PruneOptions = {}) {
      await flush();
      const { count, rows } = await pruneRows(database, before, options);
      if (rows > 0) await vacuum();
      return count;
    },
  };
}

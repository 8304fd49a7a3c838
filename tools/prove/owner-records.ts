import { DatabaseSync } from 'node:sqlite';
import { isStoreAddress, openStore, type RunStore } from '../../src/entries/runs.ts';
import { ownerLanes, type Payment, paymentsIn, type RunFiles } from './owner-process.ts';

/** What a run of several owners came to. */
export interface RunFinding {
  readonly problems: readonly string[];
  /** Payments beyond one for each call. */
  readonly excess: number;
  /** Processes that have recorded calls. */
  readonly owners: number;
}

interface Recorded {
  readonly call: number;
  readonly pid: number;
  readonly atMs: number;
}

/** The text of the answers of all calls, as every process must give it. */
export function expectedOutput({ calls }: RunFiles): string {
  return Array.from({ length: calls }, (_, n) => n * 7).join(',');
}

/**
 * Compares what was paid for with what the store has: every call is recorded once, nobody pays a
 * call after it was recorded, but for what a stopped process had in hand, and nobody records
 * anything once a successor has.
 */
export async function checkRun(
  files: RunFiles,
  cuts: number,
  inHand: readonly Payment[] = [],
): Promise<RunFinding> {
  await using store = openStore(files.path, { patienceMs: 2000 });
  const state = (await store.show('proof'))?.state;
  const records = await recordsIn(store);
  const payments = paymentsIn(files.log);
  const excess = payments.length - files.calls;
  const most = cuts * (files.lanes ?? ownerLanes);
  return {
    problems: [
      ...(state === 'done' ? [] : [`the run is ${state} in the store`]),
      ...(isStoreAddress(files.path) ? [] : damage(files.path)),
      ...repeatedRecords(records, files.calls),
      ...latePayments(payments, records, inHand),
      ...staleRecords(records),
      ...(excess > most
        ? [`${excess} calls were paid again, with at most ${most} in flight at ${cuts} cuts`]
        : []),
    ],
    excess,
    owners: new Set(records.map(({ pid }) => pid)).size,
  };
}

// In the order of recording.
async function recordsIn(store: RunStore): Promise<Recorded[]> {
  const records: Recorded[] = [];
  for await (const page of store.calls('proof')) {
    for (const { slot, at, body, isFinished } of page) {
      if (!isFinished) continue;
      const call = Number(/job (\d+)/.exec(slot)?.[1]);
      const pid = Number(/by (\d+)/.exec(body ?? '')?.[1]);
      records.push({ call, pid, atMs: Date.parse(at) });
    }
  }
  return records;
}

function damage(path: string): string[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const row = database.prepare('pragma integrity_check').get();
    const check = String(row?.integrity_check);
    return check === 'ok' ? [] : [`integrity check: ${check}`];
  } finally {
    database.close();
  }
}

function repeatedRecords(records: readonly Recorded[], calls: number): string[] {
  const distinct = new Set(records.map(({ call }) => call)).size;
  return distinct === calls && records.length === calls
    ? []
    : [
        `${records.length} records of ${distinct} calls, where ${calls} are to be recorded once ` +
          'each',
      ];
}

function latePayments(
  payments: readonly Payment[],
  records: readonly Recorded[],
  inHand: readonly Payment[],
): string[] {
  const recordedMs = new Map(records.map(({ call, atMs }) => [call, atMs]));
  const late = payments.filter(
    ({ call, pid, atMs }) =>
      atMs > (recordedMs.get(call) ?? Number.POSITIVE_INFINITY) &&
      !inHand.some(each => each.call === call && each.pid === pid && each.atMs === atMs),
  );
  return late.map(
    ({ call, pid }) => `the process ${pid} paid the call ${call}, which was recorded before`,
  );
}

// The order of the table is the order of commits: each owner's records stand together.
function staleRecords(records: readonly Recorded[]): string[] {
  const succeeded = new Set<number>();
  const problems: string[] = [];
  let owner = 0;
  for (const { pid, call } of records) {
    if (pid !== owner) succeeded.add(owner);
    if (succeeded.has(pid))
      problems.push(`the process ${pid} recorded the call ${call} after its successor`);
    owner = pid;
  }
  return problems;
}

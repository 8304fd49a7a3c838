import { DatabaseSync } from 'node:sqlite';
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
 * call after it was recorded, and nobody records anything once a successor has.
 */
export function checkRun(files: RunFiles, cuts: number): RunFinding {
  const database = new DatabaseSync(files.path, { readOnly: true });
  try {
    const records = recordsIn(database);
    const payments = paymentsIn(files.log);
    const excess = payments.length - files.calls;
    const most = cuts * ownerLanes;
    return {
      problems: [
        ...damage(database),
        ...repeatedRecords(records, files.calls),
        ...latePayments(payments, records),
        ...staleRecords(records),
        ...(excess > most
          ? [`${excess} calls were paid again, with at most ${most} in flight at ${cuts} cuts`]
          : []),
      ],
      excess,
      owners: new Set(records.map(({ pid }) => pid)).size,
    };
  } finally {
    database.close();
  }
}

function recordsIn(database: DatabaseSync): Recorded[] {
  const sql = `select call.slot, call.at, content.body from call
    join content on content.hash = call.answer where call.answer is not null order by call.seq`;
  const rows = database.prepare(sql).all() as { slot: string; at: string; body: string }[];
  return rows.map(({ slot, at, body }) => ({
    call: Number(/job (\d+)/.exec(slot)?.[1]),
    pid: Number(/by (\d+)/.exec(body)?.[1]),
    atMs: Date.parse(at),
  }));
}

function damage(database: DatabaseSync): string[] {
  const { integrity_check: check } = database.prepare('pragma integrity_check').get() as {
    integrity_check: string;
  };
  const { state } = database.prepare('select state from run').get() as { state: string };
  return [
    ...(check === 'ok' ? [] : [`integrity check: ${check}`]),
    ...(state === 'done' ? [] : [`the run is ${state} in the store`]),
  ];
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

function latePayments(payments: readonly Payment[], records: readonly Recorded[]): string[] {
  const recordedMs = new Map(records.map(({ call, atMs }) => [call, atMs]));
  const late = payments.filter(
    ({ call, atMs }) => atMs > (recordedMs.get(call) ?? Number.POSITIVE_INFINITY),
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

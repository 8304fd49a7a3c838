import type { SQLInputValue } from 'node:sqlite';
import { columnOfFact } from '../engine/fact-columns.ts';
import type { Held, HoldRequest, LostRun, RunEnding, RunFacts, RunState, Taken } from '../store.ts';
import type { Access } from './sqlite-file.ts';

/** The store's own clock, in milliseconds since 1970. */
export const nowMs = "cast(unixepoch('subsec') * 1000 as integer)";

/** What a run's calls came to, in the order of its row's columns. */
export interface Totals {
  calls: number;
  cloudCalls: number;
  costUsd: number;
  unpriced: number;
  leftCalls: number;
  leftCharacters: number;
}

/** A run that this process holds. */
export interface OwnRun {
  readonly held: Held;
  /**
   * What its row is still to be made of, with what is known of it by then; absent once it is
   * written.
   */
  due: HoldRequest | undefined;
  ending: RunEnding | undefined;
  /** Whether its id was made for it: nobody waits for it to be let go. */
  readonly isNew: boolean;
  /** What its calls came to since its row was written last. */
  totals: Totals;
  /** The transaction that has shown that the run is held: it need not look twice. */
  seenBy: number;
}

/** No calls. */
export function noTotals(): Totals {
  return { calls: 0, cloudCalls: 0, costUsd: 0, unpriced: 0, leftCalls: 0, leftCharacters: 0 };
}

/**
 * The facts that are given, as parts of statements and their values; what is not given stays as it
 * was.
 */
interface GivenFacts {
  /** `, owner, title` */
  readonly columns: string;
  /** `, ?, ?` */
  readonly marks: string;
  /** `, owner = ?, title = ?` */
  readonly sets: string;
  /** `, owner = excluded.owner, title = excluded.title` */
  readonly taken: string;
  readonly values: SQLInputValue[];
}

function factsIn(facts: RunFacts = {}): GivenFacts {
  let [columns, marks, sets, taken] = ['', '', '', ''];
  const values: SQLInputValue[] = [];
  for (const fact of Object.keys(facts) as (keyof RunFacts)[]) {
    const value = facts[fact];
    if (value === undefined) continue;
    const column = columnOfFact[fact];
    columns += `, ${column}`;
    marks += ', ?';
    sets += `, ${column} = ?`;
    taken += `, ${column} = excluded.${column}`;
    values.push(typeof value === 'boolean' ? Number(value) : value);
  }
  return { columns, marks, sets, taken, values };
}

/** Takes a run, if it can be taken. */
export function holdRun(access: Access, run: string, by: HoldRequest): Held | Taken {
  const { at, holder, leaseMs, secret = null, instead = null } = by;
  const { columns, marks, taken, values } = factsIn(by.facts);
  const sql = `insert into run(id, begun_at, state, holder, token, until_ms, masking_key${columns})
    values (?, ?, 'running', ?, 1, ${nowMs} + ?, ?${marks})
    on conflict(id) do update set state = 'running', ended_at = null, error = null,
    holder = excluded.holder,
      token = run.token + 1, until_ms = excluded.until_ms, masking_key = coalesce(run.masking_key,
      excluded.masking_key)${taken}
    where run.state <> 'running' or run.until_ms < ${nowMs} or run.token = ?
    returning token, masking_key as secret`;
  const [row] = access.all<{ token: number; secret: string | null }>(sql, [
    ...[run, at, holder, leaseMs, secret],
    ...values,
    instead,
  ]);
  if (row) {
    return {
      run,
      token: row.token,
      state: row.token === 1 ? 'new' : 'resumed',
      secret: row.secret ?? undefined,
    };
  }
  const [other] = access.all<{ holder: string | null; token: number; untilMs: number }>(
    'select holder, token, until_ms as untilMs from run where id = ?',
    [run],
  );
  return {
    state: 'taken',
    holder: other?.holder ?? '',
    token: other?.token ?? 0,
    untilMs: other?.untilMs ?? 0,
  };
}

// In the order of `columnOfFact`: a loop over its names would take longer than SQLite does.
function valuesOf(known: RunFacts): SQLInputValue[] {
  return [
    known.owner ?? null,
    known.parent ?? null,
    known.program ?? null,
    known.title ?? null,
    known.pattern ?? null,
    known.model ?? null,
    known.answeredBy ?? null,
    known.place ?? null,
    known.degraded ? 1 : 0,
    known.savedUsd ?? null,
    known.baseline ?? null,
    known.coverage ?? null,
    known.summary ?? null,
  ];
}

const newSql = `insert into run(id, begun_at, ended_at, state, error, holder, until_ms, masking_key,
    calls, cloud_calls, cost_usd, unpriced, left_calls, left_characters, token,
    ${Object.values(columnOfFact).join(', ')})
  values (?, ?, ?, ?, ?, ?, ${nowMs} * ? + ?, ?, ?, ?, ?, ?, ?, ?,
    1${', ?'.repeat(Object.keys(columnOfFact).length)})
  on conflict(id) do nothing`;

/**
 * Writes the row of a new run: its end and its calls stand in it if they came before it was due.
 */
export function writeDue(access: Access, own: OwnRun): void {
  const { held, due: request, ending, totals } = own;
  if (!request) return;
  own.due = undefined;
  own.totals = noTotals();
  own.seenBy = access.transaction;
  access.undos.push(() => {
    own.due = request;
    own.totals = totals;
  });
  const { at, holder, leaseMs, secret = null } = request;
  access.run(newSql, [
    held.run,
    at,
    ...(ending
      ? [ending.at, ending.state, ending.error ?? null, null, 0, 0]
      : [null, 'running', null, holder, 1, leaseMs]),
    secret,
    totals.calls,
    totals.cloudCalls,
    totals.costUsd,
    totals.unpriced,
    totals.leftCalls,
    totals.leftCharacters,
    ...valuesOf({ ...request.facts, ...ending?.facts }),
  ]);
}

const totalsSql = `update run set calls = calls + ?, cloud_calls = cloud_calls + ?,
  cost_usd = cost_usd + ?,
  unpriced = unpriced + ?, left_calls = left_calls + ?,
  left_characters = left_characters + ? where id = ? and token = ?`;

/** Adds to a run's row what its calls came to; false if somebody else holds it now. */
export function writeTotals(access: Access, own: OwnRun): boolean {
  const { totals, held } = own;
  const hasMore = totals.calls > 0 || totals.leftCalls > 0;
  if (!hasMore && own.seenBy === access.transaction) return true;
  own.totals = noTotals();
  access.undos.push(() => {
    own.totals = totals;
  });
  const isHeld = access.run(totalsSql, [...Object.values(totals), held.run, held.token]) > 0;
  if (isHeld) own.seenBy = access.transaction;
  return isHeld;
}

const renewSql = `update run set until_ms = ${nowMs} + ?
  where id = ? and token = ? and state = 'running'`;

/** Renews leases; says which are lost. */
export function renewRuns(access: Access, held: readonly Held[], leaseMs: number): LostRun[] {
  return held.flatMap(({ run, token }) => {
    if (access.run(renewSql, [leaseMs, run, token]) > 0) return [];
    const [row] = access.all<{ token: number }>('select token from run where id = ?', [run]);
    return [{ run, why: row?.token === token ? ('cancelled' as const) : ('taken' as const) }];
  });
}

/**
 * Ends a run, in its own row where that is still to be written; false if somebody else holds it
 * now, or nobody.
 */
export function endRun(
  access: Access,
  own: OwnRun,
  { state, at, error, facts }: RunEnding,
): boolean {
  if (own.due) writeDue(access, own);
  if (own.ending) return true;
  if (!writeTotals(access, own)) return false;
  const { sets, values } = factsIn(facts);
  const sql = `update run set state = ?, ended_at = ?, error = ?, holder = null, until_ms = 0${sets}
    where id = ? and token = ? and holder is not null`;
  return access.run(sql, [state, at, error ?? null, ...values, own.held.run, own.held.token]) > 0;
}

/** Marks a running run as cancelled; says in which state it was. */
export function cancelRun(access: Access, run: string): RunState | undefined {
  const [row] = access.all<{ state: RunState }>('select state from run where id = ?', [run]);
  if (row?.state === 'running')
    access.run("update run set state = 'cancelled' where id = ?", [run]);
  return row?.state;
}

/** Notes facts of a run, held or not. */
export function describeRun(
  access: Access,
  run: string,
  described: { facts: RunFacts; at: string },
): void {
  const { columns, marks, taken, values } = factsIn(described.facts);
  const known = taken === '' ? 'nothing' : `update set ${taken.slice(2)}`;
  const sql = `insert into run(id, begun_at, state, token${columns}) values (?, ?, 'running',
  0${marks})
    on conflict(id) do ${known}`;
  access.run(sql, [run, described.at, ...values]);
}

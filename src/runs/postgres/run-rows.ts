import { columnOfFact } from '../engine/fact-columns.ts';
import type { Held, HoldRequest, LostRun, RunEnding, RunFacts, RunState, Taken } from '../store.ts';
import type { Database } from './database.ts';
import { nowMs } from './stored-functions.ts';
import { storedJson } from './stored-text.ts';

/** The facts that are given, as parts of statements; what is not given stays as it was. */
interface FactColumns {
  /** `, owner, title` */
  readonly columns: string;
  /** `, $7, $8` */
  readonly marks: string;
  /** `, owner = $7, title = $8` */
  readonly sets: string;
  /** `, owner = excluded.owner, title = excluded.title` */
  readonly taken: string;
  readonly values: readonly unknown[];
}

function factsIn(facts: RunFacts = {}, before: number): FactColumns {
  let [columns, marks, sets, taken] = ['', '', '', ''];
  const values: unknown[] = [];
  for (const fact of Object.keys(facts) as (keyof RunFacts)[]) {
    const value = facts[fact];
    if (value === undefined) continue;
    const column = columnOfFact[fact];
    values.push(value);
    const mark = `$${before + values.length}`;
    columns += `, ${column}`;
    marks += `, ${mark}`;
    sets += `, ${column} = ${mark}`;
    taken += `, ${column} = excluded.${column}`;
  }
  return { columns, marks, sets, taken, values };
}

/** Takes a run, if it can be taken. Asked again, it gives the run to whoever it gave it to. */
export async function holdRun(
  database: Database,
  run: string,
  by: HoldRequest,
): Promise<Held | Taken> {
  const { at, holder, leaseMs, secret = null, instead = null } = by;
  const claim = crypto.randomUUID();
  const { columns, marks, taken, values } = factsIn(by.facts, 7);
  const sql = `insert into @.run as r(id, begun_at, state, holder, token, until_ms, secret,
    claim${columns})
    values ($1, $2, 'running', $3, 1, ${nowMs} + $4, $5, $6${marks})
    on conflict(id) do update set state = 'running', ended_at = null, error = null,
      holder = excluded.holder, claim = excluded.claim,
      token = r.token + case when r.claim = excluded.claim then 0 else 1 end,
      until_ms = excluded.until_ms, secret = coalesce(r.secret, excluded.secret)${taken}
    where r.state <> 'running' or r.until_ms < ${nowMs} or r.token = $7::integer
      or r.claim = excluded.claim
    returning token, secret`;
  const [row] = await database.allPromised<{ token: number; secret: string | null }>(sql, [
    ...[run, at, holder, leaseMs, secret, claim, instead],
    ...values,
  ]);
  if (row) {
    const state = row.token === 1 ? 'new' : 'resumed';
    return { run, token: row.token, state, secret: row.secret ?? undefined };
  }
  const [other] = await database.allPromised<Omit<Taken, 'state'>>(
    `select coalesce(holder, '') as holder, token, until_ms as "untilMs"
     from @.run where id = $1`,
    [run],
  );
  return { state: 'taken', holder: '', token: 0, untilMs: 0, ...other };
}

/** Renews leases, all in one statement; says which are lost. */
export async function renewRuns(
  database: Database,
  held: readonly Held[],
  leaseMs: number,
): Promise<LostRun[]> {
  if (held.length === 0) return [];
  const asked = storedJson(held.map(({ run, token }) => ({ run, token })));
  const renewed = await database.all<{ run: string }>(
    `update @.run r set until_ms = ${nowMs} + $2
     from json_to_recordset($1) as a(run text, token integer)
     where r.id = a.run and r.token = a.token and r.state = 'running' returning r.id as run`,
    [asked, leaseMs],
  );
  if (renewed.length === held.length) return [];
  const kept = new Set(renewed.map(({ run }) => run));
  const lost = held.filter(({ run }) => !kept.has(run));
  // Read after the renewal: before it, a row may have been another holder's.
  const rows = await database.all<{ run: string; token: number }>(
    'select id as run, token from @.run where id = any($1)',
    [lost.map(({ run }) => run)],
  );
  const tokenByRun = new Map(rows.map(({ run, token }) => [run, token]));
  return lost.map(({ run, token }) => ({
    run,
    why: tokenByRun.get(run) === token ? 'cancelled' : 'taken',
  }));
}

/** Ends a run; false if somebody else holds it now, or nobody. */
export async function endRun(
  database: Database,
  { run, token }: Held,
  { state, at, error, facts }: RunEnding,
): Promise<boolean> {
  const { sets, values } = factsIn(facts, 5);
  const ended = await database.allPromised(
    `update @.run set state = $3, ended_at = $4, error = $5, holder = null, until_ms = 0${sets}
     where id = $1 and token = $2 and holder is not null returning token`,
    [run, token, state, at, error ?? null, ...values],
    { patienceMs: database.patienceMs },
  );
  return ended.length > 0;
}

/** What ends a run as part of another statement, if its holder, by the condition, has it still. */
export function endingIn(
  { state, at, error, facts = {} }: RunEnding,
  { isHeld, before }: { readonly isHeld: string; readonly before: number },
): { readonly sets: string; readonly values: readonly unknown[] } {
  const ended = { state, ended_at: at, error: error ?? null, holder: null, until_ms: 0 };
  const told = Object.entries(facts).filter(([, value]) => value !== undefined);
  const all = [
    ...Object.entries(ended),
    ...told.map(([fact, value]) => [columnOfFact[fact as keyof RunFacts], value] as const),
  ];
  const sets = all.map(
    ([column], n) =>
      `, ${column} = case when ${isHeld} then $${before + n + 1} else r.${column} end`,
  );
  return { sets: sets.join(''), values: all.map(([, value]) => value) };
}

/** Marks a running run as cancelled; says in which state it was. */
export async function cancelRun(database: Database, run: string): Promise<RunState | undefined> {
  const cancelled = await database.all(
    "update @.run set state = 'cancelled' where id = $1 and state = 'running' returning token",
    [run],
  );
  if (cancelled.length > 0) return 'running';
  const [row] = await database.all<{ state: RunState }>('select state from @.run where id = $1', [
    run,
  ]);
  return row?.state;
}

/** Notes facts of a run, held or not. */
export async function describeRun(
  database: Database,
  run: string,
  described: { readonly facts: RunFacts; readonly at: string },
): Promise<void> {
  const { columns, marks, taken, values } = factsIn(described.facts, 2);
  const known = taken === '' ? 'nothing' : `update set ${taken.slice(2)}`;
  await database.all(
    `insert into @.run(id, begun_at, state${columns}) values ($1, $2, 'running'${marks})
     on conflict(id) do ${known}`,
    [run, described.at, ...values],
  );
}

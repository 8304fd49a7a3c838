import { runTaken } from '../run-taken.ts';
import type { CallEntry, Entry, Held, RunEnding } from '../store.ts';
import type { Database } from './database.ts';
import { endingIn } from './run-rows.ts';
import { storedJson } from './stored-text.ts';

type EntryOf<Kind extends Entry['kind']> = Extract<Entry, { readonly kind: Kind }>;

/**
 * One statement: the run's row is written first, which shows who holds it, and all that follows
 * asks for that. What left and what clouds have cost is taken from whoever tells it. Tried again, a
 * batch that was written is not written twice.
 */
const ownSql = (ending: string) => `with own as (
    update @.run r set batch = $3,
      calls = r.calls + case when r.token = $2 then $4::integer else 0 end,
      cloud_calls = r.cloud_calls + case when r.token = $2 then $5::integer else 0 end,
      cost_usd = r.cost_usd + case when r.token = $2 then $6::double precision else 0 end,
      unpriced = r.unpriced + case when r.token = $2 then $7::integer else 0 end,
      left_calls = r.left_calls + $8::integer,
      left_characters = r.left_characters + $9::double precision${ending}
    where r.id = $1 and r.batch is distinct from $3 returning r.token = $2 as held
  ),
  seen as (
    select coalesce((select held from own), false) as held,
      exists (select 1 from own) or not exists (select 1 from @.run r where r.id = $1) as fresh,
      coalesce((select held from own), (select r.token = $2 from @.run r where r.id = $1), false)
        as mine
  )`;

const bookedSql = (usd: number, tokens: number) => `, booked as (
    insert into @.account as a(id, day, spent_usd, spent_tokens)
    select 'journal', to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD'), $${usd},
    $${tokens} from seen where fresh
    on conflict(id, day) do update set spent_usd = a.spent_usd + excluded.spent_usd,
    spent_tokens = a.spent_tokens + excluded.spent_tokens
  )`;

interface EntryTable {
  /** The rest of a common table expression, given the number of its value. */
  sql(mark: string): string;
  rows(entries: readonly Entry[]): readonly object[];
}

const callColumns = `at, key, slot, digest, trail, model, place, input_tokens, cached_tokens,
  output_tokens, cost_usd, characters, attempts, start_ms, duration_ms, is_finished, hash, body`;

const parts: readonly EntryTable[] = [
  {
    sql: mark => `, calls as (
    insert into @.call(run, ${callColumns}) select $1, ${callColumns} from seen,
    json_to_recordset(${mark}::json) as x(at text, key text, slot text, digest text, trail text,
      model text, place text, input_tokens double precision, cached_tokens double precision,
      output_tokens double precision, cost_usd double precision, characters double precision,
      attempts integer, start_ms double precision, duration_ms double precision,
      is_finished boolean, hash text, body text)
    where seen.held)`,
    rows: entries => ofKind(entries, 'call').map(callRow),
  },
  {
    sql: mark => `, lefts as (
    insert into @.egress(run, at, destination, place, purpose, characters, tokens, content_hash,
      masked, label, body)
    select $1, at, destination, place, purpose, characters, tokens, "contentHash", masked, label,
      case when held then body end
    from seen, json_to_recordset(${mark}::json) as x(at text, destination text, place text,
      purpose text, characters double precision, tokens double precision, "contentHash" text,
      masked integer, label text, body text)
    where seen.fresh)`,
    rows: entries => ofKind(entries, 'egress'),
  },
  {
    sql: mark => `, decisions as (
    insert into @.decision(run, at, trail, answered_by, place, reason, confidence, degraded)
    select $1, at, trail, "answeredBy", place, reason, confidence, degraded
    from seen, json_to_recordset(${mark}::json) as x(at text, trail text, "answeredBy" text,
      place text, reason text, confidence double precision, degraded boolean)
    where seen.held)`,
    rows: entries =>
      ofKind(entries, 'decision').map(each => ({ ...each, trail: JSON.stringify(each.trail) })),
  },
  {
    sql: mark => `, documents as (
    insert into @.document(run, hash, title, characters, label)
    select $1, hash, title, characters, label
    from seen, json_to_recordset(${mark}::json) as x(hash text, title text,
      characters double precision, label text)
    where seen.held
    on conflict(run, hash) do update set title = excluded.title,
    characters = excluded.characters, label = excluded.label)`,
    // A statement changes a row once.
    rows: entries => [
      ...new Map(ofKind(entries, 'document').map(each => [each.hash, each])).values(),
    ],
  },
  {
    sql: mark => `, ledgers as (
    insert into @.ledger as l(run, facts) select $1, (${mark}::json) ->> 'facts' from seen
    where seen.held
    on conflict(run) do update set facts = coalesce(excluded.facts, l.facts) returning id
  ), steps as (
    insert into @.accepted(ledger, idx, action, votes, flagged, cost_usd)
    select ledgers.id, idx, action, votes, flagged, cost
    from ledgers, json_to_recordset((${mark}::json) -> 'steps') as x(idx integer, action text,
      votes integer, flagged integer, cost double precision)
    on conflict(ledger, idx) do nothing)`,
    rows: ledgerRows,
  },
];

function ofKind<Kind extends Entry['kind']>(
  entries: readonly Entry[],
  kind: Kind,
): EntryOf<Kind>[] {
  return entries.filter((entry): entry is EntryOf<Kind> => entry.kind === kind);
}

// A call that was cut has no answer; where figures and hashes alone are kept, the hash stands
// without its content.
function callRow(call: CallEntry): object {
  const answer = call.isFinished ? call.answer?.() : undefined;
  return {
    ...{ at: call.at, key: call.key, slot: call.slot },
    digest: JSON.stringify(call.digest),
    trail: JSON.stringify(call.trail),
    ...{ model: call.model, place: call.place, characters: call.characters },
    input_tokens: call.inputTokens,
    cached_tokens: call.cachedTokens,
    output_tokens: call.outputTokens,
    cost_usd: call.costUsd,
    attempts: call.attempts,
    start_ms: call.startMs,
    duration_ms: call.durationMs,
    is_finished: call.isFinished,
    hash: answer?.hash,
    body: answer?.body,
  };
}

// All of a ledger is one value: what it was begun with, and its steps.
function ledgerRows(entries: readonly Entry[]): readonly object[] {
  const facts = ofKind(entries, 'begun').at(-1)?.facts;
  const accepted = ofKind(entries, 'accepted');
  if (facts === undefined && accepted.length === 0) return [];
  const steps = accepted.flatMap(({ from, steps: each }) =>
    each.map(({ action, votes, flagged, costUsd }, n) => ({
      ...{ idx: from + n, action, votes, flagged, cost: costUsd },
    })),
  );
  return [{ facts, steps }];
}

function totalsOf(entries: readonly Entry[]): readonly number[] {
  const calls = ofKind(entries, 'call');
  const clouds = calls.filter(({ place }) => place === 'cloud');
  const lefts = ofKind(entries, 'egress');
  return [
    calls.length,
    clouds.length,
    sum(calls.map(({ costUsd }) => costUsd)),
    calls.filter(({ costUsd }) => costUsd === null).length,
    lefts.length,
    sum(lefts.map(({ characters }) => characters)),
  ];
}

// A call of unknown price counts by its tokens alone.
function bookedOf(entries: readonly Entry[]): readonly number[] {
  const clouds = ofKind(entries, 'call').filter(({ place }) => place === 'cloud');
  return [
    sum(clouds.map(({ costUsd }) => costUsd)),
    sum(clouds.map(({ inputTokens, outputTokens }) => (inputTokens ?? 0) + (outputTokens ?? 0))),
  ];
}

function sum(numbers: readonly (number | null)[]): number {
  return numbers.reduce<number>((total, each) => total + (each ?? 0), 0);
}

/**
 * Writes entries of a run, and its end where it ends with them; says whether it is held. From one
 * that somebody else holds now nothing is taken but what left and what it has cost. @throws
 * TandemError `run_taken`
 */
export async function writeEntries(
  database: Database,
  { run, token }: Held,
  { entries, ending }: { readonly entries: readonly Entry[]; readonly ending?: RunEnding },
): Promise<boolean> {
  const values: unknown[] = [run, token, crypto.randomUUID(), ...totalsOf(entries)];
  const isHeld = 'r.token = $2 and r.holder is not null';
  const end = ending && endingIn(ending, { isHeld, before: values.length });
  values.push(...(end?.values ?? []));
  let sql = ownSql(end?.sets ?? '');
  const booked = bookedOf(entries);
  if (booked.some(each => each !== 0)) {
    sql += bookedSql(values.length + 1, values.length + 2);
    values.push(...booked);
  }
  for (const part of parts) {
    const rows = part.rows(entries);
    if (rows.length === 0) continue;
    values.push(storedJson(part.rows === ledgerRows ? rows[0] : rows));
    sql += part.sql(`$${values.length}`);
  }
  const [seen] = await database.allPromised<{ mine: boolean }>(
    `${sql} select mine from seen`,
    values,
    { patienceMs: database.patienceMs },
  );
  if (!seen?.mine && entries.some(({ kind }) => kind !== 'egress')) throw runTaken(run);
  return seen?.mine ?? false;
}

import type { TimedCall } from '../../algorithms/fit-speed.ts';
import type { Pruning } from '../pruning.ts';
import { cursorOf, placeOf } from '../run-cursor.ts';
import type {
  DayTotals,
  DecisionEntry,
  DocumentEntry,
  LedgerHead,
  RunPage,
  RunQuery,
  RunRecord,
  StoredCall,
  StoredEgress,
  StoredRun,
  StoredStep,
} from '../store.ts';
import type { Database } from './database.ts';
import { nowMs } from './stored-functions.ts';

type WithText<Stored, Changed extends keyof Stored> = Omit<Stored, Changed> &
  Record<Changed, string>;

const runColumns = `id, begun_at as "begunAt", ended_at as "endedAt", state, error,
  case when state = 'running' and until_ms >= ${nowMs} then holder end as holder, calls,
  cloud_calls as "cloudCalls", case when unpriced = 0 then cost_usd end as "costUsd",
  left_calls as "leftCalls", left_characters as "leftCharacters", owner, parent, title, pattern,
  model, answered_by as "answeredBy", place, degraded, saved_usd as "savedUsd", baseline,
  coverage`;
const egressColumns = `run, at, destination, place, purpose, characters, tokens,
  content_hash as "contentHash", masked, label,
  not exists (select 1 from @.run r where r.id = egress.run) as pruned`;
const callColumns = `at, trail, model, place, input_tokens as "inputTokens",
  cached_tokens as "cachedTokens", output_tokens as "outputTokens", cost_usd as "costUsd",
  characters, attempts, start_ms as "startMs", duration_ms as "durationMs",
  is_finished as "isFinished"`;

/** Lists runs, newest first. */
export async function listRuns(
  database: Database,
  { limit, after, owner, state, skip = 0 }: RunQuery,
): Promise<RunPage> {
  const cursor = after === undefined ? undefined : placeOf(after);
  const values: unknown[] = [limit + 1, skip];
  const mark = (value: unknown) => `$${values.push(value)}`;
  const conditions = [
    ...(owner === undefined ? [] : [`owner = ${mark(owner)}`]),
    ...(state === undefined ? [] : [`state = ${mark(state)}`]),
    ...(cursor ? [`(begun_at, id) < (${mark(cursor.begunAt)}, ${mark(cursor.id)})`] : []),
  ];
  const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
  const rows = await database.read<StoredRun>(
    // Passed over in the index alone: of what is skipped no row is read.
    `select ${runColumns} from @.run where id in (
       select id from @.run ${where} order by begun_at desc, id desc limit $1 offset $2)
     order by begun_at desc, id desc`,
    values,
  );
  const runs = rows.slice(0, limit);
  const last = rows.length > limit ? runs.at(-1) : undefined;
  return { runs, ...(last && { next: cursorOf(last) }) };
}

/** Sums runs by day. */
export function tallyRuns(database: Database, since: string): Promise<DayTotals[]> {
  return database.read<DayTotals>(
    `select substr(begun_at, 1, 10) as day, owner, pattern, answered_by as "answeredBy", place,
     baseline, count(*)::integer as runs,
     (count(*) filter (where state = 'failed'))::integer as failed,
     sum(calls)::double precision as calls, sum(cloud_calls)::double precision as "cloudCalls",
     sum(cost_usd) as "costUsd", (count(*) filter (where unpriced > 0))::integer as unpriced,
     coalesce(sum(saved_usd), 0) as "savedUsd", count(saved_usd)::integer as compared,
     sum(left_calls)::double precision as "leftCalls", sum(left_characters) as "leftCharacters"
     from @.run where begun_at >= $1 group by 1, 2, 3, 4, 5, 6`,
    [since],
  );
}

/** Reads a run with all that was recorded of it. */
export async function readRun(database: Database, run: string): Promise<RunRecord | undefined> {
  const [row] = await database.read<StoredRun & Pick<RunRecord, 'program' | 'summary'>>(
    `select ${runColumns}, program, summary from @.run where id = $1`,
    [run],
  );
  if (!row) return undefined;
  const [documents, decisions, steps, egress] = await Promise.all([
    database.read<Omit<DocumentEntry, 'kind'>>(
      `select hash, title, characters, label from @.document where run = $1
       order by title`,
      [run],
    ),
    database.read<WithText<Omit<DecisionEntry, 'kind'>, 'trail'>>(
      `select at, trail, answered_by as "answeredBy", place, reason, confidence, degraded
       from @.decision where run = $1 order by seq`,
      [run],
    ),
    database.read<WithText<Omit<StoredCall, 'body' | 'key' | 'slot' | 'digest'>, 'trail'>>(
      `select ${callColumns} from @.call where run = $1 order by seq`,
      [run],
    ),
    database.read<StoredEgress>(
      `select ${egressColumns} from @.egress where run = $1 order by seq`,
      [run],
    ),
  ]);
  return {
    ...row,
    documents,
    decisions: decisions.map(each => ({ ...each, trail: JSON.parse(each.trail) })),
    steps: steps.map(each => ({ ...each, trail: JSON.parse(each.trail) })),
    egress,
  };
}

/** Lists what left since an ISO time, oldest first. */
export function listEgress(database: Database, since: string): Promise<StoredEgress[]> {
  return database.read<StoredEgress>(
    `select ${egressColumns} from @.egress where at >= $1 order by seq`,
    [since],
  );
}

/** Reads what left a run, by its hash; undefined where it is not kept. */
export async function readSent(database: Database, run: string, contentHash: string) {
  const [row] = await database.read<{ body: string }>(
    `select body from @.egress where run = $1 and content_hash = $2 and body is not null limit 1`,
    [run, contentHash],
  );
  return row?.body;
}

/** Lists what was removed, oldest first. */
export function listPrunings(database: Database): Promise<Pruning[]> {
  return database.read<Pruning>('select at, before, kind, count from @.pruning order by seq');
}

/** The last finished calls whose tokens and time are known. */
export function timedCalls(
  database: Database,
  most: number,
): Promise<(TimedCall & { model: string })[]> {
  return database.read(
    `select model, input_tokens as "inputTokens", output_tokens as "outputTokens",
     duration_ms as "durationMs" from @.call
     where is_finished and input_tokens is not null and output_tokens is not null
     and duration_ms is not null order by seq desc limit $1`,
    [most],
  );
}

/** Reads a page of the calls of a run, from behind a number; the last page is shorter. */
export async function callsFrom(
  database: Database,
  run: string,
  page: { readonly after: string; readonly count: number },
) {
  const rows = await database.read<
    WithText<Omit<StoredCall, 'body'>, 'trail' | 'digest'> & { seq: string; body: string | null }
  >(
    `select seq, key, slot, digest, ${callColumns}, body from @.call
     where run = $1 and seq > $2 order by seq limit $3`,
    [run, page.after, page.count],
  );
  const calls = rows.map(
    ({ seq: _seq, body, digest, trail, ...call }): StoredCall => ({
      ...call,
      digest: JSON.parse(digest),
      trail: JSON.parse(trail),
      body: body ?? undefined,
    }),
  );
  return { calls, last: rows.at(-1)?.seq ?? '0' };
}

/** Reads the head of a ledger. */
export async function ledgerHead(database: Database, run: string): Promise<LedgerHead | undefined> {
  const [row] = await database.read<{ length: number; facts: string | null }>(
    `select facts, (select coalesce(max(idx) + 1, 0) from @.accepted a
       where a.ledger = l.id) as length
     from @.ledger l where run = $1`,
    [run],
  );
  return row && { length: row.length, facts: row.facts ?? undefined };
}

/** Reads a page of accepted steps. */
export function stepsFrom(
  database: Database,
  run: string,
  page: { readonly from: number; readonly count: number },
): Promise<StoredStep[]> {
  return database.read<StoredStep>(
    `select action, votes, flagged, cost_usd as "costUsd" from @.accepted
     where ledger = (select id from @.ledger where run = $1) and idx >= $2 and idx < $3
     order by idx`,
    [run, page.from, page.from + page.count],
  );
}

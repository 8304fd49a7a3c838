import type { SQLInputValue } from 'node:sqlite';
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
import { nowMs } from './run-rows.ts';

/** Reads rows, on this thread or beside it. */
export interface Reader {
  /** Few rows, at once. */
  now<Row>(sql: string, values: readonly SQLInputValue[]): Row[];
  /** Any number of rows, beside the event loop. */
  aside<Row>(sql: string, values: readonly SQLInputValue[]): Promise<Row[]>;
}

type Row<Stored, Changed extends keyof Stored, As> = Omit<Stored, Changed> & Record<Changed, As>;
type StoredRow = Row<StoredRun, 'degraded', number>;
type EgressRow = Row<StoredEgress, 'pruned', number>;

const runColumns = `id, begun_at as begunAt, ended_at as endedAt, state, error,
  case when state = 'running' and until_ms >= ${nowMs} then holder end as holder, calls,
  cloud_calls as cloudCalls,
  case when unpriced = 0 then cost_usd end as costUsd, left_calls as leftCalls,
  left_characters as leftCharacters,
  owner, parent, title, pattern, model, answered_by as answeredBy, place, degraded,
  saved_usd as savedUsd, baseline,
  coverage`;
const egressColumns =
  'run, at, destination, place, purpose, characters, tokens, content_hash as contentHash, ' +
  'masked, label, not exists (select 1 from run where run.id = egress.run) as pruned';
const callColumns = `at, trail, model, place, input_tokens as inputTokens,
  cached_tokens as cachedTokens,
  output_tokens as outputTokens, cost_usd as costUsd, characters, attempts, start_ms as startMs,
  duration_ms as durationMs`;

/** Lists runs, newest first. */
export async function listRuns(
  reader: Reader,
  { limit, after, owner, state, skip }: RunQuery,
): Promise<RunPage> {
  const cursor = after === undefined ? undefined : placeOf(after);
  const conditions = [
    ...(owner === undefined ? [] : ['owner = ?']),
    ...(state === undefined ? [] : ['state = ?']),
    ...(cursor === undefined ? [] : ['(begun_at, id) < (?, ?)']),
  ];
  const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
  const values = [owner, state, cursor?.begunAt, cursor?.id, limit + 1, skip].filter(
    value => value !== undefined,
  );
  const sorted = `${where} order by begun_at desc, id desc limit ?`;
  // Passed over in the index alone: of what is skipped no row is read.
  const sql =
    skip === undefined
      ? `select ${runColumns} from run ${sorted}`
      : `select ${runColumns} from run where id in (select id from run ${sorted} offset ?)
         order by begun_at desc, id desc`;
  const rows = await reader.aside<StoredRow>(sql, values);
  const runs = rows.slice(0, limit).map(runOf);
  const last = rows.length > limit ? runs.at(-1) : undefined;
  return { runs, ...(last && { next: cursorOf(last) }) };
}

/** Sums runs by day. */
export function tallyRuns(reader: Reader, since: string): Promise<DayTotals[]> {
  return reader.aside<DayTotals>(
    `select substr(begun_at, 1, 10) as day, owner, pattern, answered_by as answeredBy, place,
     baseline, count(*) as runs, sum(state = 'failed') as failed, sum(calls) as calls,
     sum(cloud_calls) as cloudCalls, sum(cost_usd) as costUsd, sum(unpriced > 0) as unpriced,
     coalesce(sum(saved_usd), 0) as savedUsd, count(saved_usd) as compared,
     sum(left_calls) as leftCalls, sum(left_characters) as leftCharacters
     from run where begun_at >= ? group by 1, 2, 3, 4, 5, 6`,
    [since],
  );
}

function runOf<Kind extends StoredRow>(row: Kind): Omit<Kind, 'degraded'> & { degraded: boolean } {
  return { ...row, degraded: row.degraded === 1 };
}

/** Reads a run with all that was recorded of it. */
export async function readRun(reader: Reader, run: string): Promise<RunRecord | undefined> {
  const [row] = await reader.aside<StoredRow & Pick<RunRecord, 'program' | 'summary'>>(
    `select ${runColumns}, program, summary from run where id = ?`,
    [run],
  );
  if (!row) return undefined;
  const [documents, decisions, steps, egress] = await Promise.all([
    reader.aside<DocumentEntry>(
      'select hash, title, characters, label from document where run = ? order by title',
      [run],
    ),
    reader.aside<Row<Row<DecisionEntry, 'trail', string>, 'degraded', number>>(
      `select at, trail, answered_by as answeredBy, place, reason, confidence, degraded
       from decision where run = ? order by seq`,
      [run],
    ),
    reader.aside<Row<StoredCall, 'trail', string> & { answer: string | null }>(
      `select ${callColumns}, answer from call where run = ? order by seq`,
      [run],
    ),
    reader.aside<EgressRow>(`select ${egressColumns} from egress where run = ? order by seq`, [
      run,
    ]),
  ]);
  return {
    ...runOf(row),
    documents,
    decisions: decisions.map(each => ({
      ...each,
      trail: JSON.parse(each.trail),
      degraded: each.degraded === 1,
    })),
    steps: steps.map(({ answer, ...each }) => ({
      ...each,
      trail: JSON.parse(each.trail),
      isFinished: answer !== null,
    })),
    egress: egress.map(egressOf),
  };
}

/** Lists what left since an ISO time, oldest first. */
export async function listEgress(reader: Reader, since: string): Promise<StoredEgress[]> {
  const rows = await reader.aside<EgressRow>(
    `select ${egressColumns} from egress where at >= ? order by seq`,
    [since],
  );
  return rows.map(egressOf);
}

/** Reads what left a run, by its hash; undefined where it is not kept. */
export async function readSent(reader: Reader, run: string, contentHash: string) {
  const [row] = await reader.aside<{ body: string }>(
    `select body from content where hash = ?2 and exists (select 1 from run where id = ?1)
     and exists (select 1 from egress where run = ?1 and content_hash = ?2)`,
    [run, contentHash],
  );
  return row?.body;
}

/** Lists what was removed, oldest first. */
export function listPrunings(reader: Reader): Promise<Pruning[]> {
  return reader.aside<Pruning>('select at, before, kind, count from pruning order by seq', []);
}

function egressOf(row: EgressRow): StoredEgress {
  return { ...row, pruned: row.pruned === 1 };
}

/** The last finished calls whose tokens and time are known. */
export function timedCalls(
  reader: Reader,
  most: number,
): Promise<(TimedCall & { model: string })[]> {
  return reader.aside(
    `select model, input_tokens as inputTokens, output_tokens as outputTokens,
    duration_ms as durationMs from call
     where answer is not null and input_tokens is not null and output_tokens is not null and
     duration_ms is not null
     order by seq desc limit ?`,
    [most],
  );
}

const callsSql = `select seq, key, slot, digest, ${callColumns}, answer, content.body from call
  left join content on content.hash = call.answer where run = ? and seq > ? order by seq limit ?`;

/** Reads a page of the calls of a run, from behind a number; the last page is shorter. */
export function callsFrom(reader: Reader, run: string, page: { after: number; count: number }) {
  const rows = reader.now<
    Row<Row<StoredCall, 'trail', string>, 'digest', string> & {
      seq: number;
      answer: string | null;
      body: string | null;
    }
  >(callsSql, [run, page.after, page.count]);
  const calls = rows.map(
    ({ seq: _seq, answer, body, digest, trail, ...call }): StoredCall => ({
      ...call,
      digest: JSON.parse(digest),
      trail: JSON.parse(trail),
      isFinished: answer !== null,
      body: body ?? undefined,
    }),
  );
  return { calls, last: rows.at(-1)?.seq ?? 0 };
}

/** Reads the head of a ledger. */
export function ledgerHead(reader: Reader, run: string): LedgerHead | undefined {
  const [row] = reader.now<{ length: number; facts: string | null }>(
    `select facts, (select coalesce(max(idx) + 1,
    0) from accepted where ledger = ledger.id) as length
     from ledger where run = ?`,
    [run],
  );
  return row && { length: row.length, facts: row.facts ?? undefined };
}

/** Reads a page of accepted steps. */
export function stepsFrom(
  reader: Reader,
  run: string,
  page: { from: number; count: number },
): StoredStep[] {
  return reader.now<StoredStep>(
    `select action, samples as votes, flagged, cost as costUsd from accepted
     where ledger = (select id from ledger where run = ?) and idx >= ? and idx < ? order by idx`,
    [run, page.from, page.from + page.count],
  );
}

import type { DatabaseSync } from 'node:sqlite';
import { TandemError } from '../../model/errors.ts';
import { copyBeside } from './copy-beside.ts';
import { moveServerState } from './server-state.ts';
import { requireShape } from './shape.ts';

/** Steps from one version of the store to the next; a step that has landed is never changed. */
const migrations: readonly string[] = [
  `create table run(
     id text primary key, begun_at text not null, ended_at text, state text not null, error text,
     program text
   ) without rowid;
   create table call(
     seq integer primary key, run text not null, at text not null, key text not null,
     slot text not null,
     digest text not null, trail text not null, model text not null, place text not null,
     input_tokens integer, cached_tokens integer, output_tokens integer, cost_usd real,
     characters integer not null, attempts integer not null, duration_ms real, answer text
   );
   create index call_by_run on call(run);
   create table crossing(
     seq integer primary key, run text not null, at text not null, destination text not null,
     purpose text not null,
     characters integer not null, tokens integer not null, content_hash text not null
   );
   create index crossing_by_run on crossing(run);
   create table content(hash text primary key, body text not null) without rowid;`,
  'alter table crossing add column masked integer not null default 0',
  "alter table crossing add column label text not null default 'cloud-allowed'",
  `create table step(
     run text not null, idx integer not null, action text not null, votes integer not null,
     cost real not null,
     primary key(run, idx)
   ) without rowid`,
  `create table decision(
     seq integer primary key, run text not null, at text not null, trail text not null,
     answered_by text not null,
     place text not null, reason text not null, confidence real, degraded integer not null
   );
   create index decision_by_run on decision(run)`,
  `create table document(
     run text not null, hash text not null, title text not null, characters integer not null,
     label text not null,
     primary key(run, hash)
   ) without rowid`,
  'alter table run add column masking_key text',
  "create index call_by_time on call(at) where place = 'cloud'",
  `create table kept_document(
     id text primary key, title text not null, characters integer not null, kept_at text not null,
     body text not null
   ) without rowid;
   create table reading(
     document text not null, key text not null, body text not null, primary key(document, key)
   ) without rowid`,
  // A run's id once instead of at each of a million steps.
  `create table ledger(id integer primary key, run text not null unique, facts text);
   insert into ledger(run) select distinct run from step;
   create table accepted(
     ledger integer not null, idx integer not null, action text not null, samples integer not null,
     flagged integer not null, cost real, primary key(ledger, idx)
   ) without rowid;
   insert into accepted(ledger, idx, action, samples, flagged, cost)
     select ledger.id, step.idx, step.action, step.votes, 0,
     step.cost from step join ledger on ledger.run = step.run;
   drop table step`,
  // Looked for four times a second while runs are at work: without it, in every run there ever was.
  "create index run_cancelled on run(id) where state = 'cancelled'",
  // Runs have owners and are listed by one index; what several processes spend and keep is theirs
  // together.
  `alter table crossing rename to egress;
   alter table egress add column place text not null default 'cloud';
   alter table run add column holder text;
   alter table run add column token integer not null default 1;
   alter table run add column until_ms integer not null default 0;
   alter table run add column calls integer not null default 0;
   alter table run add column cloud_calls integer not null default 0;
   alter table run add column cost_usd real not null default 0;
   alter table run add column unpriced integer not null default 0;
   alter table run add column left_calls integer not null default 0;
   alter table run add column left_characters integer not null default 0;
   alter table run add column owner text;
   alter table run add column parent text;
   alter table run add column title text;
   alter table run add column pattern text;
   alter table run add column model text;
   alter table run add column answered_by text;
   alter table run add column place text;
   alter table run add column degraded integer not null default 0;
   alter table run add column saved_usd real;
   alter table run add column baseline text;
   alter table run add column coverage text;
   alter table run add column summary text;
   alter table call add column start_ms real not null default 0;
   update run set (calls, cloud_calls, cost_usd, unpriced) = (
     select count(*), coalesce(sum(place = 'cloud'), 0), coalesce(sum(cost_usd), 0),
     coalesce(sum(cost_usd is null), 0)
     from call where call.run = run.id);
   update run set (left_calls, left_characters) = (
     select count(*), coalesce(sum(characters), 0) from egress where egress.run = run.id);
   drop index run_cancelled;
   drop index call_by_time;
   create index run_by_time on run(begun_at desc, id desc);
   create index run_by_owner on run(owner, begun_at desc, id desc) where owner is not null;
   create table account(
     id text not null, day text not null, spent_usd real not null default 0,
     spent_tokens real not null default 0,
     reserved_usd real not null default 0, reserved_tokens real not null default 0,
     primary key(id, day)
   ) without rowid;
   create table reservation(
     id text not null, account text not null, day text not null, usd real not null,
     tokens real not null,
     until_ms integer not null, swept integer not null default 0, primary key(id, account)
   ) without rowid;
   create index reservation_by_time on reservation(until_ms) where swept = 0;
   insert into account(id, day, spent_usd, spent_tokens)
     select 'journal', substr(at, 1, 10), coalesce(sum(cost_usd), 0),
       sum(coalesce(input_tokens, 0) + coalesce(output_tokens,
       0)) from call where place = 'cloud' group by 2;
   create table kept(
     seq integer primary key, kind text not null, owner text not null, id text not null,
     at text not null,
     head text not null, size integer not null, body blob not null, unique(kind, owner, id)
   );
   create index kept_by_kind on kept(kind, seq);
   insert into kept(kind, owner, id, at, head, size, body)
     select 'document', '', id, kept_at, json_object('title', title), characters,
     body from kept_document;
   insert into kept(kind, owner, id, at, head, size, body)
     select 'reading', document, key, '', '', length(body), body from reading;
   drop table kept_document;
   drop table reading`,
  // Rows come in the order of time: they fill the pages of a rising index, and leave those of a
  // falling one half empty.
  `drop index run_by_time;
   drop index run_by_owner;
   create index run_by_time on run(begun_at, id);
   create index run_by_owner on run(owner, begun_at, id) where owner is not null`,
  // The record of what left outlives its runs, and says what was removed.
  `create table pruning(
     seq integer primary key, at text not null, before text not null, kind text not null,
     count integer not null
   )`,
];

// By a sealed text the next one who opens the store is asked for its key.
const sealedSql = `insert or ignore into kept(kind, owner, id, at, head, size, body)
  select 'setting', '', 'seal', '', '', 0, sealed from (
    select body as sealed from content where body like 'aes-256-gcm:%'
    union all select program from run where program like 'aes-256-gcm:%'
    union all select masking_key from run where masking_key like 'aes-256-gcm:%'
    union all select body from kept where body like 'aes-256-gcm:%'
    union all select body ->> 'body' from kept
      where kind = 'response' and body ->> 'body' like 'aes-256-gcm:%'
  ) limit 1`;

// Stores before this version are of Tandem 0.1: they are copied before they are changed.
const firstWithOwners = 12;
const firstWithSeal = 14;

/**
 * Refuses a store that a newer program has made, before anything in it is changed. @throws
 * TandemError `journal_failed`
 */
export function checkVersion(database: DatabaseSync, file: string): void {
  const version = versionOf(database);
  if (version <= migrations.length) return;
  throw new TandemError(
    'journal_failed',
    `The journal ${file} is of version ${version}, this program knows ${migrations.length}. ` +
      'Update Tandem, or name ' +
      'another file.',
    { data: { version, known: migrations.length } },
  );
}

/**
 * Brings a store to the newest version, under the file's write lock. One of Tandem 0.1, a journal
 * or what a server kept, is copied beside before that. @throws TandemError `journal_failed`
 */
export function migrate(database: DatabaseSync, path: string): void {
  if (versionOf(database) === migrations.length) {
    requireShape(database, path, migrations);
    return;
  }
  database.exec('begin immediate');
  try {
    // Another process may have been faster.
    const version = versionOf(database);
    if (version < firstWithOwners && tablesIn(database) > 0) copyBeside(path);
    for (let next = version; next < migrations.length; next++) database.exec(migrations[next]!);
    moveServerState(database);
    if (version === 0) database.exec(markScrubbed);
    if (version < firstWithSeal) database.exec(sealedSql);
    requireShape(database, path, migrations);
    database.exec(`pragma user_version = ${migrations.length}`);
    database.exec('commit');
  } catch (error) {
    database.exec('rollback');
    throw error;
  }
}

// "tndm", in the header of a file that holds nothing of what was deleted before stores took care.
const scrubbedId = 0x74_6e_64_6d;

/** Notes that a file holds nothing of what was deleted. */
export const markScrubbed = `pragma application_id = ${scrubbedId}`;

/** Reads whether it does. */
export const scrubbedSql = `select application_id = ${scrubbedId} as isScrubbed
  from pragma_application_id`;

function tablesIn(database: DatabaseSync): number {
  const row = database
    .prepare("select count(*) as count from sqlite_master where type = 'table'")
    .get();
  return (row as { count: number }).count;
}

function versionOf(database: DatabaseSync): number {
  const row = database.prepare('pragma user_version').get() as { user_version: number };
  return row.user_version;
}

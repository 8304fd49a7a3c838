import type { DatabaseSync } from 'node:sqlite';
import { TandemError } from '../model/errors.ts';

/** Steps from one version of the store to the next; a step that has landed is never changed. */
const migrations: readonly string[] = [
  `create table run(
     id text primary key, begun_at text not null, ended_at text, state text not null, error text, program text
   ) without rowid;
   create table call(
     seq integer primary key, run text not null, at text not null, key text not null, slot text not null,
     digest text not null, trail text not null, model text not null, place text not null,
     input_tokens integer, cached_tokens integer, output_tokens integer, cost_usd real,
     characters integer not null, attempts integer not null, duration_ms real, answer text
   );
   create index call_by_run on call(run);
   create table crossing(
     seq integer primary key, run text not null, at text not null, destination text not null, purpose text not null,
     characters integer not null, tokens integer not null, content_hash text not null
   );
   create index crossing_by_run on crossing(run);
   create table content(hash text primary key, body text not null) without rowid;`,
  'alter table crossing add column masked integer not null default 0',
  "alter table crossing add column label text not null default 'cloud-allowed'",
  `create table step(
     run text not null, idx integer not null, action text not null, votes integer not null, cost real not null,
     primary key(run, idx)
   ) without rowid`,
  `create table decision(
     seq integer primary key, run text not null, at text not null, trail text not null, answered_by text not null,
     place text not null, reason text not null, confidence real, degraded integer not null
   );
   create index decision_by_run on decision(run)`,
  `create table document(
     run text not null, hash text not null, title text not null, characters integer not null, label text not null,
     primary key(run, hash)
   ) without rowid`,
  'alter table run add column masking_key text',
  "create index call_by_time on call(at) where place = 'cloud'",
  `create table kept_document(
     id text primary key, title text not null, characters integer not null, kept_at text not null, body text not null
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
     select ledger.id, step.idx, step.action, step.votes, 0, step.cost from step join ledger on ledger.run = step.run;
   drop table step`,
  // Looked for four times a second while runs are at work: without it, in every run there ever was.
  "create index run_cancelled on run(id) where state = 'cancelled'",
];

/** Refuses a store that a newer program has made, before anything in it is changed. @throws TandemError `journal_failed` */
export function checkVersion(database: DatabaseSync, file: string): void {
  const version = versionOf(database);
  if (version <= migrations.length) return;
  throw new TandemError(
    'journal_failed',
    `The journal ${file} is of version ${version}, this program knows ${migrations.length}. Update Tandem, or name ` +
      'another file.',
    { data: { version, known: migrations.length } },
  );
}

/** Brings a store to the newest version. */
export function migrate(database: DatabaseSync): void {
  const version = versionOf(database);
  if (version === migrations.length) return;
  database.exec('begin immediate');
  try {
    // Another process may have been faster.
    for (let next = versionOf(database); next < migrations.length; next++) database.exec(migrations[next]!);
    database.exec(`pragma user_version = ${migrations.length}`);
    database.exec('commit');
  } catch (error) {
    database.exec('rollback');
    throw error;
  }
}

function versionOf(database: DatabaseSync): number {
  const row = database.prepare('pragma user_version').get() as { user_version: number };
  return row.user_version;
}

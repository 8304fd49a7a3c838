import type { DatabaseSync } from 'node:sqlite';
import { TandemError } from '../../model/errors.ts';
import { copyBeside } from './copy-beside.ts';
import steps from './migrations.json' with { type: 'json' };
import { moveServerState } from './server-state.ts';
import { requireShape } from './shape.ts';

/** Steps from one version of the store to the next; a step that has landed is never changed. */
const migrations: readonly string[] = steps.map(({ sql }) => sql.join('\n'));

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

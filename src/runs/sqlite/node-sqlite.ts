import type { DatabaseSync } from 'node:sqlite';
import { TandemError } from '../../model/errors.ts';

/**
 * Finds SQLite of the runtime, which is looked for only now: not every version of every runtime has
 * it, and whoever keeps no file does not need it. @throws TandemError `journal_failed` where there
 * is none
 */
export function databaseSync(): typeof DatabaseSync {
  const sqlite = process.getBuiltinModule('node:sqlite');
  if (sqlite) return sqlite.DatabaseSync;
  const message =
    'A journal needs `node:sqlite`, which this runtime does not have. Use Node 22.13 or later, ' +
    'the path ":memory:", or no journal.';
  throw new TandemError('journal_failed', message, { data: { module: 'node:sqlite' } });
}

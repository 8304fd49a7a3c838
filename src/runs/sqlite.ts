import type { DatabaseSync } from 'node:sqlite';
import { TandemError } from '../model/errors.ts';

/**
 * Opens an SQLite file by the module of the runtime, which is looked for only now: not every version of every runtime
 * has it, and whoever keeps no journal does not need it. @throws TandemError `journal_failed` where there is none
 */
export function openSqlite(path: string): DatabaseSync {
  const sqlite = process.getBuiltinModule('node:sqlite');
  if (sqlite) return new sqlite.DatabaseSync(path);
  const message =
    'A journal needs `node:sqlite`, which this runtime does not have. Use Node 22.13 or later, or keep no journal.';
  throw new TandemError('journal_failed', message, { data: { module: 'node:sqlite' } });
}

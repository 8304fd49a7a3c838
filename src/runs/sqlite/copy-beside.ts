import { existsSync, renameSync, rmSync } from 'node:fs';
import { databaseSync } from './node-sqlite.ts';
import { ownFiles } from './own-files.ts';

/**
 * Copies a store of Tandem 0.1 to `FILE.0.1`, if no copy is there; whoever calls holds the file's
 * write lock.
 */
export function copyBeside(path: string): void {
  const copy = `${path}.0.1`;
  if (existsSync(copy)) return;
  // Under another name until it is whole: a start that was killed in between must not leave half a
  // copy.
  const part = `${copy}.part`;
  rmSync(part, { force: true });
  // By a connection of its own: it reads beside the lock, and a copy by pages takes the write-ahead
  // log along.
  const Database = databaseSync();
  const reader = new Database(path);
  try {
    reader.prepare('vacuum into ?').run(part);
  } finally {
    reader.close();
  }
  ownFiles(part);
  renameSync(part, copy);
}

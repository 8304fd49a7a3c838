import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { basename, dirname } from 'node:path';

const folderMode = 0o700;
const fileMode = 0o600;

/** Makes the folder of a file, which nobody else may read; so may none that bears our name. */
export function ownFolder(path: string): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: folderMode });
  if (basename(folder) === '.tandem') restrict(folder, folderMode);
}

/** Makes a file that nobody else may read, or makes one so. */
export function ownFile(path: string): void {
  if (existsSync(path)) restrict(path, fileMode);
  else closeSync(openSync(path, 'a', fileMode));
}

/** The same for the logs beside it, which an earlier version may have left readable. */
export function ownLogs(path: string): void {
  for (const log of [`${path}-wal`, `${path}-shm`]) if (existsSync(log)) restrict(log, fileMode);
}

function restrict(path: string, mode: number): void {
  try {
    chmodSync(path, mode);
  } catch {
    // It belongs to another user, who says who may read it.
  }
}

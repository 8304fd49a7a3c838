import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { requireRegularFile } from '../../model/regular-file.ts';

const folderMode = 0o700;
const fileMode = 0o600;

/** Makes the folder of a file, which nobody else may read; so may none that bears our name. */
export function ownFolder(path: string): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: folderMode });
  if (basename(folder) === '.tandem') restrict(folder, folderMode);
}

/**
 * Makes a file that nobody else may read; one that is there may hold anything yet. @throws
 * TandemError `invalid_argument` where it is no regular file
 */
export function makeOwn(path: string): void {
  if (existsSync(path)) requireRegularFile(path);
  else closeSync(openSync(path, 'a', fileMode));
}

/** Makes a store that is there readable for its owner alone, and the logs beside it. */
export function ownFiles(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`])
    if (existsSync(file)) restrict(file, fileMode);
}

function restrict(path: string, mode: number): void {
  try {
    chmodSync(path, mode);
  } catch {
    // It belongs to another user, who says who may read it.
  }
}

import { readFileSync, statSync } from 'node:fs';
import { TandemError } from '../../model/errors.ts';

const busyCode = 5;
// Byte of the `-shm` file that whoever writes to the log has locked (SQLite's "WAL-Index Format").
const writeLockByte = '120';

/** Tells whether an error of SQLite says that another connection holds the file. */
export function isBusy(error: unknown): boolean {
  const { errcode } = (error ?? {}) as { errcode?: unknown };
  return typeof errcode === 'number' && (errcode & 0xff) === busyCode;
}

/**
 * The error of a write that has waited too long; it names the process that holds the file, where
 * that can be told.
 */
export function storeBusy(path: string, waitedMs: number): TandemError {
  const pid = writerOf(path);
  const who = pid === undefined ? 'another process' : `the process ${pid}`;
  return new TandemError(
    'store_busy',
    `The store ${path} has been held for writing by ${who} for ${waitedMs} ms, so nothing can be ` +
      'recorded. See whether ' +
      'it is stopped, and let it go on or end it.',
    { data: { path, waitedMs, ...(pid !== undefined && { pid }) } },
  );
}

// Linux tells who holds which lock of which file.
function writerOf(path: string): number | undefined {
  try {
    const inode = String(statSync(`${path}-shm`).ino);
    for (const line of readFileSync('/proc/locks', 'utf8').split('\n')) {
      const [, , , kind, pid, file = '', start] = line.trim().split(/\s+/);
      if (kind === 'WRITE' && file.split(':')[2] === inode && start === writeLockByte)
        return Number(pid);
    }
  } catch {
    // Told without a name.
  }
  return undefined;
}

import { closeSync, fdatasync, fdatasyncSync, openSync } from 'node:fs';
import type { TandemError } from '../../model/errors.ts';

/** Somebody who waits until a commit is on the disk. */
export interface Committed {
  /** Whether the disk is waited for; what is not waits for company. */
  readonly isAwaited: boolean;
  readonly resolve: () => void;
  readonly reject: (error: TandemError) => void;
}

// What nobody waits for is synced with the next commit that somebody does, or after so long.
const lagMs = 25;

/** Brings the write-ahead log of a file to the disk, on another thread, for all that was committed meanwhile together. */
export class LogSync {
  readonly #log: number | undefined;
  readonly #failed: (error: unknown) => TandemError;
  #unsynced: Committed[] = [];
  #isSyncing = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;

  /** A file in memory has no log. */
  constructor(logPath: string | undefined, failed: (error: unknown) => TandemError) {
    this.#log = logPath === undefined ? undefined : openSync(logPath, 'r+');
    this.#failed = failed;
  }

  add(committed: Committed): void {
    this.#unsynced.push(committed);
  }

  /** Syncs what was added, unless a sync is at work: that of the next takes it along. */
  sync(isDue = false): void {
    const log = this.#log;
    if (this.#isSyncing || this.#unsynced.length === 0) return;
    if (log === undefined) {
      this.#settle(this.#unsynced.splice(0));
      return;
    }
    if (!isDue && !this.#unsynced.some(({ isAwaited }) => isAwaited)) {
      this.#timer ??= setTimeout(() => this.sync(true), lagMs);
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const durable = this.#unsynced.splice(0);
    this.#isSyncing = true;
    fdatasync(log, error => {
      this.#isSyncing = false;
      if (this.#isClosed) closeSync(log);
      this.#settle(durable, error ? this.#failed(error) : undefined);
      this.sync();
    });
  }

  /** Syncs what is left, now. */
  close(): void {
    clearTimeout(this.#timer);
    const log = this.#log;
    if (log !== undefined) {
      fdatasyncSync(log);
      // A sync that is at work keeps the number; it is closed when that is done.
      if (!this.#isSyncing) closeSync(log);
    }
    this.#isClosed = true;
    this.#settle(this.#unsynced.splice(0));
  }

  #settle(durable: readonly Committed[], failure?: TandemError): void {
    for (const { resolve, reject } of durable) {
      if (failure) reject(failure);
      else resolve();
    }
  }
}

import { closeSync, fdatasync, fdatasyncSync, openSync } from 'node:fs';
import type { TandemError } from '../../model/errors.ts';

/** Somebody who waits until a commit is on the disk, and what they are told then. */
export interface Awaited<T> {
  value: T;
  readonly resolve: (value: T) => void;
  readonly reject: (error: TandemError) => void;
}

// What nobody waits for is synced with the next commit that somebody does, or after so long.
const lagMs = 25;

/**
 * Brings the write-ahead log of a file to the disk, on another thread, for all that was committed
 * meanwhile together.
 */
export class LogSync {
  readonly #log: number;
  readonly #failed: (error: unknown) => TandemError;
  #awaited: Awaited<unknown>[] = [];
  #isSyncing = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(logPath: string, failed: (error: unknown) => TandemError) {
    this.#log = openSync(logPath, 'r+');
    this.#failed = failed;
  }

  /** Syncs what was committed, at once if somebody waits; a sync at work is followed by another. */
  sync(awaited: readonly Awaited<unknown>[]): void {
    this.#awaited.push(...awaited);
    if (this.#isSyncing) return;
    if (this.#awaited.length > 0) this.#start();
    else this.#timer ??= setTimeout(() => this.#start(), lagMs);
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isSyncing) return;
    this.#isSyncing = true;
    const durable = this.#awaited;
    this.#awaited = [];
    fdatasync(this.#log, error => {
      this.#isSyncing = false;
      if (this.#isClosed) closeSync(this.#log);
      const failure = error ? this.#failed(error) : undefined;
      for (const { value, resolve, reject } of durable) {
        if (failure) reject(failure);
        else resolve(value);
      }
      if (this.#awaited.length > 0 && !this.#isClosed) this.#start();
    });
  }

  /** Syncs what is left, now. */
  close(): void {
    clearTimeout(this.#timer);
    fdatasyncSync(this.#log);
    // A sync that is at work keeps the number; it is closed when that is done.
    if (!this.#isSyncing) closeSync(this.#log);
    this.#isClosed = true;
    for (const { value, resolve } of this.#awaited.splice(0)) resolve(value);
  }
}

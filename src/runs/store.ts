import { closeSync, fdatasync, fdatasyncSync, mkdirSync, openSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { TandemError } from '../model/errors.ts';
import { checkVersion, migrate } from './schema.ts';
import { openSqlite } from './sqlite.ts';

/** Values by the names of their marks, or in the order of marks without one. */
type Values = Record<string, SQLInputValue> | readonly SQLInputValue[];

/** One statement to be carried out. */
export interface Write {
  readonly sql: string;
  readonly values: Values;
}

interface Waiting {
  readonly writes: readonly Write[] | (() => readonly Write[]);
  /** Whether somebody waits for the disk. */
  readonly isDurable: boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

// A row that nobody waits for goes to the file with the next one that somebody does, or after so long; likewise a sync.
const noteMs = 25;

// How long another process may hold the file before that is an error.
const busyMs = 10_000;

/**
 * One SQLite file. Writes of one turn of the event loop share a transaction, and are durable when their promise
 * resolves: the log is brought to the disk on another thread, for all writes that have come meanwhile together, so that
 * the event loop never waits for a disk. Several processes may use the file.
 */
export class Store {
  readonly file: string;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #waiting: Waiting[] = [];
  #isScheduled = false;
  #timer: NodeJS.Timeout | undefined;
  /** The write-ahead log, whose bytes make a commit durable; absent in memory. */
  readonly #log: number | undefined;
  #committed: Waiting[] = [];
  #isSyncing = false;
  #isClosed = false;
  #syncTimer: NodeJS.Timeout | undefined;
  #noteFailure: TandemError | undefined;

  /** Opens the file, and makes it if it is not there. @throws TandemError `journal_failed` */
  constructor(path: string) {
    this.file = basename(path);
    try {
      if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
      this.#database = openSqlite(path);
      this.#database.exec(`pragma busy_timeout = ${busyMs}`);
      checkVersion(this.#database, this.file);
      // `normal` leaves the log of a commit to us; before it writes to the file itself, SQLite syncs the log too.
      this.#database.exec('pragma journal_mode = wal; pragma synchronous = normal');
      migrate(this.#database);
      this.#log = path === ':memory:' ? undefined : openSync(`${path}-wal`, 'r+');
    } catch (error) {
      throw this.#failure('cannot be opened', error);
    }
  }

  /** Writes rows together; resolves when they are on disk. @throws TandemError `journal_failed` */
  write(writes: readonly Write[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ writes, isDurable: true, resolve, reject });
      if (this.#isScheduled) return;
      this.#isScheduled = true;
      setImmediate(() => this.flush());
    });
  }

  /**
   * Writes rows that may be lost with the process; nobody waits for them, and they cost no sync of their own. A
   * function makes them when they are due.
   */
  note(writes: readonly Write[] | (() => readonly Write[])): void {
    this.#waiting.push({ writes, isDurable: false, resolve: () => {}, reject: () => {} });
    if (this.#isScheduled) return;
    this.#timer ??= setTimeout(() => this.flush(), noteMs);
  }

  /** Tells of notes that could not be written, once. @throws TandemError `journal_failed` */
  requireSound(): void {
    const failure = this.#noteFailure;
    this.#noteFailure = undefined;
    if (failure) throw failure;
  }

  /** Commits what is waiting, now; it is durable when its promises resolve. */
  flush(): void {
    this.#isScheduled = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    try {
      this.#commit(this.#madeBy(waiting));
      this.#committed.push(...waiting);
      this.#sync();
    } catch (error) {
      const failure = this.#failure('cannot be written', error);
      this.#noteFailure = failure;
      for (const { reject } of waiting) reject(failure);
    }
  }

  /** Reads rows, those that still wait to be written included. @throws TandemError `journal_failed` */
  read<Row>(sql: string, values: Values = {}): Row[] {
    this.flush();
    try {
      return allOf(this.#prepare(sql), values) as Row[];
    } catch (error) {
      throw this.#failure('cannot be read', error);
    }
  }

  /** Reads rows that have been committed: what is noted may be missing. @throws TandemError `journal_failed` */
  readCommitted<Row>(sql: string, values: Values = {}): Row[] {
    try {
      return allOf(this.#prepare(sql), values) as Row[];
    } catch (error) {
      throw this.#failure('cannot be read', error);
    }
  }

  /** Commits what is waiting and closes the file. */
  close(): void {
    this.flush();
    clearTimeout(this.#syncTimer);
    const log = this.#log;
    if (log !== undefined) {
      fdatasyncSync(log);
      // One that is at work keeps the number; it is closed when that is done.
      if (!this.#isSyncing) closeSync(log);
    }
    this.#isClosed = true;
    this.#database.close();
    for (const { resolve } of this.#committed.splice(0)) resolve();
  }

  // One sync at a time: writes that are committed meanwhile share the next.
  #sync(isDue = false): void {
    if (this.#isSyncing || this.#committed.length === 0) return;
    const isAwaited = this.#log === undefined || this.#committed.some(({ isDurable }) => isDurable);
    if (!isAwaited && !isDue) {
      this.#syncTimer ??= setTimeout(() => this.#sync(true), noteMs);
      return;
    }
    clearTimeout(this.#syncTimer);
    this.#syncTimer = undefined;
    const durable = this.#committed.splice(0);
    const log = this.#log;
    if (log === undefined) {
      for (const { resolve } of durable) resolve();
      return;
    }
    this.#isSyncing = true;
    fdatasync(log, error => {
      this.#isSyncing = false;
      if (this.#isClosed) closeSync(log);
      const failure = error ? this.#failure('cannot be written', error) : undefined;
      if (failure) this.#noteFailure = failure;
      for (const { resolve, reject } of durable) {
        if (failure) reject(failure);
        else resolve();
      }
      this.#sync();
    });
  }

  // What cannot be made is left out, and told of: it would take the writes of others with it.
  #madeBy(waiting: readonly Waiting[]): Write[] {
    return waiting.flatMap(({ writes }) => {
      if (typeof writes !== 'function') return writes;
      try {
        return writes();
      } catch (error) {
        this.#noteFailure = this.#failure('cannot be written', error);
        return [];
      }
    });
  }

  #commit(writes: readonly Write[]): void {
    this.#database.exec('begin immediate');
    try {
      for (const { sql, values } of writes) runWith(this.#prepare(sql), values);
      this.#database.exec('commit');
    } catch (error) {
      // A full disk has ended the transaction already; its own error is the one to tell.
      if (this.#database.isTransaction) this.#database.exec('rollback');
      throw error;
    }
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #failure(what: string, error: unknown): TandemError {
    if (TandemError.isInstance(error)) return error;
    const why = error instanceof Error ? error.message : String(error);
    return new TandemError(
      'journal_failed',
      `The journal ${this.file} ${what}: ${why}. Check the file, its folder and the space left, or name another file.`,
      { cause: error },
    );
  }
}

function runWith(statement: StatementSync, values: Values): void {
  if (isOrdered(values)) statement.run(...values);
  else statement.run(values);
}

function allOf(statement: StatementSync, values: Values): unknown[] {
  return isOrdered(values) ? statement.all(...values) : statement.all(values);
}

function isOrdered(values: Values): values is readonly SQLInputValue[] {
  return Array.isArray(values);
}

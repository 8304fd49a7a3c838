import { basename } from 'node:path';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { TandemError } from '../../model/errors.ts';
import type { Durability } from '../store.ts';
import { isBusy, storeBusy } from './busy.ts';
import { type Awaited, LogSync } from './log-sync.ts';
import { databaseSync } from './node-sqlite.ts';
import { makeOwn, ownFiles, ownFolder } from './own-files.ts';
import { checkVersion, migrate } from './schema.ts';

/** Values in the order of a statement's marks, which are bound faster than names are. */
type Values = readonly SQLInputValue[];

/** How a transaction reads and writes. */
export interface Access {
  /** Counts transactions: what one has found out holds for all of it. */
  readonly transaction: number;
  /** Carries a statement out; says how many rows it changed. */
  run(sql: string, values?: Values): number;
  all<Row>(sql: string, values?: Values): Row[];
  /** What is called if the transaction is undone. */
  readonly undos: (() => void)[];
}

/** Work that waits for its transaction; then what came of it, which waits for the disk. */
interface Waiting extends Awaited<unknown> {
  readonly work: (access: Access) => unknown;
  readonly durability: Durability;
  readonly sinceMs: number;
}

// A row that nobody waits for goes to the file with the next one that somebody does, or after so
// long; likewise a sync.
const noteMs = 25;
// How long a turn of the event loop may wait for another process; after that the wait goes on
// beside the loop.
const busyMs = 10;
// Pauses between two tries, with chance in them so that two processes do not keep meeting.
const pauseMs = { least: 10, more: 30 };
// Notes are kept while another process holds the file, up to this many.
const mostNotes = 20_000;

/**
 * One SQLite file, which several processes may use. Work of one turn of the event loop shares a
 * transaction. The log is brought to the disk on another thread, for all writes that have come
 * meanwhile together; a file that another process is writing to is waited for beside the event
 * loop.
 */
export class SqliteFile implements Access {
  readonly path: string;
  readonly name: string;
  /** Milliseconds that a write waits for another process. */
  readonly #patienceMs: number;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  transaction = 0;
  #waiting: Waiting[] = [];
  readonly undos: (() => void)[] = [];
  #isScheduled = false;
  #noteTimer: NodeJS.Timeout | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  /** Absent until the file is prepared. */
  #log: LogSync | undefined;
  #isClosed = false;
  #noteFailure: TandemError | undefined;
  /** Works of this process on another thread, which hold the file: what waits is not late. */
  #aside = 0;

  /** Opens the file, and makes it if it is not there. @throws TandemError `journal_failed` */
  constructor(path: string, options: { readonly patienceMs: number }) {
    this.path = path;
    this.name = basename(path);
    this.#patienceMs = options.patienceMs;
    this.#database = this.#open();
    try {
      this.#prepare();
    } catch (error) {
      // Another process that prepares the file at this moment is waited for with the first write.
      if (!isBusy(error)) throw this.failure('cannot be opened', error);
    }
  }

  #open(): DatabaseSync {
    try {
      const Database = databaseSync();
      ownFolder(this.path);
      makeOwn(this.path);
      const database = new Database(this.path);
      database.exec(`pragma busy_timeout = ${busyMs}`);
      return database;
    } catch (error) {
      throw this.failure('cannot be opened', error);
    }
  }

  #prepare(): LogSync {
    checkVersion(this.#database, this.name);
    // `normal` leaves the log of a commit to us; before it writes to the file itself, SQLite syncs
    // the log too.
    this.#database.exec(
      'pragma journal_mode = wal; pragma synchronous = normal; pragma secure_delete = on',
    );
    migrate(this.#database, this.path);
    ownFiles(this.path);
    this.#log = new LogSync(`${this.path}-wal`, error => {
      this.#noteFailure = this.failure('cannot be written', error);
      return this.#noteFailure;
    });
    return this.#log;
  }

  /**
   * Does work in a transaction that it may share; resolves with what it returns when that is on
   * disk (`synced`), in the file (`committed`), or, for what may be lost with the process
   * (`noted`), some time later. Work that throws a TandemError is refused alone: what it wrote
   * before stays, and the others go on. @throws TandemError `journal_failed`, `store_busy`
   */
  transact<T>(work: (access: Access) => T, durability: Durability = 'committed'): Promise<T> {
    return new Promise((resolve, reject) => {
      const sinceMs = performance.now();
      this.#waiting.push({
        work,
        durability,
        sinceMs,
        value: undefined,
        resolve: resolve as never,
        reject,
      });
      if (this.#isScheduled) return;
      this.#isScheduled = true;
      setImmediate(this.#write);
    });
  }

  /**
   * Does work that may be lost with the process; nobody waits for it, and it costs no sync of its
   * own.
   */
  note(work: (access: Access) => unknown): void {
    const sinceMs = performance.now();
    this.#waiting.push({
      work,
      durability: 'noted',
      sinceMs,
      value: undefined,
      resolve: ignore,
      reject: ignore,
    });
    if (!this.#isScheduled) this.#noteTimer ??= setTimeout(this.#write, noteMs);
  }

  /** Does work on the file on another thread. @throws TandemError `journal_failed` */
  async whileAside(work: () => Promise<void>): Promise<void> {
    this.#aside++;
    try {
      await work();
    } catch (error) {
      throw this.failure('cannot be written', error);
    } finally {
      this.#aside--;
    }
  }

  /** Tells of notes that could not be written, once. @throws TandemError `journal_failed` */
  requireSound(): void {
    const failure = this.#noteFailure;
    this.#noteFailure = undefined;
    if (failure) throw failure;
  }

  /**
   * Waits until what was asked for before is in the file. @throws TandemError `journal_failed`,
   * `store_busy`
   */
  async flush(): Promise<void> {
    if (this.#waiting.length === 0 && this.#log)
      return this.#isClosed ? this.#refuseClosed() : undefined;
    const flushed = this.transact(ignore);
    // Now, not at the end of the turn: a loop that never waits would else keep all that it writes
    // in memory.
    if (this.#retryTimer === undefined) this.#write();
    await flushed;
  }

  /** Reads rows that have been committed. @throws TandemError `journal_failed` */
  read<Row>(sql: string, values: Values = []): Row[] {
    try {
      return this.all<Row>(sql, values);
    } catch (error) {
      throw this.failure('cannot be read', error);
    }
  }

  /**
   * Commits what waits, and closes the file; here the process waits for another one that writes.
   */
  close(): void {
    if (this.#isClosed) return;
    const untilMs = performance.now() + this.#patienceMs;
    while (this.#waiting.length > 0 && performance.now() < untilMs) {
      this.#write();
      if (this.#waiting.length > 0)
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs.least);
    }
    clearTimeout(this.#noteTimer);
    clearTimeout(this.#retryTimer);
    this.#log?.close();
    this.#isClosed = true;
    this.#database.close();
    this.#refuse(this.#waiting.splice(0), storeBusy(this.path, this.#patienceMs));
  }

  #refuseClosed(): never {
    throw this.failure('cannot be written', 'it was closed');
  }

  readonly #write = (): void => {
    this.#isScheduled = false;
    clearTimeout(this.#noteTimer);
    this.#noteTimer = undefined;
    this.#retryTimer = undefined;
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    try {
      if (this.#isClosed) this.#refuseClosed();
      this.#commit(waiting, this.#log ?? this.#prepare());
    } catch (error) {
      if (isBusy(error)) this.#postpone(waiting);
      else this.#refuse(waiting, this.failure('cannot be written', error));
    }
  };

  // Puts work back, and tries again beside the event loop; what has waited too long is refused.
  #postpone(waiting: Waiting[]): void {
    const untilMs = performance.now() - this.#patienceMs;
    const late = waiting.filter(
      ({ durability, sinceMs }) => this.#aside === 0 && durability !== 'noted' && sinceMs < untilMs,
    );
    if (late.length > 0) this.#refuse(late, storeBusy(this.path, this.#patienceMs));
    this.#waiting = [...waiting.filter(each => !late.includes(each)), ...this.#waiting];
    const notes = this.#waiting.filter(({ durability }) => durability === 'noted');
    if (notes.length > mostNotes) {
      this.#waiting = this.#waiting.filter(({ durability }) => durability !== 'noted');
      this.#refuse(notes, storeBusy(this.path, this.#patienceMs));
    }
    // What comes meanwhile waits for this try, and schedules none of its own.
    this.#isScheduled = true;
    this.#retryTimer = setTimeout(this.#write, pauseMs.least + Math.random() * pauseMs.more);
  }

  #refuse(waiting: readonly Waiting[], failure: TandemError): void {
    if (waiting.some(({ durability }) => durability === 'noted')) this.#noteFailure = failure;
    for (const { reject } of waiting) reject(failure);
  }

  #commit(waiting: readonly Waiting[], log: LogSync): void {
    this.#database.exec('begin immediate');
    this.transaction++;
    this.undos.length = 0;
    let done: Waiting[] = [];
    try {
      done = waiting.filter(this.#isDone);
      this.#database.exec('commit');
    } catch (error) {
      // A full disk has ended the transaction already; its own error is the one to tell.
      if (this.#database.isTransaction) this.#database.exec('rollback');
      for (const undo of this.undos) undo();
      throw error;
    }
    const awaited: Waiting[] = [];
    for (const each of done) {
      if (each.durability === 'synced') awaited.push(each);
      else if (each.durability === 'committed') each.resolve(each.value);
    }
    log.sync(awaited);
  }

  // Does one piece of work; false if it was refused, and nobody waits for it any more.
  readonly #isDone = (waiting: Waiting): boolean => {
    try {
      waiting.value = waiting.work(this);
      return true;
    } catch (error) {
      if (!TandemError.isInstance(error)) throw error;
      if (waiting.durability === 'noted') this.#noteFailure = error;
      waiting.reject(error);
      return false;
    }
  };

  run(sql: string, values: Values = []): number {
    return Number(this.#statement(sql).run(...values).changes);
  }

  all<Row>(sql: string, values: Values = []): Row[] {
    return this.#statement(sql).all(...values) as Row[];
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  /** The error of a file that cannot be used, with what SQLite or the disk said. */
  failure(what: string, error: unknown): TandemError {
    if (TandemError.isInstance(error)) return error;
    const why = error instanceof Error ? error.message : String(error);
    return new TandemError(
      'journal_failed',
      `The journal ${this.name} ${what}: ${why}. Check the file, its folder and the space left, ` +
        'or name another file.',
      { cause: error },
    );
  }
}

function ignore(): void {}

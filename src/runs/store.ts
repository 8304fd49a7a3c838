import { mkdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { TandemError } from '../model/errors.ts';
import { checkVersion, migrate } from './schema.ts';

type Values = Record<string, SQLInputValue>;

interface Write {
  readonly sql: string;
  readonly values: Values;
}

interface Waiting {
  readonly writes: readonly Write[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

// How long another process may hold the file before that is an error.
const busyMs = 10_000;

/**
 * One SQLite file. Writes of one turn of the event loop share a transaction, and are durable when their promise
 * resolves; several processes may use the file.
 */
export class Store {
  readonly file: string;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #waiting: Waiting[] = [];
  #isScheduled = false;

  /** Opens the file, and makes it if it is not there. @throws TandemError `journal_failed` */
  constructor(path: string) {
    this.file = basename(path);
    try {
      if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
      this.#database = new DatabaseSync(path);
      this.#database.exec(`pragma busy_timeout = ${busyMs}`);
      checkVersion(this.#database, this.file);
      this.#database.exec('pragma journal_mode = wal; pragma synchronous = full');
      migrate(this.#database);
    } catch (error) {
      throw this.#failure('cannot be opened', error);
    }
  }

  /** Writes rows together; resolves when they are on disk. @throws TandemError `journal_failed` */
  write(writes: readonly Write[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ writes, resolve, reject });
      if (this.#isScheduled) return;
      this.#isScheduled = true;
      setImmediate(() => this.flush());
    });
  }

  /** Commits what is waiting, now. */
  flush(): void {
    this.#isScheduled = false;
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    try {
      this.#commit(waiting.flatMap(({ writes }) => writes));
      for (const { resolve } of waiting) resolve();
    } catch (error) {
      const failure = this.#failure('cannot be written', error);
      for (const { reject } of waiting) reject(failure);
    }
  }

  /** Reads rows, those that still wait to be written included. @throws TandemError `journal_failed` */
  read<Row>(sql: string, values: Values = {}): Row[] {
    this.flush();
    try {
      return this.#prepare(sql).all(values) as Row[];
    } catch (error) {
      throw this.#failure('cannot be read', error);
    }
  }

  /** Commits what is waiting and closes the file. */
  close(): void {
    this.flush();
    this.#database.close();
  }

  #commit(writes: readonly Write[]): void {
    this.#database.exec('begin immediate');
    try {
      for (const { sql, values } of writes) this.#prepare(sql).run(values);
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

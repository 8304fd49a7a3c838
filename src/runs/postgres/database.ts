import { setTimeout as pause } from 'node:timers/promises';
import type { Pool, PoolClient, PoolConfig } from 'pg';
import { TandemError } from '../../model/errors.ts';
import type { StoreOptions } from '../engine/store-engine.ts';
import { addressOf, type StoreAddress } from './address.ts';
import { hasMet, isAway, storeFailure } from './failure.ts';
import { loadPg, type Statement } from './load-pg.ts';
import { readText, storedText } from './stored-text.ts';

/** How a statement is carried out. */
interface Manner {
  /** Milliseconds until it is given up. Default: that of writes. */
  readonly timeoutMs?: number;
  /** Milliseconds for which it is tried again while the server is away. */
  readonly patienceMs?: number;
  /** Called before a statement is tried again, whose first try may have been carried out. */
  readonly again?: () => void;
}

// Handles that were closed and still write: who opens the same store waits for them.
const closing = new Map<string, Promise<unknown>>();
const longMs = 600_000;
const leastTimeoutMs = 1000;
const passwordMs = 5000;
const pauseMs = { least: 20, most: 250 };

/**
 * Statements on one database. Each stands for itself, so that a process that is stopped holds no
 * lock; none needs a session, so that a pooler may stand between.
 */
export class Database {
  readonly address: StoreAddress;
  readonly #options: StoreOptions;
  readonly #texts = new Map<string, string>();
  #pool: Pool | undefined;
  #prepare: ((database: Database) => Promise<void>) | undefined;
  #ready: Promise<void> | undefined;
  // Where a program gives it: before a connection is begun, which would be given up meanwhile.
  readonly #password: (() => Promise<string>) | undefined;
  #isClosed = false;
  #busy = 0;
  readonly #waiting: (() => void)[] = [];

  /** @throws TandemError `invalid_argument` */
  constructor(path: string, options: StoreOptions) {
    this.address = addressOf(path);
    this.#options = options;
    const { password } = options;
    if (typeof password === 'function') this.#password = lately(password);
  }

  get name(): string {
    return this.address.shown;
  }

  /** Milliseconds for which what was paid for is tried to be written. */
  get patienceMs(): number {
    return Math.max(4 * this.#options.patienceMs, 4000);
  }

  /** Begins to connect; `prepare` is what comes before the first statement. */
  begin(prepare: (database: Database) => Promise<void>): void {
    this.#prepare = prepare;
    // Whoever asks for something hears of it.
    this.#opening().catch(() => {});
  }

  // One that was away when it was asked first is asked again.
  #opening(): Promise<void> {
    this.#ready ??= this.#open().catch((error: unknown) => {
      if (TandemError.isInstance(error) && error.code === 'store_busy') this.#ready = undefined;
      throw error;
    });
    return this.#ready;
  }

  async #open(): Promise<void> {
    await closing.get(this.address.id);
    if (!this.#pool) {
      const { Pool } = await loadPg();
      this.#pool = new Pool(this.#settings());
      // An idle connection that breaks is replaced; without a listener it would end the process.
      this.#pool.on('error', () => {});
    }
    await this.#prepare?.(this);
  }

  /** Waits until the store may be used. @throws TandemError */
  async opened(): Promise<void> {
    this.requireOpen();
    await this.#opening();
    this.requireOpen();
  }

  /** @throws TandemError `journal_failed` for a store that was closed */
  requireOpen(): void {
    if (!this.#isClosed) return;
    throw new TandemError('journal_failed', `The store ${this.name} was closed. Open another one.`);
  }

  /** Carries a statement out that whoever uses the store asks for. */
  async all<Row>(sql: string, values: readonly unknown[] = [], manner?: Manner): Promise<Row[]> {
    await this.opened();
    return this.carryOut<Row>(sql, values, manner);
  }

  /** Carries out what was promised before the store was closed. */
  async allPromised<Row>(sql: string, values: readonly unknown[], manner?: Manner): Promise<Row[]> {
    await this.#opening();
    return this.carryOut<Row>(sql, values, manner);
  }

  /** Carries out what another part has written, with its own values and names. */
  async asIs(text: string, values?: unknown[]): Promise<{ rows: unknown[] }> {
    await this.opened();
    const statement: Statement = { text, values, query_timeout: longMs };
    return this.#inTurn(pool => pool.query(statement));
  }

  /** Reads any number of rows. */
  read<Row>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.all(sql, values, { timeoutMs: longMs });
  }

  /** Carries a statement out, also before the store is ready. `@.` stands for the schema. */
  async carryOut<Row>(
    sql: string,
    values: readonly unknown[] = [],
    { timeoutMs = this.#timeoutMs, patienceMs = this.#options.patienceMs, again }: Manner = {},
  ): Promise<Row[]> {
    const asked: Statement = {
      text: this.text(sql),
      values: values.map(sent),
      query_timeout: timeoutMs,
    };
    const begunMs = performance.now();
    for (let tries = 0; ; tries++) {
      try {
        const { rows } = await this.#inTurn(pool => pool.query(asked));
        return rows.map(row => received<Row>(row));
      } catch (error) {
        const isLate = performance.now() - begunMs > patienceMs;
        if (isLate || !(isAway(error) || hasMet(error))) throw this.failure(error);
        again?.();
        const waitMs = Math.min(pauseMs.least * 2 ** tries, pauseMs.most);
        await pause(waitMs * (0.5 + Math.random()));
      }
    }
  }

  // Who waits for a free connection is not late: the pool would take that for a server that is
  // away.
  async #inTurn<T>(work: (pool: Pool) => Promise<T>): Promise<T> {
    if (this.#busy < this.address.connections) this.#busy++;
    else await new Promise<void>(resolve => this.#waiting.push(resolve));
    try {
      if (this.#pool!.idleCount === 0) await this.#password?.();
      return await work(this.#pool!);
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#busy--;
    }
  }

  /** Does what takes several statements on one connection, in a transaction. */
  async transact<T>(work: (connection: PoolClient) => Promise<T>): Promise<T> {
    let connection: PoolClient | undefined;
    try {
      connection = await this.#pool!.connect();
      await connection.query('begin');
      const result = await work(connection);
      await connection.query('commit');
      connection.release();
      return result;
    } catch (error) {
      // The transaction ends with its connection.
      connection?.release(true);
      throw this.failure(error);
    }
  }

  /** A statement with the name of its schema. */
  text(sql: string): string {
    const known = this.#texts.get(sql);
    if (known !== undefined) return known;
    const text = sql.replaceAll('@.', `${this.address.schema}.`);
    if (this.#texts.size < 500) this.#texts.set(sql, text);
    return text;
  }

  failure(error: unknown): TandemError {
    return storeFailure(this.name, error);
  }

  /** Closes when what is on its way is written. */
  close(written: () => Promise<unknown>): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    const ended = this.#end(written());
    this.#isClosed = true;
    const { id } = this.address;
    const all = Promise.all([closing.get(id), ended]).finally(() => {
      if (closing.get(id) === all) closing.delete(id);
    });
    closing.set(id, all);
    return ended;
  }

  async #end(written: Promise<unknown>): Promise<void> {
    await Promise.allSettled([this.#ready, written]);
    await this.#pool?.end().catch(() => {});
  }

  get #timeoutMs(): number {
    return Math.max(leastTimeoutMs, this.#options.patienceMs);
  }

  #settings(): PoolConfig {
    const { host, port, user, database, ssl, connections } = this.address;
    const password = this.#password ?? this.#options.password ?? this.address.password;
    return {
      ...{ host, port, user, password, database, ssl },
      max: connections,
      keepAlive: true,
      connectionTimeoutMillis: this.#timeoutMs,
      query_timeout: this.#timeoutMs,
      idleTimeoutMillis: 30_000,
      allowExitOnIdle: true,
      application_name: 'tandem',
    };
  }
}

// What was given a moment ago, or is on its way, is given again: connections come together.
function lately(password: () => string | Promise<string>): () => Promise<string> {
  let given: Promise<string> | undefined;
  let givenMs = 0;
  return () => {
    if (!given || performance.now() - givenMs > passwordMs) {
      const asked = Promise.resolve().then(password);
      const isGiven = () => {
        givenMs = performance.now();
      };
      asked.then(isGiven, () => {
        given = undefined;
      });
      given = asked;
      givenMs = Number.POSITIVE_INFINITY;
    }
    return given;
  };
}

function sent(value: unknown): unknown {
  return typeof value === 'string' ? storedText(value) : value;
}

function received<Row>(row: unknown): Row {
  const values = row as Record<string, unknown>;
  for (const name in values) {
    const value = values[name];
    if (typeof value === 'string') values[name] = readText(value);
  }
  return values as Row;
}

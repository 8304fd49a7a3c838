import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { type ContentCipher, contentCipher, TandemError } from '../../src/index.ts';
import type { KeptFile } from './wire/file-part.ts';

/** A file as its caller sees it. */
export interface FileRow {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  readonly size: number;
  readonly purpose: string;
  readonly label: string | null;
  readonly createdAt: number;
}

/** A response with the conversation it belongs to. */
export interface KeptResponse {
  /** What the client was given, as JSON. */
  readonly body: string;
  /** The conversation up to and with it, as JSON. */
  readonly prompt: string;
  /** What of it may leave; null of those that an earlier version kept. */
  readonly label: string | null;
}

/** What a server keeps between requests, each row for the caller that sent it alone. */
export interface StateStore extends Disposable {
  addFile(owner: string, file: KeptFile & { readonly purpose: string }): FileRow;
  file(owner: string, id: string): KeptFile | undefined;
  fileRow(owner: string, id: string): FileRow | undefined;
  files(owner: string): FileRow[];
  removeFile(owner: string, id: string): boolean;
  /** Bytes of all files of a caller. */
  keptBytes(owner: string): number;
  addResponse(owner: string, id: string, response: KeptResponse): void;
  response(owner: string, id: string): KeptResponse | undefined;
  removeResponse(owner: string, id: string): boolean;
  spent(day: string, key: string): number;
  spend(day: string, key: string, usd: number): void;
  /** The secret that signs tool-call ids: the same after a restart. */
  readonly secret: string;
}

const schema = `
  create table if not exists file(id text primary key, owner text not null, name text not null, media_type text not null,
    purpose text not null, label text, created_at integer not null, bytes blob not null, size integer);
  create index if not exists file_owner on file(owner);
  create table if not exists response(id text primary key, owner text not null, created_at integer not null,
    body text not null, prompt text not null, label text);
  create table if not exists spent(day text not null, key text not null, usd real not null, primary key(day, key));
  create table if not exists setting(name text primary key, value text not null);`;

const fileColumns =
  'id, name, media_type as mediaType, coalesce(size, length(bytes)) as size, purpose, label, created_at as createdAt';
const mostResponses = 10_000;

/**
 * Opens the state of a server. With a key, files, conversations and the secret are encrypted; with `hashes` files and
 * conversations are kept in memory alone. @throws TandemError `journal_failed`, also for another key than before
 */
export function openState(
  path: string,
  { key, content = 'full' }: { readonly key?: string; readonly content?: 'full' | 'hashes' } = {},
): StateStore {
  const database = openDatabase(path);
  const contents = content === 'full' ? database : openDatabase(':memory:');
  const cipher = contentCipher(key, `The state of the gateway, "${path}",`);
  const { run, get } = accessTo(database);
  return {
    ...fileRows(contents, cipher),
    ...responseRows(contents, cipher),
    spent: (day, key) => get<{ usd: number }>('select usd from spent where day = ? and key = ?', day, key)?.usd ?? 0,
    spend(day, key, usd) {
      const sql = 'insert into spent values (?, ?, ?) on conflict(day, key) do update set usd = usd + excluded.usd';
      run(sql, day, key, usd);
    },
    secret: secretOf({ run, get }, cipher),
    [Symbol.dispose]() {
      database.close();
      if (contents !== database) contents.close();
    },
  };
}

interface Access {
  run(sql: string, ...values: (string | number | null | Uint8Array)[]): { readonly changes: number | bigint };
  get<Row>(sql: string, ...values: string[]): Row | undefined;
}

function accessTo(database: DatabaseSync): Access {
  return {
    run: (sql, ...values) => database.prepare(sql).run(...values),
    get: <Row>(sql: string, ...values: string[]) => database.prepare(sql).get(...values) as Row | undefined,
  };
}

function responseRows(database: DatabaseSync, cipher: ContentCipher) {
  const { run, get } = accessTo(database);
  return {
    addResponse(owner: string, id: string, { body, prompt, label }: KeptResponse) {
      const sql =
        'insert or replace into response(id, owner, created_at, body, prompt, label) values (?, ?, ?, ?, ?, ?)';
      run(sql, id, owner, Date.now(), cipher.seal(body), cipher.seal(prompt), label);
      run(
        'delete from response where rowid in (select rowid from response order by rowid desc limit -1 offset ?)',
        mostResponses,
      );
    },
    response(owner: string, id: string): KeptResponse | undefined {
      const row = get<KeptResponse>('select body, prompt, label from response where id = ? and owner = ?', id, owner);
      return row && { body: cipher.open(row.body), prompt: cipher.open(row.prompt), label: row.label };
    },
    removeResponse: (owner: string, id: string) =>
      run('delete from response where id = ? and owner = ?', id, owner).changes > 0,
  };
}

function fileRows(database: DatabaseSync, cipher: ContentCipher) {
  const { run, get } = accessTo(database);
  const fileRow = (owner: string, id: string) =>
    get<FileRow>(`select ${fileColumns} from file where id = ? and owner = ?`, id, owner);
  return {
    fileRow,
    addFile(owner: string, file: KeptFile & { readonly purpose: string }): FileRow {
      const id = `file-${randomBytes(18).toString('base64url').replace(/[-_]/g, '0')}`;
      const { name, mediaType, purpose, label = null, bytes } = file;
      const sql = `insert into file(id, owner, name, media_type, purpose, label, created_at, bytes, size)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?)`;
      const at = Math.floor(Date.now() / 1000);
      run(sql, id, owner, name, mediaType, purpose, label, at, sealedBytes(bytes, cipher), bytes.length);
      return fileRow(owner, id)!;
    },
    file(owner: string, id: string): KeptFile | undefined {
      const sql = 'select name, media_type as mediaType, bytes, label from file where id = ? and owner = ?';
      const row = get<Omit<KeptFile, 'bytes' | 'label'> & { bytes: Uint8Array | string; label: string | null }>(
        sql,
        id,
        owner,
      );
      return row && { ...row, bytes: openedBytes(row.bytes, cipher), label: row.label ?? undefined };
    },
    files: (owner: string) =>
      database
        .prepare(`select ${fileColumns} from file where owner = ? order by created_at desc, rowid desc limit 1000`)
        .all(owner) as unknown as FileRow[],
    removeFile: (owner: string, id: string) =>
      run('delete from file where id = ? and owner = ?', id, owner).changes > 0,
    keptBytes: (owner: string) =>
      get<{ bytes: number }>(
        'select coalesce(sum(coalesce(size, length(bytes))), 0) as bytes from file where owner = ?',
        owner,
      )?.bytes ?? 0,
  };
}

// Bytes stay bytes where nothing is encrypted; else they are a text, as all that is sealed.
function sealedBytes(bytes: Uint8Array, cipher: ContentCipher): Uint8Array | string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
  const sealed = cipher.seal(text);
  return sealed === text ? bytes : sealed;
}

function openedBytes(kept: Uint8Array | string, cipher: ContentCipher): Uint8Array {
  return typeof kept === 'string' ? Buffer.from(cipher.open(kept), 'base64') : kept;
}

function secretOf({ run, get }: Access, cipher: ContentCipher): string {
  const read = () => get<{ value: string }>("select value from setting where name = 'secret'")?.value;
  if (read() === undefined) {
    const made = cipher.seal(randomBytes(32).toString('base64url'));
    run("insert or ignore into setting values ('secret', ?)", made);
  }
  return cipher.open(read()!);
}

// A store of an earlier version has neither sizes nor the labels of responses.
function migrate(database: DatabaseSync): void {
  const lacks = (table: string, column: string) =>
    database.prepare('select 1 from pragma_table_info(?) where name = ?').get(table, column) === undefined;
  if (lacks('file', 'size')) database.exec('alter table file add column size integer');
  if (lacks('response', 'label')) database.exec('alter table response add column label text');
}

function openDatabase(path: string): DatabaseSync {
  // Looked for only now: a gateway that is not started needs none.
  const sqlite = process.getBuiltinModule('node:sqlite');
  if (!sqlite) {
    const message = 'A gateway needs `node:sqlite`, which this runtime does not have. Use Node 22.13 or later.';
    throw new TandemError('journal_failed', message);
  }
  try {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
    const database = new sqlite.DatabaseSync(path);
    database.exec(`pragma busy_timeout = 5000; pragma journal_mode = wal; pragma synchronous = normal; ${schema}`);
    migrate(database);
    return database;
  } catch (error) {
    const message = `The state of the gateway, "${path}", cannot be opened: ${(error as Error).message}. Check the path.`;
    throw new TandemError('journal_failed', message, { cause: error });
  }
}

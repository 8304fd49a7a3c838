import type { PoolClient } from 'pg';
import { TandemError } from '../../model/errors.ts';
import type { Database } from './database.ts';
import type { Statement } from './load-pg.ts';
import steps from './migrations.json' with { type: 'json' };
import { accountSql } from './stored-functions.ts';

/** Steps from one version of the store to the next; a step that has landed is never changed. */
const migrations: readonly string[] = steps.map(
  ({ sql }, at) => `${sql.join('\n')}${at === 0 ? accountSql : ''}`,
);

/** Since when Postgres knows what the statements use. */
const leastServer = 130_000;

interface FoundSchema {
  readonly server: number;
  readonly tables: number;
  readonly hasVersion: boolean;
}

const lookSql = `select current_setting('server_version_num')::integer as server,
  (select count(*)::integer from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where n.nspname = $1 and c.relkind in ('r', 'v', 'm', 'f', 'p')) as tables,
  to_regclass($1 || '.version') is not null as "hasVersion"`;
const versionSql = 'select number from @.version';

/**
 * Brings the schema to the newest version, one process at a time. A schema that is not ours, or of
 * a newer program, stays as it is. @throws TandemError `journal_failed`
 */
export async function migrate(database: Database): Promise<void> {
  if ((await versionIn(database)) === migrations.length) return;
  const { schema } = database.address;
  await database.transact(async connection => {
    const run = (text: string, values: unknown[] = []) => {
      const statement: Statement = { text: database.text(text), values, query_timeout: 60_000 };
      return connection.query(statement);
    };
    await run("set local lock_timeout = '30s'");
    await run("set local idle_in_transaction_session_timeout = '30s'");
    await run('select pg_advisory_xact_lock(hashtext($1))', [`tandem ${schema}`]);
    // Another process may have been faster.
    const version = await versionOn(connection, database);
    if (version === migrations.length) return;
    if (version === 0) {
      await ownSchema(run, schema);
      await run('create table @.version(number integer not null)');
      await run('insert into @.version(number) values (0)');
    }
    // Without values several statements may go together.
    for (let next = version; next < migrations.length; next++) await run(migrations[next]!);
    await run('update @.version set number = $1', [migrations.length]);
  });
}

type RunStatement = (text: string, values?: unknown[]) => Promise<{ readonly rows: unknown[] }>;

// Who may not make a schema may still own one.
async function ownSchema(run: RunStatement, schema: string): Promise<void> {
  const { rows } = await run('select 1 from pg_namespace where nspname = $1', [schema]);
  if (rows.length === 0) await run(`create schema ${schema}`);
}

async function versionIn(database: Database): Promise<number> {
  const { schema, shown } = database.address;
  const [found] = await database.carryOut<FoundSchema>(lookSql, [schema]);
  return requireOwn(shown, schema, found!, async () => {
    const [row] = await database.carryOut<{ number: number }>(versionSql);
    return row?.number;
  });
}

async function versionOn(connection: PoolClient, database: Database): Promise<number> {
  const { schema, shown } = database.address;
  const { rows } = await connection.query({ text: lookSql, values: [schema] });
  return requireOwn(shown, schema, rows[0] as FoundSchema, async () => {
    const { rows: found } = await connection.query({ text: database.text(versionSql) });
    return (found[0] as { number: number } | undefined)?.number;
  });
}

/** Refuses a server that is too old, and a schema that is not ours; says which version it is of. */
export async function requireOwn(
  shown: string,
  schema: string,
  { server, tables, hasVersion }: FoundSchema,
  read: () => Promise<number | undefined>,
): Promise<number> {
  if (server < leastServer) {
    throw refusal(
      `The store ${shown} is on Postgres ${Math.floor(server / 10_000)}, which is too old. ` +
        'Use Postgres 13 or newer.',
    );
  }
  if (!hasVersion) {
    if (tables === 0) return 0;
    throw refusal(
      `The schema "${schema}" of ${shown} holds ${tables} tables that Tandem has not made. ` +
        'Name another one by `?schema=NAME`.',
    );
  }
  const version = await read();
  if (version === undefined || version > migrations.length) {
    throw refusal(
      `The store ${shown} is of version ${version ?? 'none'}, this program knows ` +
        `${migrations.length}. Update Tandem, or name another schema by \`?schema=NAME\`.`,
    );
  }
  return version;
}

function refusal(message: string): TandemError {
  return new TandemError('journal_failed', message);
}

import { randomBytes } from 'node:crypto';
import { loadPg } from './load-pg.ts';

/** The Postgres of the tests; where the environment names none, those that need it are skipped. */
export const testServer = process.env.TANDEM_TEST_POSTGRES;

/** The certificate that proves it, where it has one for localhost. */
export const testAuthority = process.env.TANDEM_TEST_POSTGRES_CA;

/** Names a schema that is not there. */
export function freshAddress(server: string, settings = ''): string {
  const mark = server.includes('?') ? '&' : '?';
  return `${server}${mark}schema=t_${randomBytes(6).toString('hex')}${settings}`;
}

/** Carries statements out beside a store, as an administrator does. */
export async function administer(server: string, ...statements: string[]): Promise<unknown[]> {
  const { Pool } = await loadPg();
  const pool = new Pool({ connectionString: server, max: 1 });
  try {
    let rows: unknown[] = [];
    for (const text of statements) ({ rows } = await pool.query(text));
    return rows;
  } finally {
    await pool.end();
  }
}

/** Removes the schemas of addresses. */
export async function dropSchemas(addresses: readonly string[]): Promise<void> {
  if (!testServer) return;
  const names = addresses.map(address => new URL(address).searchParams.get('schema'));
  await administer(testServer, ...names.map(name => `drop schema if exists ${name} cascade`));
}

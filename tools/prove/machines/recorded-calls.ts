import { Pool } from 'pg';

/** Counts the finished calls that a store on Postgres has, and lists runs that have one twice. */
export async function recordedCalls(
  store: string,
): Promise<{ readonly finished: number; readonly twice: readonly string[] }> {
  const url = new URL(store);
  const schema = url.searchParams.get('schema') ?? 'tandem';
  url.searchParams.delete('schema');
  const pool = new Pool({ connectionString: url.href, max: 1 });
  try {
    const all = await pool.query<{ run: string; key: string; count: string }>(
      `select run, key, count(*) from ${schema}.call where is_finished group by run, key`,
    );
    const twice = all.rows.filter(({ count }) => Number(count) > 1).map(({ run }) => run);
    return { finished: all.rows.reduce((sum, { count }) => sum + Number(count), 0), twice };
  } finally {
    await pool.end();
  }
}

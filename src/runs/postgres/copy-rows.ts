import { TandemError } from '../../model/errors.ts';
import type { CopiedRow, CopyTable, CopyTarget } from '../copy/copy-rows.ts';
import { Database } from './database.ts';
import { migrate } from './schema.ts';
import { storedJson } from './stored-text.ts';

const longMs = 600_000;
const markSql = `insert into @.kept(kind, owner, id, at, head, size, body, is_text)
  values ('setting', '', 'copying', '', '', 0, '', true) on conflict do nothing`;
const foundSql = `select exists (select 1 from @.run) or exists (select 1 from @.kept) as "hasMore",
  exists (select 1 from @.kept where kind = 'setting' and id = 'copying') as "isBegun"`;
const endSql = `delete from @.kept where kind = 'setting' and id = 'copying'`;
const numbered = ['call', 'egress', 'decision', 'pruning'];

/** Opens a store on Postgres to be copied to. */
export function openCopyTarget(path: string): CopyTarget {
  const database = new Database(path, { patienceMs: 5000 });
  database.begin(migrate);
  const run = (sql: string, values: readonly unknown[] = []) =>
    database.all<CopiedRow>(sql, values, { timeoutMs: longMs });
  return {
    isElsewhere: database.address.place !== 'device',
    async begin() {
      const [found] = await run(foundSql);
      if (found?.hasMore === true && found.isBegun !== true) {
        throw new TandemError(
          'journal_failed',
          `The store ${database.name} is not empty. Name another schema by \`?schema=NAME\`.`,
        );
      }
      await run(markSql);
    },
    async write(table, rows) {
      if (table === 'kept') {
        for (const row of rows) await writeKept(run, row);
        return;
      }
      await run(insertSql(table), [storedJson(rows)]);
    },
    async end() {
      for (const table of numbered) await run(sequenceSql(table, 'seq'));
      await run(sequenceSql('ledger', 'id'));
      await run(endSql);
    },
    close: () => database.close(async () => {}),
  };
}

// The types are those of the table; what SQLite has as numbers are truth values here.
function insertSql(table: Exclude<CopyTable, 'kept'>): string {
  const columns = columnsOf[table];
  const names = columns.map(([name]) => name).join(', ');
  const typed = columns.map(([name, type]) => `${name} ${type}`).join(', ');
  const values = columns.map(([name, type]) =>
    type === 'integer' && isTruth(name) ? `${name} = 1` : name,
  );
  return `insert into @.${table}(${names}) select ${values.join(', ')}
    from json_to_recordset($1::json) as x(${typed}) on conflict do nothing`;
}

function isTruth(name: string): boolean {
  return name === 'degraded' || name === 'is_finished';
}

type Columns = readonly (readonly [name: string, type: string])[];

function typed(type: string, names: string): Columns {
  return names.split(' ').map(name => [name, type] as const);
}

const text = (names: string) => typed('text', names);
const whole = (names: string) => typed('integer', names);
const real = (names: string) => typed('double precision', names);

const columnsOf: Readonly<Record<Exclude<CopyTable, 'kept'>, Columns>> = {
  run: [
    ...text('id begun_at ended_at state error holder secret owner parent program title pattern'),
    ...text('model answered_by place baseline coverage summary'),
    ...whole('token calls cloud_calls unpriced left_calls degraded'),
    ...real('until_ms cost_usd left_characters saved_usd'),
  ],
  call: [
    ...whole('seq attempts is_finished'),
    ...text('run at key slot digest trail model place hash body'),
    ...real('input_tokens cached_tokens output_tokens cost_usd characters start_ms duration_ms'),
  ],
  egress: [
    ...whole('seq masked'),
    ...text('run at destination place purpose content_hash label body'),
    ...real('characters tokens'),
  ],
  decision: [
    ...whole('seq degraded'),
    ...text('run at trail answered_by place reason'),
    ...real('confidence'),
  ],
  document: [...text('run hash title label'), ...real('characters')],
  ledger: [...whole('id'), ...text('run facts')],
  accepted: [...whole('ledger idx votes flagged'), ...text('action'), ...real('cost_usd')],
  account: [...text('id day'), ...real('spent_usd spent_tokens')],
  pruning: [...whole('seq count'), ...text('at before kind')],
};

async function writeKept(
  run: (sql: string, values: readonly unknown[]) => Promise<unknown>,
  row: CopiedRow,
): Promise<void> {
  const { body } = row;
  const isText = typeof body === 'string';
  const bytes = isText ? Buffer.from(body) : Buffer.from(body as Uint8Array);
  await run(
    `insert into @.kept(kind, owner, id, at, head, size, body, is_text)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
    [row.kind, row.owner, row.id, row.at, row.head, row.size, bytes, isText],
  );
}

function sequenceSql(table: string, column: string): string {
  return `select setval(pg_get_serial_sequence('@.${table}', '${column}'),
    coalesce((select max(${column}) from @.${table}), 0) + 1000)`;
}

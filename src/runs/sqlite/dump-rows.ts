import { existsSync } from 'node:fs';
import type { SQLOutputValue } from 'node:sqlite';
import { TandemError } from '../../model/errors.ts';
import type { CopiedRow, CopySource, CopyTable } from '../copy/copy-rows.ts';
import { databaseSync } from './node-sqlite.ts';
import { nowMs } from './run-rows.ts';
import { openSqliteStore } from './sqlite-store.ts';

const pageRows = 1000;

/** How each table is read, in pages behind a number or a key, as every engine can write it. */
const sqlByTable: Readonly<Record<CopyTable, string>> = {
  run: `select rowid_ as position, id, begun_at, ended_at, state, error, holder, token, until_ms,
      masking_key as secret, calls, cloud_calls, cost_usd, unpriced, left_calls, left_characters,
      owner, parent, program, title, pattern, model, answered_by, place, degraded, saved_usd,
      baseline, coverage, summary
    from (select run.*, id as rowid_ from run where id > ? order by id limit ${pageRows})`,
  call: `select seq as position, seq, run, at, key, slot, digest, trail, model, place,
      input_tokens, cached_tokens, output_tokens, cost_usd, characters, attempts, start_ms,
      duration_ms, answer is not null as is_finished, answer as hash, content.body
    from call left join content on content.hash = call.answer
    where seq > ? order by seq limit ${pageRows}`,
  egress: `select seq as position, egress.*, content.body from egress
    left join content on content.hash = egress.content_hash
      and egress.run in (select id from run)
    where seq > ? order by seq limit ${pageRows}`,
  decision: `select seq as position, * from decision where seq > ? order by seq limit ${pageRows}`,
  document: `select rank as position, run, hash, title, characters, label from (
      select *, run || ' ' || hash as rank from document)
    where rank > ? order by rank limit ${pageRows}`,
  ledger: `select id as position, id, run, facts from ledger
    where id > ? order by id limit ${pageRows}`,
  accepted: `select rank as position, ledger, idx, action, samples as votes, flagged,
      cost as cost_usd
    from (select *, ledger * 1e9 + idx as rank from accepted)
    where rank > ? order by rank limit ${pageRows}`,
  account: `select rank as position, id, day, spent_usd, spent_tokens from (
      select *, id || ' ' || day as rank from account)
    where rank > ? order by rank limit ${pageRows}`,
  kept: 'select seq as position, * from kept where seq > ? order by seq limit 20',
  pruning: `select seq as position, * from pruning where seq > ? order by seq limit ${pageRows}`,
};
const textPositions: readonly CopyTable[] = ['run', 'document', 'account'];

/** Opens a store in a file to be copied; it is brought to the newest version first. */
export function openDump(path: string): CopySource {
  if (!existsSync(path)) {
    throw new TandemError(
      'journal_failed',
      `There is no store "${path}" to be copied. Check the path.`,
    );
  }
  const store = openSqliteStore(path, { patienceMs: 2000 });
  store.close();
  const Database = databaseSync();
  const database = new Database(path, { readOnly: true });
  const [row] = database
    .prepare(`select count(*) as held from run where state = 'running' and until_ms > ${nowMs}`)
    .all() as { held: number }[];
  return {
    held: row?.held ?? 0,
    isSealed: store.seal !== undefined,
    *rows(table) {
      const statement = database.prepare(sqlByTable[table]);
      let after: SQLOutputValue = textPositions.includes(table) ? '' : -1;
      for (;;) {
        const page = statement.all(after) as (CopiedRow & { position: SQLOutputValue })[];
        if (page.length === 0) return;
        after = page.at(-1)!.position;
        yield page.map(({ position: _position, ...each }) => each);
      }
    },
    close: () => database.close(),
  };
}

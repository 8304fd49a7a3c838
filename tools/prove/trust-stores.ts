import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { runTandem } from '../../apps/cli/run-tandem.ts';
import { openJournal } from '../../src/index.ts';
import type { Proof } from './journal.ts';

// Of each table of the store, what somebody may have planted.
const plants = (table: string): readonly string[] => [
  `create trigger planted after insert on "${table}" begin delete from "${table}"; end`,
  `create trigger planted before delete on "${table}" begin select raise(ignore); end`,
  `alter table "${table}" add column planted text default ''`,
  `create index planted on "${table}"((1))`,
  `alter table "${table}" rename to planted; create view "${table}" as select * from planted`,
  `drop table "${table}"`,
];

/** A store that came with a folder is refused where it has not the shape that Tandem gives it. */
export async function plantedStores(): Promise<Proof> {
  const problems: string[] = [];
  let tried = 0;
  const base = mkdtempSync(join(tmpdir(), 'tandem-planted-'));
  const folder = () => {
    const made = join(base, String(tried++));
    mkdirSync(made);
    return made;
  };
  const plain = join(folder(), 'plain.db');
  openJournal({ path: plain }).close();
  const tables = new DatabaseSync(plain, { readOnly: true })
    .prepare("select name from sqlite_master where type = 'table'")
    .all()
    .map(({ name }) => String(name));
  for (const sql of tables.flatMap(plants)) {
    const at = folder();
    const path = join(at, '.tandem', 'tandem.db');
    openJournal({ path }).close();
    const database = new DatabaseSync(path);
    database.exec(sql);
    database.close();
    const { code, out, err } = await runTandem(['egress'], { folder: at });
    if (code !== 1 || !/not as Tandem makes it/.test(err)) problems.push(`${sql}: ${code} ${out}`);
  }
  rmSync(base, { recursive: true, force: true });
  return { says: [`${tried - 1} planted stores of ${tables.length} tables`], problems };
}

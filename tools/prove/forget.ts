import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openStore } from '../../src/runs/open-store.ts';
import type { RunStore } from '../../src/runs/store.ts';
import { forgottenByDoors } from './forget-doors.ts';
import {
  before,
  figureColumns,
  fillKept,
  fillRun,
  forgetAll,
  runOf,
  sentOf,
} from './forget-fill.ts';
import { refusedKeys } from './forget-keys.ts';
import type { Proof } from './journal.ts';

const patienceMs = 2000;

/**
 * Marks content of every kind that a store knows, in columns taken from the store itself, forgets
 * it by every door, and looks for the marks in the bytes of all files.
 */
export async function proveForget(share: number, random: () => number): Promise<Proof> {
  const rounds = Math.max(2, Math.round(20 * share));
  const problems: string[] = [];
  let columns = 0;
  for (let n = 0; n < rounds; n++) {
    const folder = mkdtempSync(join(tmpdir(), 'tandem-forget-'));
    const path = join(folder, '.tandem', 'tandem.db');
    const found = await forgotten(path, random);
    columns = found.columns;
    problems.push(...found.problems.map(problem => `round ${n}: ${problem}`));
    rmSync(folder, { recursive: true, force: true });
  }
  const doors = await forgottenByDoors();
  const keys = await refusedKeys();
  problems.push(...doors.problems, ...keys.problems);
  const says = [
    `${rounds} stores; ${columns} columns of content marked, forgotten, and in no file`,
    ...doors.says,
    ...keys.says,
  ];
  return { says, problems };
}

async function forgotten(path: string, random: () => number) {
  const marks = Array.from({ length: 20 }, (_, n) => `FORGET${n}ME`);
  const kept = Array.from({ length: 5 }, (_, n) => `STAYS${n}HERE`);
  await using store = openStore(path, { patienceMs });
  // Another handle, which reads in between, must not hold the log.
  await using other = openStore(path, { patienceMs });
  const problems: string[] = [];
  for (const mark of [...marks, ...kept]) {
    await fillRun(store, mark, random);
    await fillKept(store, mark, random);
    if (random() < 0.2) await other.runs({ limit: 3 });
  }
  await store.flush();
  for (const mark of marks)
    if (!(await store.sent(runOf(mark), sentOf(mark)))?.includes(mark))
      problems.push(`what left with ${mark} is not kept: the proof lacks it`);
  const unmarked = unmarkedColumns(path, marks);
  problems.push(...unmarked.map(column => `${column} holds no marked content: the proof lacks it`));
  const { length: columns } = contentColumns(path);
  for (const mark of kept) await keepAlive(store, mark);
  await forgetAll(store, marks);
  problems.push(...marksIn(path, marks).map(mark => `${mark} is still in the files`));
  for (const mark of kept)
    if ((await store.get('document', `owner-${mark}`, `id-${mark}`)) === undefined)
      problems.push(`${mark} is gone, though nobody forgot it`);
  problems.push(...(await unrecorded(store, marks.length)), ...openFiles(path));
  return { columns, problems };
}

// A run that is asked again is no longer over.
async function keepAlive(store: RunStore, mark: string): Promise<void> {
  await store.hold(runOf(mark), { holder: 'us', leaseMs: 60_000, at: before });
}

/** Lists the marks that stand in the bytes of any file beside a store. */
export function marksIn(path: string, marks: readonly string[]): string[] {
  const folder = join(path, '..');
  const bytes = readdirSync(folder).map(name => readFileSync(join(folder, name), 'latin1'));
  return marks.filter(mark => bytes.some(text => text.includes(mark)));
}

function contentColumns(path: string): { table: string; column: string }[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const rows = database
    .prepare(
      `select t.name as "table", c.name as "column"
       from sqlite_master t, pragma_table_info(t.name) c
       where t.type = 'table' and c.type in ('TEXT', 'BLOB')`,
    )
    .all() as { table: string; column: string }[];
  database.close();
  return rows.filter(({ table, column }) => !figureColumns.has(`${table}.${column}`));
}

function unmarkedColumns(path: string, marks: readonly string[]): string[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const unmarked = contentColumns(path).filter(({ table, column }) => {
    const sql = `select 1 from ${table} where instr(cast(${column} as text), ?) > 0 limit 1`;
    return !marks.some(mark => database.prepare(sql).get(mark));
  });
  database.close();
  return unmarked.map(({ table, column }) => `${table}.${column}`);
}

async function unrecorded(store: RunStore, runs: number): Promise<string[]> {
  const pruned = (await store.egress('')).filter(({ pruned: isGone }) => isGone);
  const [pruning] = await store.prunings();
  return [
    ...(pruned.length === runs ? [] : [`${pruned.length} of ${runs} egress records are left`]),
    ...(pruning?.count === runs ? [] : [`the record says ${pruning?.count} of ${runs} runs`]),
  ];
}

/** Lists what of a store others may read. */
export function openFiles(path: string): string[] {
  const folder = join(path, '..');
  const modeOf = (name: string) => statSync(join(folder, name)).mode & 0o777;
  const open = readdirSync(folder).filter(name => modeOf(name) !== 0o600);
  return [
    ...open.map(name => `${name} has mode ${modeOf(name).toString(8)}`),
    ...(modeOf('.') === 0o700 ? [] : [`the folder has mode ${modeOf('.').toString(8)}`]),
  ];
}

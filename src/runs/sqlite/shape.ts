import type { DatabaseSync } from 'node:sqlite';
import { TandemError } from '../../model/errors.ts';
import { databaseSync } from './node-sqlite.ts';

/**
 * Refuses a store that has not the shape that this program gives it, such as one with a trigger:
 * what it says of itself could not be believed. `steps` make a new one. @throws TandemError
 * `journal_failed`
 */
export function requireShape(database: DatabaseSync, path: string, steps: readonly string[]): void {
  const odd = oddIn(database, shapeOfNew(steps));
  if (odd === undefined) return;
  throw new TandemError(
    'journal_failed',
    `The journal ${path} is not as Tandem makes it: ${odd}. It may have been planted. ` +
      'Move it away, or name another file.',
    { data: { odd } },
  );
}

let ownShape: ReadonlyMap<string, string> | undefined;

function shapeOfNew(steps: readonly string[]): ReadonlyMap<string, string> {
  if (ownShape) return ownShape;
  const Database = databaseSync();
  const database = new Database(':memory:');
  for (const step of steps) database.exec(step);
  ownShape = shapeOf(database);
  database.close();
  return ownShape;
}

// What stands in the schema of a file, by kind and name. How the lines of a statement are broken is
// of no account.
function shapeOf(database: DatabaseSync): ReadonlyMap<string, string> {
  const rows = database
    .prepare("select type, name, sql from sqlite_master where name not like 'sqlite~_%' escape '~'")
    .all() as { type: string; name: string; sql: string }[];
  return new Map(rows.map(({ type, name, sql }) => [`${type} ${name}`, sql.replace(/\s+/g, '')]));
}

function oddIn(database: DatabaseSync, own: ReadonlyMap<string, string>): string | undefined {
  const found = shapeOf(database);
  for (const [name, sql] of found)
    if (own.get(name) !== sql) return `it has ${own.has(name) ? 'another' : 'a'} ${name}`;
  for (const name of own.keys()) if (!found.has(name)) return `it has no ${name}`;
  return undefined;
}

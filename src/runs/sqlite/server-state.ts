import type { DatabaseSync } from 'node:sqlite';

/**
 * Moves what a server of Tandem 0.1 kept in tables of its own to where every store keeps such
 * things.
 */
export function moveServerState(database: DatabaseSync): void {
  for (const [table, move] of Object.entries(moves)) {
    const columns = columnsOf(database, table);
    if (columns.length === 0) continue;
    database.exec(move(columns));
    database.exec(`drop table ${table}`);
  }
}

// The first versions had no column of sizes; labels of responses came last.
const moves: Readonly<Record<string, (columns: readonly string[]) => string>> = {
  file: columns => `insert or ignore into kept(kind, owner, id, at, head, size, body)
    select 'file', owner, id, strftime('%Y-%m-%dT%H:%M:%fZ', created_at, 'unixepoch'),
      json_object('name', name, 'mediaType', media_type, 'purpose', purpose, 'label', label,
      'createdAt', created_at),
      ${columns.includes('size') ? 'coalesce(size, length(bytes))' : 'length(bytes)'},
      bytes from file order by rowid`,
  response: columns => `insert or ignore into kept(kind, owner, id, at, head, size, body)
    select 'response', owner, id, strftime('%Y-%m-%dT%H:%M:%fZ', created_at / 1000.0, 'unixepoch'),
      ${columns.includes('label') ? "json_object('label', label)" : "'{}'"}, length(body),
      json_object('body', body, 'prompt', prompt) from response order by rowid`,
  spent: () =>
    `insert or ignore into account(id, day, spent_usd) select 'key:' || key, day, usd from spent`,
  setting: () => `insert or ignore into kept(kind, owner, id, at, head, size, body)
    select 'setting', '', name, '', '', length(value), value from setting`,
};

function columnsOf(database: DatabaseSync, table: string): string[] {
  const rows = database.prepare('select name from pragma_table_info(?)').all(table) as {
    name: string;
  }[];
  return rows.map(({ name }) => name);
}

import type { Kept, KeptKind } from '../store.ts';
import type { Access } from './sqlite-file.ts';

const values = '(kind, owner, id, at, head, size, body) values (?, ?, ?, ?, ?, ?, ?)';

/** Keeps something, in the place of what was there. */
export function putKept(
  access: Access,
  item: Kept,
  options: { ifAbsent?: boolean; newest?: number } = {},
): void {
  const { kind, owner, id, at, head, size, body } = item;
  access.run(`insert or ${options.ifAbsent ? 'ignore' : 'replace'} into kept${values}`, [
    kind,
    owner,
    id,
    at,
    head,
    size,
    body,
  ]);
  if (options.newest === undefined) return;
  access.run(
    `delete from kept where kind = ?1
     and seq <= (select seq from kept where kind = ?1 order by seq desc limit 1 offset ?2)`,
    [kind, options.newest],
  );
}

/** Finds what is kept. */
export const getSql =
  'select kind, owner, id, at, head, size, body from kept where kind = ? and owner = ? and id = ?';

/** Lists what is kept, newest first. */
export const listSql = `select kind, owner, id, at, head,
  size from kept where kind = ? and owner = ?
  order by at desc, seq desc limit ?`;

/** Sums the sizes of what is kept. */
export const sizeSql =
  'select coalesce(sum(size), 0) as size from kept where kind = ? and owner = ?';

/** Forgets one, or all of a kind and owner. */
export function removeKept(
  access: Access,
  { kind, owner, id }: { kind: KeptKind; owner: string; id?: string | undefined },
) {
  const sql = 'delete from kept where kind = ? and owner = ?';
  return id === undefined
    ? access.run(sql, [kind, owner]) > 0
    : access.run(`${sql} and id = ?`, [kind, owner, id]) > 0;
}

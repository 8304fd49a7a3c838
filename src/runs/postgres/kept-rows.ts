import type { Kept, KeptHead, KeptKind } from '../store.ts';
import type { Database } from './database.ts';

const columns = '(kind, owner, id, at, head, size, body, is_text)';
const marks = '($1, $2, $3, $4, $5, $6, $7, $8)';
const replaced = `update set seq = excluded.seq, at = excluded.at, head = excluded.head,
  size = excluded.size, body = excluded.body, is_text = excluded.is_text`;

/** Keeps something, in the place of what was there. */
export async function putKept(
  database: Database,
  { kind, owner, id, at, head, size, body }: Kept,
  { ifAbsent = false, newest }: { readonly ifAbsent?: boolean; readonly newest?: number } = {},
): Promise<void> {
  const isText = typeof body === 'string';
  const bytes = isText ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.length);
  await database.all(
    `insert into @.kept${columns} values ${marks}
     on conflict(kind, owner, id) do ${ifAbsent ? 'nothing' : replaced}`,
    [kind, owner, id, at, head, size, bytes, isText],
    { timeoutMs: 60_000, patienceMs: database.patienceMs },
  );
  if (newest === undefined) return;
  await database.all(
    `delete from @.kept where kind = $1
     and seq <= (select seq from @.kept where kind = $1 order by seq desc limit 1 offset $2)`,
    [kind, newest],
  );
}

/** Finds what is kept. */
export async function getKept(
  database: Database,
  kind: KeptKind,
  owner: string,
  id: string,
): Promise<Kept | undefined> {
  const [row] = await database.read<KeptHead & { body: Uint8Array; isText: boolean }>(
    `select kind, owner, id, at, head, size, body, is_text as "isText"
     from @.kept where kind = $1 and owner = $2 and id = $3`,
    [kind, owner, id],
  );
  if (!row) return undefined;
  const { isText, body, ...facts } = row;
  return { ...facts, body: isText ? Buffer.from(body).toString() : new Uint8Array(body) };
}

/** Lists what is kept, newest first. */
export function listKept(
  database: Database,
  kind: KeptKind,
  owner: string,
  limit: number,
): Promise<KeptHead[]> {
  return database.read<KeptHead>(
    `select kind, owner, id, at, head, size from @.kept where kind = $1 and owner = $2
     order by at desc, seq desc limit $3`,
    [kind, owner, limit],
  );
}

/** Sums the sizes of what is kept. */
export async function sizeOfKept(
  database: Database,
  kind: KeptKind,
  owner: string,
): Promise<number> {
  const [row] = await database.read<{ size: number }>(
    `select coalesce(sum(size), 0) as size from @.kept
     where kind = $1 and owner = $2`,
    [kind, owner],
  );
  return row?.size ?? 0;
}

/** Forgets one, or all of a kind and owner. */
export async function removeKept(
  database: Database,
  kind: KeptKind,
  owner: string,
  id?: string,
): Promise<boolean> {
  const removed = await database.all(
    `delete from @.kept where kind = $1 and owner = $2 and ($3::text is null or id = $3)
     returning seq`,
    [kind, owner, id ?? null],
  );
  return removed.length > 0;
}

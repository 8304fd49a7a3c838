import type { PruneOptions } from '../pruning.ts';
import type { Database } from './database.ts';
import { nowMs } from './stored-functions.ts';

const longMs = 600_000;

/** What hangs on a run goes with it, in one statement; what left stays. */
const removeWith = `,
  calls as (delete from @.call using old where call.run = old.id),
  lefts as (update @.egress set body = null from old
    where egress.run = old.id and body is not null),
  decisions as (delete from @.decision using old where decision.run = old.id),
  documents as (delete from @.document using old where document.run = old.id),
  ratings as (delete from @.kept using old where kept.kind = 'rating' and kept.id = old.id),
  ledgers as (delete from @.ledger using old where ledger.run = old.id returning ledger.id),
  steps as (delete from @.accepted using ledgers where accepted.ledger = ledgers.id)
  select count(*)::integer as count from old`;

const pruneRunsSql = `with old as (
    delete from @.run where ended_at < $1 or (ended_at is null and until_ms < $2
      and until_ms < ${nowMs} and begun_at < $1) returning id
  )${removeWith}`;
const forgetSql = `with old as (
    delete from @.run where id = $1 and (ended_at is not null or until_ms < ${nowMs})
    returning id
  )${removeWith}`;

/** What was removed: how many runs, or records of what left, and how many rows in all. */
interface RowsRemoved {
  readonly count: number;
  readonly rows: number;
}

/** Removes what is over before an ISO time. */
export async function pruneRows(
  database: Database,
  before: string,
  { kind = 'runs', isDead = () => false }: PruneOptions,
): Promise<RowsRemoved> {
  const removed =
    kind === 'runs'
      ? await pruneRuns(database, before, isDead)
      : await pruneEgress(database, before);
  const { count } = removed;
  if (count > 0) {
    await database.all('insert into @.pruning(at, before, kind, count) values ($1, $2, $3, $4)', [
      new Date().toISOString(),
      before,
      kind,
      count,
    ]);
  }
  return removed;
}

async function pruneEgress(database: Database, before: string): Promise<RowsRemoved> {
  await database.read('delete from @.pruning where at < $1', [before]);
  const [row] = await database.read<{ count: number }>(
    `with old as (delete from @.egress where at < $1 returning seq)
     select count(*)::integer as count from old`,
    [before],
  );
  return { count: row!.count, rows: row!.count };
}

async function pruneRuns(
  database: Database,
  before: string,
  isDead: (holder: string) => boolean,
): Promise<RowsRemoved> {
  await endDead(database, before, isDead);
  const [row] = await database.read<{ count: number }>(pruneRunsSql, [before, Date.parse(before)]);
  const kept = await database.read(
    "delete from @.kept where kind in ('reading', 'response') and at < $1 returning seq",
    [before],
  );
  return { count: row!.count, rows: row!.count + kept.length };
}

/** Removes a run that nobody is at work on; false if there is none. */
export async function forgetRun(database: Database, run: string): Promise<boolean> {
  const [row] = await database.read<{ count: number }>(forgetSql, [run]);
  return row!.count > 0;
}

// Who died a moment ago still has a lease, which nobody waits for where all until now is pruned.
async function endDead(
  database: Database,
  before: string,
  isDead: (holder: string) => boolean,
): Promise<void> {
  if (Date.parse(before) < Date.now()) return;
  const held = await database.read<{ id: string; holder: string; token: number }>(
    `select id, holder, token from @.run
     where ended_at is null and holder is not null and until_ms >= ${nowMs} and begun_at < $1`,
    [before],
  );
  for (const { id, holder, token } of held) {
    if (isDead(holder))
      await database.all('update @.run set until_ms = 0 where id = $1 and token = $2', [id, token]);
  }
}

const tables = ['run', 'call', 'egress', 'decision', 'document', 'ledger', 'accepted', 'kept'];

/**
 * Gives the space of removed rows back to be written over, one after another. Who may not, leaves
 * it to the server's own autovacuum.
 */
export function vacuumerOf(database: Database): () => Promise<void> {
  let next: Promise<void> | undefined;
  let last: Promise<void> = Promise.resolve();
  const vacuum = async () => {
    const names = tables.map(table => `@.${table}`).join(', ');
    const manner = { timeoutMs: longMs, patienceMs: 0 };
    await database.carryOut(`vacuum ${names}`, [], manner).catch(() => {});
  };
  return () => {
    // What was removed while one is at work is for the one after it, for all together.
    next ??= last.then(() => {
      next = undefined;
      last = vacuum();
      return last;
    });
    return next;
  };
}

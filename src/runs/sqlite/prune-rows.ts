import type { PrunedKind, PruneOptions } from '../pruning.ts';
import { nowMs } from './run-rows.ts';
import type { Access } from './sqlite-file.ts';

const isOver =
  'ended_at < ?1 or (ended_at is null and until_ms < ?2 and until_ms < ' +
  `${nowMs} and begun_at < ?1)`;
const tablesByRun = ['call', 'decision', 'document'];
const prunedSql = 'insert into pruning(at, before, kind, count) values (?, ?, ?, ?)';

/** What was removed: how many runs, or records of what left, and how many rows in all. */
interface Removed {
  readonly count: number;
  readonly rows: number;
}

/** Removes what is over before an ISO time. */
export function pruneRows(
  access: Access,
  before: string,
  { kind = 'runs', isDead = () => false }: PruneOptions,
): Removed {
  const removed = removers[kind](access, before, isDead);
  const { count } = removed;
  if (count > 0) access.run(prunedSql, [new Date().toISOString(), before, kind, count]);
  return removed;
}

const removers: Readonly<
  Record<
    PrunedKind,
    (access: Access, before: string, isDead: (holder: string) => boolean) => Removed
  >
> = {
  runs: pruneRuns,
  egress(access, before) {
    access.run('delete from pruning where at < ?', [before]);
    const count = access.run('delete from egress where at < ?', [before]);
    if (count > 0) dropUnused(access);
    return { count, rows: count };
  },
};

function pruneRuns(access: Access, before: string, isDead: (holder: string) => boolean): Removed {
  endDead(access, before, isDead);
  const old = access.all<{ id: string }>(`select id from run where ${isOver}`, [
    before,
    Date.parse(before),
  ]);
  for (const { id } of old) removeRun(access, id);
  const kept = access.run("delete from kept where kind in ('reading', 'response') and at < ?", [
    before,
  ]);
  dropUnused(access);
  return { count: old.length, rows: old.length + kept };
}

/** Removes a run that nobody is at work on; false if there is none. */
export function forgetRun(access: Access, run: string): boolean {
  const free = `select id from run where id = ? and (ended_at is not null or until_ms < ${nowMs})`;
  if (access.all(free, [run]).length === 0) return false;
  removeRun(access, run);
  dropUnused(access);
  return true;
}

function removeRun(access: Access, run: string): void {
  for (const table of tablesByRun) access.run(`delete from ${table} where run = ?`, [run]);
  access.run('delete from accepted where ledger in (select id from ledger where run = ?)', [run]);
  access.run('delete from ledger where run = ?', [run]);
  access.run("delete from kept where kind = 'rating' and id = ?", [run]);
  access.run('delete from run where id = ?', [run]);
}

function dropUnused(access: Access): void {
  access.run(
    `delete from content where hash not in (select answer from call where answer is not null)
     and hash not in (select content_hash from egress where run in (select id from run))`,
  );
}

// Who died a moment ago still has a lease, which nobody waits for where all until now is pruned.
function endDead(access: Access, before: string, isDead: (holder: string) => boolean): void {
  if (Date.parse(before) < Date.now()) return;
  const held = access.all<{ id: string; holder: string }>(
    `select id, holder from run
     where ended_at is null and holder is not null and until_ms >= ${nowMs} and begun_at < ?`,
    [before],
  );
  for (const { id, holder } of held)
    if (isDead(holder)) access.run('update run set until_ms = 0 where id = ?', [id]);
}

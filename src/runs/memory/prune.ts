import type { PruneOptions } from '../pruning.ts';
import type { StoredEgress } from '../store.ts';
import { type KeptThings, removeOlder, removeThings } from './kept-things.ts';
import { isHeld, type MemoryRun, type MemoryRuns } from './run-rows.ts';

/** Lists what left since an ISO time; of a run that was removed, it says so. */
export function listEgress({ rows, egress }: MemoryRuns, since: string): StoredEgress[] {
  return egress
    .filter(({ at }) => at >= since)
    .map(left => ({ ...left, pruned: !rows.has(left.run) }));
}

/** Runs, and what is kept beside them. */
export interface KeptInMemory {
  readonly runs: MemoryRuns;
  readonly things: KeptThings;
}

/** Forgets a run that nobody is at work on; false if there is none. */
export function forgetRun(kept: KeptInMemory, id: string): boolean {
  const row = kept.runs.rows.get(id);
  if (!row || (row.endedAt === null && isHeld(row, Date.now()))) return false;
  removeRuns(kept, [row]);
  return true;
}

/** Removes what is over before an ISO time; says how many. */
export function pruneMemory(
  kept: KeptInMemory,
  before: string,
  { kind = 'runs', isDead = () => false }: PruneOptions = {},
): number {
  const { runs, things } = kept;
  const count = kind === 'runs' ? pruneRuns(kept, before, isDead) : pruneEgress(runs, before);
  if (kind === 'runs')
    for (const each of ['reading', 'response'] as const) removeOlder(things, each, before);
  if (count > 0) runs.prunings.push({ at: new Date().toISOString(), before, kind, count });
  return count;
}

function pruneEgress(runs: MemoryRuns, before: string): number {
  const all = runs.egress.length;
  runs.prunings = runs.prunings.filter(({ at }) => at >= before);
  runs.egress = runs.egress.filter(({ at }) => at >= before);
  const left = new Set(runs.egress.map(({ run, contentHash }) => `${run} ${contentHash}`));
  for (const { id, sent } of runs.rows.values())
    for (const hash of sent.keys()) if (!left.has(`${id} ${hash}`)) sent.delete(hash);
  return all - runs.egress.length;
}

function pruneRuns(
  kept: KeptInMemory,
  before: string,
  isDead: (holder: string) => boolean,
): number {
  const untilMs = Math.min(Date.parse(before), Date.now());
  const mayBeDead = Date.parse(before) >= Date.now();
  const old = [...kept.runs.rows.values()].filter(
    row => isOver(row, before, untilMs) || (mayBeDead && isLeft(row, before, isDead)),
  );
  removeRuns(kept, old);
  return old.length;
}

function removeRuns({ runs, things }: KeptInMemory, old: readonly MemoryRun[]): void {
  for (const { id } of old) {
    runs.rows.delete(id);
    for (const owner of things.byKind.get('rating')?.keys() ?? [])
      removeThings(things, 'rating', owner, id);
  }
  runs.timed = runs.timed.filter(({ run }) => runs.rows.has(run));
}

// A run without an end is over with its holder's lease, or was never begun.
function isOver(
  { endedAt, begunAt, token, untilMs: leaseMs }: MemoryRun,
  before: string,
  untilMs: number,
): boolean {
  if (endedAt !== null) return endedAt < before;
  return token === 0 ? begunAt < before : leaseMs < untilMs;
}

function isLeft(row: MemoryRun, before: string, isDead: (holder: string) => boolean): boolean {
  return row.endedAt === null && row.begunAt < before && row.token > 0 && isDead(row.holder);
}

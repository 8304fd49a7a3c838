import type { Pruning } from './pruning.ts';

/** How long runs and the record of what left are kept, in days; what is not said is kept. */
export interface Retention {
  readonly keepDays?: number | undefined;
  readonly keepEgressDays?: number | undefined;
}

interface Pruned {
  prune(before: string, options: { readonly kind: Pruning['kind'] }): Promise<number>;
}

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Removes from a journal or a store what is older than it is to be kept.
 * @example
 * ```ts
 * using journal = openJournal({ path: '.tandem/tandem.db' });
 * await pruneOld(journal, { keepDays: 30, keepEgressDays: 365 });
 * ```
 */
export async function pruneOld(
  journal: Pruned,
  { keepDays, keepEgressDays }: Retention,
): Promise<void> {
  if (keepDays !== undefined) await journal.prune(daysAgo(keepDays), { kind: 'runs' });
  if (keepEgressDays !== undefined)
    await journal.prune(daysAgo(keepEgressDays), { kind: 'egress' });
}

function daysAgo(days: number): string {
  return new Date(Date.now() - days * dayMs).toISOString();
}

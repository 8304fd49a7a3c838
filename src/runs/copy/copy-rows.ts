import { TandemError } from '../../model/errors.ts';
import { withoutPassword } from '../engine/store-path.ts';

/** What a store is made of, in the order in which it is copied. */
export const copyTables = [
  ...(['run', 'call', 'egress', 'decision', 'document', 'ledger', 'accepted'] as const),
  ...(['account', 'kept', 'pruning'] as const),
];

/** A part of a store. */
export type CopyTable = (typeof copyTables)[number];

/** A row as any engine can write it. */
export type CopiedRow = Readonly<Record<string, unknown>>;

/** A store that is read whole. */
export interface CopySource {
  /** Runs that somebody is at work on. */
  readonly held: number;
  /** Whether what is content in it is sealed. */
  readonly isSealed: boolean;
  rows(table: CopyTable): Iterable<readonly CopiedRow[]>;
  close(): void;
}

/** A store that is written whole; what is there already stays, so that a copy goes on. */
export interface CopyTarget {
  /** Whether what it keeps must be sealed. */
  readonly isElsewhere: boolean;
  /** @throws TandemError `journal_failed` where it holds what no copy has brought */
  begin(): Promise<void>;
  write(table: CopyTable, rows: readonly CopiedRow[]): Promise<void>;
  end(): Promise<void>;
  close(): Promise<void>;
}

/** How many rows were copied, by part. */
export type CopiedCounts = Readonly<Record<CopyTable, number>>;

/**
 * Copies a store whole: runs, calls, what left, ledgers, what is kept and what was spent. Cut off,
 * it is begun again and goes on. @throws TandemError `journal_failed`, `run_taken`
 */
export async function copyRows(
  source: CopySource,
  target: CopyTarget,
  from: string,
): Promise<CopiedCounts> {
  if (source.held > 0) {
    throw new TandemError(
      'run_taken',
      `${source.held} runs of "${withoutPassword(from)}" are at work. Let them end, or stop ` +
        'their processes and wait for their leases.',
    );
  }
  if (target.isElsewhere && !source.isSealed) {
    throw new TandemError(
      'invalid_argument',
      `What "${withoutPassword(from)}" holds is not sealed, and the other store is not on this ` +
        'device. Copy to a store on this device, or begin a new one with TANDEM_JOURNAL_KEY.',
    );
  }
  await target.begin();
  const counts: Partial<Record<CopyTable, number>> = {};
  for (const table of copyTables) {
    counts[table] = 0;
    for (const rows of source.rows(table)) {
      await target.write(table, rows);
      counts[table] += rows.length;
    }
  }
  await target.end();
  return counts as CopiedCounts;
}

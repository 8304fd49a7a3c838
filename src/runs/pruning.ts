/** What `prune` removes: runs with their content, or the record of what left. */
export type PrunedKind = 'runs' | 'egress';

/** That something was removed: the record of what left says so. */
export interface Pruning {
  /** ISO time. */
  readonly at: string;
  /** What was older than this ISO time is gone. */
  readonly before: string;
  readonly kind: PrunedKind;
  /** Runs, or records of what left. */
  readonly count: number;
}

/** How a store is pruned. */
export interface PruneOptions {
  /** Default: `runs`. */
  readonly kind?: PrunedKind;
  /** Tells whether a holder is known to be dead, whose lease need not run out. */
  readonly isDead?: (holder: string) => boolean;
}

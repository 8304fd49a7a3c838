/** What the two models alone allow, whatever the gate. */
export interface EscalationBound {
  /** Accuracy of the local model alone, 0..1. */
  readonly local: number;
  /** Accuracy of the cloud alone, 0..1. */
  readonly cloud: number;
  /**
   * How often the cloud is right where the local model is wrong, 0..1; `NaN` if it never is wrong.
   */
  readonly mends: number;
  /** Share of requests that the local model gets wrong. */
  readonly wrong: number;
  /**
   * The most accuracy that a gate can reach with a share of escalations, 0..1, that sees which
   * drafts are wrong.
   */
  accuracyAt(escalation: number): number;
  /** The least share of escalations with which an accuracy is possible; `NaN` if it never is. */
  escalationFor(accuracy: number): number;
}

/**
 * Bounds every cascade of two models by their outcomes: accuracy ≤ local + e · P(cloud right |
 * local wrong), up to the share that the local model gets wrong.
 * @example
 * ```ts
 * const outcomes = rows.map(row => ({ local: row.local.correct, cloud: row.cloud.correct }));
 * console.log(escalationBound(outcomes));
 * ```
 */
export function escalationBound(
  rows: readonly { readonly local: number; readonly cloud: number }[],
): EscalationBound {
  const n = rows.length;
  const local = rows.reduce((sum, row) => sum + row.local, 0) / n;
  const cloud = rows.reduce((sum, row) => sum + row.cloud, 0) / n;
  const wrong = 1 - local;
  const mended = rows.reduce((sum, row) => sum + (1 - row.local) * row.cloud, 0) / n;
  const mends = mended / wrong;
  return {
    local,
    cloud,
    mends,
    wrong,
    accuracyAt: escalation => (wrong > 0 ? local + Math.min(escalation, wrong) * mends : local),
    escalationFor(accuracy) {
      if (accuracy <= local) return 0;
      const share = (accuracy - local) / mends;
      return share <= wrong + 1e-12 ? share : Number.NaN;
    },
  };
}

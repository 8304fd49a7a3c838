import type { OutcomeRow } from '../outcomes/outcome-log.ts';
import { type DecisionQuality, decisionQuality } from '../statistics/confidence-metrics.ts';

/**
 * What frozen thresholds decided. A decision is right that sends to the cloud exactly what needs
 * it.
 */
export interface RoutingAccuracy {
  readonly rows: number;
  readonly shares: { readonly local: number; readonly cloud: number; readonly unsure: number };
  /** Share that was decided, 0..1. */
  readonly decided: number;
  /** Of the decided; `null` where nothing was decided or a class is missing. */
  readonly accuracy: number | null;
  readonly balancedAccuracy: number | null;
  readonly recall: number | null;
  readonly precision: number | null;
  /** Share of the decided that needs the cloud. */
  readonly baseRate: number | null;
  /** Accuracy of the better constant decision on the decided rows. */
  readonly constantAccuracy: number | null;
  readonly byGroup: readonly {
    readonly group: string;
    readonly rows: number;
    readonly decided: number;
    readonly accuracy: number | null;
  }[];
}

/**
 * Judges decisions against what was needed: local wrong and cloud right.
 * @example
 * ```ts
 * const routes = rows.map(({ prompt }) => decideByWeights(defaultWeights(), prompt).to);
 * console.log(routingAccuracy(rows, routes));
 * ```
 */
export function routingAccuracy(
  rows: readonly OutcomeRow[],
  routes: readonly ('local' | 'cloud' | 'unsure')[],
): RoutingAccuracy {
  const share = (to: string) => routes.filter(route => route === to).length / routes.length;
  const shares = { local: share('local'), cloud: share('cloud'), unsure: share('unsure') };
  const whole = qualityOf(rows, routes);
  const groups = [...new Set(rows.map(({ group }) => group ?? '(none)'))].sort();
  return {
    rows: rows.length,
    shares,
    decided: 1 - shares.unsure,
    accuracy: defined(whole?.accuracy),
    balancedAccuracy: defined(whole?.balancedAccuracy),
    recall: defined(whole?.recall),
    precision: defined(whole?.precision),
    baseRate: defined(whole?.baseRate),
    constantAccuracy: whole ? Math.max(whole.baseRate, 1 - whole.baseRate) : null,
    byGroup: groups.map(group => {
      const inside = rows
        .map((row, index) => ({ row, route: routes[index]! }))
        .filter(({ row }) => (row.group ?? '(none)') === group);
      const found = qualityOf(
        inside.map(({ row }) => row),
        inside.map(({ route }) => route),
      );
      const decided = inside.filter(({ route }) => route !== 'unsure').length / inside.length;
      return { group, rows: inside.length, decided, accuracy: defined(found?.accuracy) };
    }),
  };
}

function qualityOf(
  rows: readonly OutcomeRow[],
  routes: readonly ('local' | 'cloud' | 'unsure')[],
): DecisionQuality | undefined {
  const decided = rows
    .map((row, index) => ({ row, route: routes[index]! }))
    .filter(({ route }) => route !== 'unsure');
  if (decided.length === 0) return undefined;
  return decisionQuality(
    decided.map(({ route }) => route === 'cloud'),
    decided.map(({ row }) => row.cloud.correct > row.local.correct),
  );
}

function defined(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

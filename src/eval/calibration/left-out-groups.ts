import type { Interval } from '../../algorithms/interval.ts';
import { costsOf } from '../outcomes/outcome-costs.ts';
import type { OutcomeRow } from '../outcomes/outcome-log.ts';
import { evaluatePolicies } from '../policies/evaluate-policies.ts';
import type { Policy } from '../policies/policies.ts';
import { foldByGroup } from './leave-groups-out.ts';

/**
 * What a router ranks worth on groups that it has not seen: each row scored by weights fitted to
 * other groups.
 */
export interface LeftOutGroups {
  readonly groups: number;
  readonly folds: number;
  readonly apgr: number;
  /** Of `apgr`, 95 %, over rows. */
  readonly interval: Interval;
}

/** Measures scores of groups that were left out; `undefined` where both models are equally good. */
export function measureLeftOut(
  rows: readonly OutcomeRow[],
  policy: Policy,
): LeftOutGroups | undefined {
  const [figures] = evaluatePolicies(rows, [policy], { costs: costsOf(rows) }).policies;
  if (figures?.apgr == null || !figures.apgrInterval) return undefined;
  return {
    groups: new Set(rows.map(({ group }) => group)).size,
    folds: new Set(foldByGroup(rows)).size,
    apgr: figures.apgr,
    interval: figures.apgrInterval,
  };
}

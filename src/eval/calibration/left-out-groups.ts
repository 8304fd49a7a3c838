import { costsOf } from '../outcomes/outcome-costs.ts';
import type { OutcomeRow } from '../outcomes/outcome-log.ts';
import { evaluatePolicies } from '../policies/evaluate-policies.ts';
import type { Policy } from '../policies/policies.ts';
import type { LeftOutGroups } from '../saved-forms.ts';
import { foldByGroup } from './leave-groups-out.ts';

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

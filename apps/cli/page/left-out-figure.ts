import type { LeftOutGroups } from '../../../src/entries/eval.ts';

/** Writes what a router is worth on groups that it has not seen. */
export function leftOutFigure({ apgr, interval, groups, folds }: LeftOutGroups): string {
  const { low, high } = interval;
  return (
    `${apgr.toFixed(3)}  (95 %: ${low.toFixed(3)} to ${high.toFixed(3)}; ${groups} groups ` +
    `in ${folds} folds)`
  );
}

import type { OutcomeRow } from '../outcomes/outcome-log.ts';
import type { FeaturedRow } from '../router/fit-head.ts';
import { knownShare, knownWordsOf } from '../router/known-words.ts';
import { type PromptScore, type RouterModel, scorePrompt } from '../router/router-model.ts';

// Each group alone up to so many, else folds of groups.
const mostSingle = 12;
const folds = 5;
const leastGroups = 4;
// Share of the variance of need, 0..1.
const decidingShare = 0.5;

/**
 * Numbers the folds of a leave-groups-out run: no group lies in two of them.
 * @example
 * ```ts
 * const folds = foldByGroup(rows, 5);
 * ```
 */
export function foldByGroup(rows: readonly Pick<OutcomeRow, 'group'>[], most?: number): number[] {
  const sizes = new Map<string, number>();
  for (const { group = '' } of rows) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const count = most ?? (sizes.size <= mostSingle ? sizes.size : folds);
  const loads = new Array<number>(count).fill(0);
  const foldOf = new Map<string, number>();
  // Largest first into the emptiest fold.
  for (const [group, size] of [...sizes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))) {
    const fold = loads.indexOf(Math.min(...loads));
    foldOf.set(group, fold);
    loads[fold]! += size;
  }
  return rows.map(({ group = '' }) => foldOf.get(group)!);
}

/**
 * Tells whether groups all but decide what is needed: a random split would then measure how well
 * they are told apart.
 */
export function groupsDecide(rows: readonly FeaturedRow[]): boolean {
  const needs = rows.map(({ row }) => row.cloud.correct * (1 - row.local.correct));
  const overall = needs.reduce((sum, need) => sum + need, 0) / needs.length;
  const byGroup = new Map<string, number[]>();
  for (const [index, { row }] of rows.entries()) {
    byGroup.set(row.group ?? '', [...(byGroup.get(row.group ?? '') ?? []), needs[index]!]);
  }
  if (byGroup.size < leastGroups) return false;
  let between = 0;
  for (const group of byGroup.values()) {
    between +=
      group.length * (group.reduce((sum, need) => sum + need, 0) / group.length - overall) ** 2;
  }
  const all = needs.reduce((sum, need) => sum + (need - overall) ** 2, 0);
  return between > decidingShare * all;
}

/** A row as weights that were fitted to other groups see it. */
export interface UnseenRow {
  /** How much it needed the cloud, 0..1: the local model wrong and the cloud right. */
  readonly need: number;
  readonly scored: PromptScore;
  /** Share of its words that the other groups know, 0..1. */
  readonly known: number;
}

/** Fits a model to rows. */
export type Fit = (rows: readonly FeaturedRow[]) => RouterModel;

/** Scores every row by weights that were fitted to other groups. */
export function leaveGroupsOut(
  rows: readonly FeaturedRow[],
  fit: Fit,
  folds?: number,
): UnseenRow[] {
  const foldOf = foldByGroup(
    rows.map(({ row }) => row),
    folds,
  );
  const unseen = new Array<UnseenRow>(rows.length);
  for (const fold of new Set(foldOf)) {
    const see = seenBy(
      fit,
      rows.filter((_, index) => foldOf[index] !== fold),
    );
    for (const [index, row] of rows.entries()) if (foldOf[index] === fold) unseen[index] = see(row);
  }
  return unseen;
}

/** Fits weights to rows, and scores others by them. */
export function seenBy(fit: Fit, fitted: readonly FeaturedRow[]): (row: FeaturedRow) => UnseenRow {
  const [model, knownWords] = [fit(fitted), knownWordsOf(fitted)];
  return ({ row, features, vector }) => ({
    scored: scorePrompt(model, features, vector),
    need: row.cloud.correct * (1 - row.local.correct),
    known: model.embedder ? 1 : knownShare(knownWords, features),
  });
}

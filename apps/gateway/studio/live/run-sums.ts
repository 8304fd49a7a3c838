import type { Span } from '../../../../src/entries/runs.ts';
import { answeringSpan, isUnconfigured } from '../recent-runs.ts';

/** What runs came to, in figures. */
export interface RunSums {
  runs: number;
  failed: number;
  /** Of these a model answered. */
  answered: number;
  /** Of these one that is no cloud's did. */
  local: number;
  calls: number;
  cloudCalls: number;
  /** Of the calls whose price is known. */
  costUsd: number;
  unpriced: number;
  /** Against models that are configured. */
  savedUsd: number;
  compared: number;
  leftCharacters: number;
}

/** The sums of no runs. */
export function noSums(): RunSums {
  return {
    ...{ runs: 0, failed: 0, answered: 0, local: 0, calls: 0, cloudCalls: 0 },
    ...{ costUsd: 0, unpriced: 0, savedUsd: 0, compared: 0, leftCharacters: 0 },
  };
}

/** Adds a run to sums; each run of a server passes here while somebody follows. */
export function addRun(sums: RunSums, root: Span): void {
  sums.runs++;
  if (root.error !== undefined) sums.failed++;
  if (addCalls(sums, root)) sums.unpriced++;
  const { decision } = answeringSpan(root) ?? {};
  const place = decision?.place ?? lastPlace(root);
  if (place !== undefined) sums.answered++;
  if (place !== undefined && place !== 'cloud') sums.local++;
  if (typeof decision?.savedUsd !== 'number' || isUnconfigured(decision.baseline)) return;
  sums.savedUsd += decision.savedUsd;
  sums.compared++;
}

// Adds the calls under a span, without a list of them; tells whether the price of one is unknown.
function addCalls(sums: RunSums, span: Span): boolean {
  const { kind, children, attempts, replayed, costUsd, place, characters } = span;
  let isUnpriced = false;
  if (kind === 'pattern') {
    for (const child of children) isUnpriced = addCalls(sums, child) || isUnpriced;
    return isUnpriced;
  }
  if (attempts === 0 && !replayed) return false;
  sums.calls++;
  if (costUsd !== 'unknown') sums.costUsd += costUsd;
  if (place === 'cloud' && !replayed) {
    sums.cloudCalls++;
    sums.leftCharacters += characters;
  }
  return costUsd === 'unknown';
}

function lastPlace({ kind, children, attempts, replayed, place }: Span): Span['place'] {
  if (kind === 'leaf') return attempts > 0 || replayed ? place : undefined;
  for (let at = children.length - 1; at >= 0; at--) {
    const found = lastPlace(children[at]!);
    if (found !== undefined) return found;
  }
  return undefined;
}

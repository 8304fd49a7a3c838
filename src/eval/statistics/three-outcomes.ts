/** A request whose score was computed by weights that had not seen it. */
export interface HeldScore {
  /** 0 (send to the cloud) to 1 (keep local). */
  readonly score: number;
  /** How much the cloud was needed, 0..1: the local model wrong and the cloud right. */
  readonly need: number;
}

/** Where a request goes: local from the one, cloud below the other, unsure between. */
export interface Thresholds {
  readonly localFrom: number;
  readonly cloudBelow: number;
}

// One-sided 90 % bound of a share (Wilson): small zones must be better than their target.
const deviations = 1.2816;

/**
 * Finds the widest zones at both ends of the scores, equally far from the middle, whose decisions
 * are right with `accuracy`, 0..1, judged by a lower bound. One number is chosen, not two: of logs
 * with few kinds of requests, two would fit those kinds. With no such zones `localFrom` is above 1
 * and `cloudBelow` 0.
 */
export function threeOutcomes(held: readonly HeldScore[], accuracy: number): Thresholds {
  const judged = held.map(row => ({ distance: distanceOf(row.score), right: rightOf(row) }));
  return zonesAt(widest(judged, right => lowerBound(right) >= accuracy));
}

/**
 * As `threeOutcomes`, judged by what the scores state and not by what came of the requests: for
 * scores of groups that were left out, corrected by what came of them. Single groups are few and
 * unlike each other, so that their outcomes, taken one by one, would choose zones for those groups.
 */
export function threeOutcomesAsStated(scores: readonly number[], accuracy: number): Thresholds {
  const surest = scores.map(score => ({
    distance: distanceOf(score),
    right: 0.5 + distanceOf(score),
  }));
  return zonesAt(widest(surest, ({ right, count }) => right >= accuracy * count));
}

function zonesAt(distance: number | undefined): Thresholds {
  return distance === undefined
    ? { localFrom: 1.01, cloudBelow: 0 }
    : { localFrom: 0.5 + distance, cloudBelow: 0.5 - distance };
}

interface OutcomeCount {
  readonly right: number;
  readonly count: number;
}

interface JudgedScore {
  readonly distance: number;
  /** How right its decision is, 0..1. */
  readonly right: number;
}

function widest(
  rows: readonly JudgedScore[],
  isGood: (zone: OutcomeCount) => boolean,
): number | undefined {
  const surest = [...rows].sort((a, b) => b.distance - a.distance);
  let right = 0;
  let found: number | undefined;
  for (const [index, { distance, right: own }] of surest.entries()) {
    right += own;
    const isLastOfItsDistance = surest[index + 1]?.distance !== distance;
    if (isLastOfItsDistance && isGood({ right, count: index + 1 })) found = distance;
  }
  return found;
}

function distanceOf(score: number): number {
  return Math.abs(score - 0.5);
}

function rightOf({ score, need }: HeldScore): number {
  return score >= 0.5 ? 1 - need : need;
}

/**
 * Finds the highest score threshold that keeps `ratio` of the cloud's quality, so that least goes
 * to the cloud.
 */
export function thresholdForRatio(
  held: readonly { readonly score: number; readonly local: number; readonly cloud: number }[],
  ratio: number,
): number {
  const rising = [...held].sort((a, b) => a.score - b.score);
  const wanted = ratio * rising.reduce((sum, { cloud }) => sum + cloud, 0);
  let quality = rising.reduce((sum, { local }) => sum + local, 0);
  if (quality >= wanted) return 0;
  for (const [index, { local, cloud, score }] of rising.entries()) {
    quality += cloud - local;
    const isLastOfItsScore = rising[index + 1]?.score !== score;
    if (isLastOfItsScore && quality >= wanted) return Math.min(1, score + 1e-9);
  }
  return 1.01;
}

function lowerBound({ right, count }: OutcomeCount): number {
  const share = right / count;
  const square = deviations ** 2;
  const spread = Math.sqrt((share * (1 - share)) / count + square / (4 * count ** 2));
  return (share + square / (2 * count) - deviations * spread) / (1 + square / count);
}

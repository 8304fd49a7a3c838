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
 * Finds the widest zones at both ends of the scores, equally far from the middle, whose decisions are right with
 * `accuracy`, 0..1, judged by a lower bound. One number is chosen, not two: of logs with few kinds of requests, two would
 * fit those kinds. With no such zones `localFrom` is above 1 and `cloudBelow` 0.
 */
export function threeOutcomes(held: readonly HeldScore[], accuracy: number): Thresholds {
  return zonesAt(widest(held, right => lowerBound(right) >= accuracy));
}

// From this distance on. Kinds that were never seen get scores too sure of themselves, by how much no log can tell.
const leastDistance = 1 / 3;

/**
 * As `threeOutcomes`, for scores of groups that were left out: zones begin a third from the middle, and are narrower only
 * if accuracy is below the target by more than one standard error over groups, which are few and unlike each other.
 */
export function threeOutcomesOverGroups(
  held: readonly (HeldScore & { readonly group: string })[],
  accuracy: number,
): Thresholds {
  const distances = [...new Set(held.map(({ score }) => distanceOf(score)))].sort((a, b) => a - b);
  const allowed = distances.find(
    distance => distance >= leastDistance && accuracyOverGroups(held, distance) >= accuracy,
  );
  return zonesAt(allowed);
}

function zonesAt(distance: number | undefined): Thresholds {
  return distance === undefined
    ? { localFrom: 1.01, cloudBelow: 0 }
    : { localFrom: 0.5 + distance, cloudBelow: 0.5 - distance };
}

interface Count {
  right: number;
  count: number;
}

function widest(held: readonly HeldScore[], isGood: (zone: Count) => boolean): number | undefined {
  const surest = held
    .map(row => ({ distance: distanceOf(row.score), right: rightOf(row) }))
    .sort((a, b) => b.distance - a.distance);
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

// Accuracy of the decided, plus one standard error with groups as units.
function accuracyOverGroups(held: readonly (HeldScore & { readonly group: string })[], distance: number): number {
  const groups = new Map<string, Count>();
  const all: Count = { right: 0, count: 0 };
  for (const row of held) {
    if (distanceOf(row.score) < distance) continue;
    const group = groups.get(row.group) ?? { right: 0, count: 0 };
    groups.set(row.group, group);
    for (const count of [group, all]) {
      count.right += rightOf(row);
      count.count++;
    }
  }
  const mean = all.right / all.count;
  let square = 0;
  for (const { right, count } of groups.values()) square += (right - mean * count) ** 2;
  return mean + Math.sqrt(square) / all.count;
}

/** Finds the highest score threshold that keeps `ratio` of the cloud's quality, so that least goes to the cloud. */
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

function lowerBound({ right, count }: Count): number {
  const share = right / count;
  const square = deviations ** 2;
  const spread = Math.sqrt((share * (1 - share)) / count + square / (4 * count ** 2));
  return (share + square / (2 * count) - deviations * spread) / (1 + square / count);
}

import type { Demands } from '../saved-forms.ts';
import { exactPValue, hoeffdingBentkusPValue } from './mean-tests.ts';
import { openQualityTest, type ScoredOutcome } from './quality-test.ts';

/** What a cascade does at one threshold, on the rows at hand. */
export interface OperatingPoint {
  /** Answers that score so much or more are accepted; `Infinity` sends everything to the cloud. */
  readonly threshold: number;
  /** Share of requests that go to the cloud, 0..1. */
  readonly escalation: number;
  /** Share of right answers, 0..1. */
  readonly accuracy: number;
  /** Accuracy as a share of the cloud's; may exceed 1. */
  readonly ratio: number;
  /** Share of the cloud's right answers that stay right, 0..1. */
  readonly kept: number;
  /** Mean cost of a request in US dollars, where costs are known. */
  readonly costUsd?: number;
}

/**
 * Costs of a request in US dollars: of the draft with all its checks, and of the cloud's answer.
 */
export interface RequestCost {
  readonly local: number;
  readonly cloud: number;
}

/** A threshold, or why there is none. */
export interface ThresholdChoice {
  /** Absent if no threshold meets all demands with that confidence. */
  readonly chosen?: OperatingPoint;
  /**
   * The point with the highest quality among those within the caps; without caps, the best there
   * is.
   */
  readonly best: OperatingPoint;
  /** Every distinct threshold, from everything in the cloud to nothing. */
  readonly curve: readonly OperatingPoint[];
  /** Error probability given to each demand. */
  readonly level: number;
}

/**
 * Chooses the threshold by learn-then-test with fixed-sequence testing (Angelopoulos et al.,
 * arXiv:2110.01052): thresholds are tested from "everything to the cloud" on, and the last one
 * before the first failure is taken. The quality then holds for requests like these with the
 * confidence asked for, whatever the scores are worth. Caps are tested from the other end, and the
 * error probability is shared between the demands.
 */
export function chooseThreshold(
  rows: readonly ScoredOutcome[],
  demands: Demands,
  costs?: readonly RequestCost[],
): ThresholdChoice {
  const { quality, measure = 'ratio', maxEscalation, maxCostUsd } = demands;
  const count = [quality, maxEscalation, maxCostUsd].filter(demand => demand !== undefined).length;
  const level = (1 - demands.confidence) / Math.max(1, count);
  const test =
    quality === undefined ? undefined : openQualityTest(rows, { measure, target: quality });
  const capped = capTest(rows, demands, { costs, level });
  const curve: OperatingPoint[] = [];
  let isSound = true;
  let chosen: OperatingPoint | undefined;
  for (const { point, moved } of sweep(rows, costs)) {
    curve.push(point);
    for (const row of moved) test?.accept(row);
    if (test) isSound &&= test.refutes(level);
    if (!isSound || !capped.holds(point)) continue;
    // With a quality to keep, the cheapest sound point; without one, the best within the caps.
    if (test || !chosen || point[measure] > chosen[measure]) chosen = point;
  }
  const within = curve.filter(capped.holdsHere);
  const best = (within.length > 0 ? within : curve).reduce((a, b) =>
    b[measure] > a[measure] ? b : a,
  );
  return { ...(chosen && { chosen }), best, curve, level };
}

/** Draws the cost–quality curve of a score: a point for each distinct threshold. */
export function operatingPoints(
  rows: readonly ScoredOutcome[],
  costs?: readonly RequestCost[],
): OperatingPoint[] {
  return [...sweep(rows, costs)].map(({ point }) => point);
}

/**
 * What a cascade does at a given threshold.
 * @example
 * ```ts
 * const scored = scoreRows(readCalibration('support.calibration.json'), rows);
 * console.log(operatingPointAt(scored, 0.8));
 * ```
 */
export function operatingPointAt(
  rows: readonly ScoredOutcome[],
  threshold: number,
  costs?: readonly RequestCost[],
): OperatingPoint {
  const levelled = rows.map(row => ({ ...row, score: row.score >= threshold ? 1 : 0 }));
  const point = operatingPoints(levelled, costs).findLast(candidate => candidate.threshold >= 1)!;
  return { ...point, threshold };
}

interface ThresholdStep {
  readonly point: OperatingPoint;
  /** Requests that are accepted from this threshold on. */
  readonly moved: readonly ScoredOutcome[];
}

function* sweep(
  rows: readonly ScoredOutcome[],
  costs: readonly RequestCost[] | undefined,
): Generator<ThresholdStep> {
  const order = [...rows.keys()].sort((a, b) => rows[b]!.score - rows[a]!.score);
  const cloudRight = rows.reduce((sum, { cloud }) => sum + cloud, 0);
  const sums = {
    accepted: 0,
    right: cloudRight,
    lost: 0,
    cost: costs?.reduce((sum, { local, cloud }) => sum + local + cloud, 0),
  };
  const pointAt = (threshold: number): OperatingPoint => ({
    threshold,
    escalation: 1 - sums.accepted / rows.length,
    accuracy: sums.right / rows.length,
    ratio: cloudRight > 0 ? sums.right / cloudRight : Number.NaN,
    kept: cloudRight > 0 ? 1 - sums.lost / cloudRight : Number.NaN,
    ...(sums.cost !== undefined && { costUsd: sums.cost / rows.length }),
  });
  yield { point: pointAt(Number.POSITIVE_INFINITY), moved: [] };
  for (let place = 0; place < order.length; ) {
    const { score } = rows[order[place]!]!;
    const moved: ScoredOutcome[] = [];
    for (; place < order.length && rows[order[place]!]!.score === score; place++) {
      const index = order[place]!;
      const row = rows[index]!;
      moved.push(row);
      sums.accepted++;
      sums.right += row.local - row.cloud;
      sums.lost += Math.max(0, row.cloud - row.local);
      if (sums.cost !== undefined) sums.cost -= costs![index]!.cloud;
    }
    yield { point: pointAt(score), moved };
  }
}

// Escalation and cost fall along the sweep, so that what a cap allows is one stretch at its end.
function capTest(
  rows: readonly ScoredOutcome[],
  { maxEscalation, maxCostUsd }: Demands,
  { costs, level }: { readonly costs: readonly RequestCost[] | undefined; readonly level: number },
) {
  const n = rows.length;
  const largest = (costs ?? []).reduce(
    (most, { local, cloud }) => Math.max(most, local + cloud),
    0,
  );
  const allowsShare = ({ escalation }: OperatingPoint) =>
    maxEscalation === undefined ||
    exactPValueAbove(Math.round(escalation * n), n, maxEscalation) <= level;
  const allowsCost = ({ costUsd }: OperatingPoint) =>
    maxCostUsd === undefined ||
    costUsd === undefined ||
    largest <= maxCostUsd ||
    hoeffdingBentkusPValue({ mean: costUsd / largest, n, most: maxCostUsd / largest }) <= level;
  return {
    holds: (point: OperatingPoint) => allowsShare(point) && allowsCost(point),
    /** Whether a point is within the caps on these rows, guaranteed or not. */
    holdsHere: ({ escalation, costUsd }: OperatingPoint) =>
      escalation <= (maxEscalation ?? 1) &&
      (costUsd ?? 0) <= (maxCostUsd ?? Number.POSITIVE_INFINITY),
  };
}

// "The share is above the cap": with a cap of 1 nothing can be.
function exactPValueAbove(k: number, n: number, cap: number): number {
  return cap >= 1 ? 0 : exactPValue({ k, n, most: cap });
}

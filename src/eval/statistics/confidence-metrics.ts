/** One bin of a reliability diagram. */
export interface ReliabilityBin {
  readonly count: number;
  /** Mean stated probability, 0..1. */
  readonly stated: number;
  /** Mean outcome, 0..1. */
  readonly observed: number;
}

/** One point of a risk–coverage curve. */
export interface RiskPoint {
  /** Share of requests that are answered, most confident first, 0..1. */
  readonly coverage: number;
  /** Share of wrong answers among them, 0..1. */
  readonly risk: number;
}

/** What a yes-or-no decision is worth beside its base rate; `NaN` where a class is missing. */
export interface DecisionQuality {
  /** Share of right decisions, 0..1. */
  readonly accuracy: number;
  /** Mean of both classes' recalls, 0..1; .5 is what a constant decision has. */
  readonly balancedAccuracy: number;
  readonly precision: number;
  readonly recall: number;
  /** Share of positive cases: what "always no" gets wrong. */
  readonly baseRate: number;
}

/**
 * Computes the area under the receiver operating characteristic: the probability that a right case
 * scores above a wrong one, ties counted half. `outcomes` are 0..1; one between counts partly as
 * either. `NaN` where a class is missing.
 * @example
 * ```ts
 * console.log(auroc([0.9, 0.4, 0.8], [1, 0, 1])); // 1
 * ```
 */
export function auroc(
  scores: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  weights?: ArrayLike<number>,
): number {
  const order = ascending(scores);
  let positives = 0;
  let negatives = 0;
  let wins = 0;
  for (let place = 0; place < order.length; ) {
    const score = scores[order[place]!]!;
    let [right, wrong] = [0, 0];
    for (; place < order.length && scores[order[place]!] === score; place++) {
      const weight = weights?.[order[place]!] ?? 1;
      const outcome = outcomes[order[place]!]!;
      right += weight * outcome;
      wrong += weight * (1 - outcome);
    }
    wins += right * (negatives + wrong / 2);
    positives += right;
    negatives += wrong;
  }
  return positives > 0 && negatives > 0 ? wins / (positives * negatives) : Number.NaN;
}

/**
 * Bins stated probabilities by equal counts and says what came of each; equal probabilities share a
 * bin.
 */
export function reliability(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  bins = 10,
): ReliabilityBin[] {
  const order = ascending(probabilities);
  const found: ReliabilityBin[] = [];
  for (let begin = 0; begin < order.length; ) {
    let end = Math.max(begin + 1, Math.round(((found.length + 1) * order.length) / bins));
    while (end < order.length && probabilities[order[end]!] === probabilities[order[end - 1]!])
      end++;
    let [stated, observed] = [0, 0];
    for (let place = begin; place < end && place < order.length; place++) {
      stated += probabilities[order[place]!]!;
      observed += outcomes[order[place]!]!;
    }
    const count = Math.min(end, order.length) - begin;
    found.push({ count, stated: stated / count, observed: observed / count });
    begin = end;
  }
  return found;
}

/**
 * Computes the expected calibration error, 0..1: mean distance of stated from observed, over bins
 * of equal counts.
 * @example
 * ```ts
 * console.log(calibrationError([0.9, 0.2, 0.8], [1, 0, 1]));
 * ```
 */
export function calibrationError(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  bins = 10,
): number {
  let distance = 0;
  for (const { count, stated, observed } of reliability(probabilities, outcomes, bins)) {
    distance += count * Math.abs(stated - observed);
  }
  return distance / probabilities.length;
}

/**
 * Computes the Brier score: the mean squared distance of probabilities from outcomes, 0 (best) to
 * 1.
 */
export function brierScore(probabilities: ArrayLike<number>, outcomes: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < probabilities.length; index++)
    sum += (probabilities[index]! - outcomes[index]!) ** 2;
  return sum / probabilities.length;
}

/** Draws the risk–coverage curve: how wrong answers are when only the most confident are given. */
export function riskCoverage(
  confidences: ArrayLike<number>,
  outcomes: ArrayLike<number>,
): RiskPoint[] {
  const order = ascending(confidences).reverse();
  const points: RiskPoint[] = [];
  let wrong = 0;
  for (let place = 0; place < order.length; place++) {
    wrong += 1 - outcomes[order[place]!]!;
    const isTied =
      place + 1 < order.length && confidences[order[place + 1]!] === confidences[order[place]!];
    if (!isTied) points.push({ coverage: (place + 1) / order.length, risk: wrong / (place + 1) });
  }
  return points;
}

/** Computes the area under a risk–coverage curve, 0..1; lower is better. */
export function riskArea(points: readonly RiskPoint[]): number {
  let area = 0;
  let before = 0;
  for (const { coverage, risk } of points) {
    area += (coverage - before) * risk;
    before = coverage;
  }
  return area;
}

/** Judges yes-or-no decisions against what was needed. */
export function decisionQuality(
  decided: ArrayLike<boolean>,
  needed: ArrayLike<boolean>,
): DecisionQuality {
  let [hits, falseAlarms, misses] = [0, 0, 0];
  for (let index = 0; index < decided.length; index++) {
    if (decided[index] && needed[index]) hits++;
    else if (decided[index]) falseAlarms++;
    else if (needed[index]) misses++;
  }
  const rest = decided.length - hits - falseAlarms - misses;
  const recall = hits / (hits + misses);
  return {
    accuracy: (hits + rest) / decided.length,
    balancedAccuracy: (recall + rest / (rest + falseAlarms)) / 2,
    precision: hits / (hits + falseAlarms),
    recall,
    baseRate: (hits + misses) / decided.length,
  };
}

function ascending(values: ArrayLike<number>): Int32Array {
  return Int32Array.from({ length: values.length }, (_, index) => index).sort(
    (a, b) => values[a]! - values[b]!,
  );
}

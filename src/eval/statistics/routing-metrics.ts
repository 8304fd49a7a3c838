/**
 * A request with what both models made of it and how urgently a policy would send it to the cloud.
 */
export interface RoutedOutcome {
  /** Any number: of two requests, the one with the higher urgency goes to the cloud first. */
  readonly urgency: number;
  /** How right the local model is, 0..1. */
  readonly local: number;
  /** How right the cloud model is, 0..1. */
  readonly cloud: number;
}

/**
 * Requests in the order in which a policy sends them to the cloud; of equal urgency, they share a
 * rank.
 */
export interface Ranking {
  /** Indices into the requests, most urgent first. */
  readonly order: Int32Array;
  /**
   * Place of the first request in `order` after each group of equal urgency, rising; the last is
   * the count.
   */
  readonly ends: Int32Array;
  readonly local: Float64Array;
  readonly cloud: Float64Array;
}

/** One point of a cost–quality curve. */
export interface CurvePoint {
  /** Share of requests that reach the cloud, 0..1. */
  readonly share: number;
  /** Mean quality at that share, 0..1. */
  readonly quality: number;
}

/** Ranks requests by urgency, once for all metrics and bootstrap resamples. */
export function rankByUrgency(rows: readonly RoutedOutcome[]): Ranking {
  const urgency = Float64Array.from(rows, row => row.urgency);
  const order = Int32Array.from(rows.keys()).sort((a, b) => urgency[b]! - urgency[a]! || a - b);
  const ends: number[] = [];
  for (let place = 1; place <= order.length; place++) {
    if (place === order.length || urgency[order[place]!] !== urgency[order[place - 1]!])
      ends.push(place);
  }
  return {
    order,
    ends: Int32Array.from(ends),
    local: Float64Array.from(rows, row => row.local),
    cloud: Float64Array.from(rows, row => row.cloud),
  };
}

/**
 * Draws the cost–quality curve from always local (share 0) to always cloud (share 1). Requests of
 * equal urgency are one straight line: they are sent in random order. `weights` count each request
 * so many times (a bootstrap resample).
 */
export function costQualityCurve(ranking: Ranking, weights?: ArrayLike<number>): CurvePoint[] {
  const { order, ends, local, cloud } = ranking;
  let total = 0;
  let quality = 0;
  for (let index = 0; index < order.length; index++) {
    const weight = weights?.[index] ?? 1;
    total += weight;
    quality += weight * local[index]!;
  }
  const points: CurvePoint[] = [{ share: 0, quality: quality / total }];
  let sent = 0;
  let place = 0;
  for (const end of ends) {
    const before = sent;
    for (; place < end; place++) {
      const index = order[place]!;
      const weight = weights?.[index] ?? 1;
      sent += weight;
      quality += weight * (cloud[index]! - local[index]!);
    }
    if (sent > before) points.push({ share: sent / total, quality: quality / total });
  }
  return points;
}

/**
 * Averages the performance gap recovered over all shares of cloud calls (APGR, RouteLLM,
 * arXiv:2406.18665, §3.1): 0 recovers nothing, .5 is a random mixture, above 1 is possible where
 * the local model is right and the cloud wrong. `NaN` where both models are equally good.
 */
export function apgr(curve: readonly CurvePoint[]): number {
  let area = 0;
  for (let index = 1; index < curve.length; index++) {
    const [from, to] = [curve[index - 1]!, curve[index]!];
    area += ((to.share - from.share) * (from.quality + to.quality)) / 2;
  }
  const [weak, strong] = [curve[0]!.quality, curve.at(-1)!.quality];
  return weak === strong ? Number.NaN : (area - weak) / (strong - weak);
}

/** Computes APGR from a ranking without drawing the curve: for bootstrap resamples. */
export function apgrOf({ order, ends, local, cloud }: Ranking, weights: ArrayLike<number>): number {
  let [total, gain, area, sent, place] = [0, 0, 0, 0, 0];
  for (let index = 0; index < order.length; index++) {
    total += weights[index]!;
  }
  for (const end of ends) {
    const [sentBefore, gainBefore] = [sent, gain];
    for (; place < end; place++) {
      const index = order[place]!;
      sent += weights[index]!;
      gain += weights[index]! * (cloud[index]! - local[index]!);
    }
    area += ((sent - sentBefore) * (gainBefore + gain)) / 2;
  }
  return gain === 0 ? Number.NaN : area / total / gain;
}

/**
 * Finds the least share of cloud calls, 0..1, with which a quality is reached first. Curves need
 * not rise, so it is the first crossing. `NaN` where the curve never reaches it.
 */
export function shareFor(curve: readonly CurvePoint[], quality: number): number {
  if (curve[0]!.quality >= quality) return 0;
  for (let index = 1; index < curve.length; index++) {
    const [from, to] = [curve[index - 1]!, curve[index]!];
    if (to.quality < quality) continue;
    return (
      from.share +
      ((to.share - from.share) * (quality - from.quality)) / (to.quality - from.quality)
    );
  }
  return Number.NaN;
}

/**
 * Finds the call-performance threshold CPT(x): the share of cloud calls, 0..1, that recovers `gap`
 * of the gap, 0..1.
 */
export function callShareForGap(curve: readonly CurvePoint[], gap: number): number {
  const [weak, strong] = [curve[0]!.quality, curve.at(-1)!.quality];
  return strong > weak ? shareFor(curve, weak + gap * (strong - weak)) : Number.NaN;
}

/** Finds the share of cloud calls, 0..1, that keeps `ratio` of the cloud's own quality, 0..1. */
export function callShareForRatio(curve: readonly CurvePoint[], ratio: number): number {
  return shareFor(curve, ratio * curve.at(-1)!.quality);
}

/** Reads the quality, 0..1, that a curve has at a share of cloud calls, 0..1. */
export function qualityAt(curve: readonly CurvePoint[], share: number): number {
  const index = curve.findIndex(point => point.share >= share);
  if (index <= 0) return curve[Math.max(0, index)]!.quality;
  const [from, to] = [curve[index - 1]!, curve[index]!];
  return (
    from.quality + ((to.quality - from.quality) * (share - from.share)) / (to.share - from.share)
  );
}

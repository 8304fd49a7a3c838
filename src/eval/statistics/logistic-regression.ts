/** A sparse vector: `values[k]` stands at `indices[k]`. */
export interface SparseVector {
  readonly indices: Uint32Array;
  readonly values: Float64Array;
}

/** How a regression is fitted. */
export interface FitOptions {
  /** Length of the weight vector; every index lies below. */
  readonly dimensions: number;
  /**
   * Weight of the loss against the squared length of the weights; larger fits closer. Default: 1.
   */
  readonly strength?: number;
  /** Passes over the rows. Default: 10. */
  readonly epochs?: number;
  /** Gives numbers from 0 (included) to 1 (excluded); decides the order of rows. */
  readonly random: () => number;
}

/** Maps log-odds to a probability. */
export function sigmoid(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

/** Maps a probability to log-odds, kept finite. */
export function logit(probability: number): number {
  const kept = Math.min(1 - 1e-9, Math.max(1e-9, probability));
  return Math.log(kept / (1 - kept));
}

/** Multiplies a sparse vector with weights. */
export function dot(weights: ArrayLike<number>, { indices, values }: SparseVector): number {
  let sum = 0;
  for (let k = 0; k < indices.length; k++) sum += weights[indices[k]!]! * values[k]!;
  return sum;
}

/**
 * Fits L2-regularised logistic regression by dual coordinate ascent (Yu, Huang and Lin, 2011), here
 * for targets 0..1: each row's share in the weights is `strength * (target - predicted)`, found by
 * Newton's method in log-odds.
 */
export function fitLogistic(
  rows: readonly SparseVector[],
  targets: ArrayLike<number>,
  options: FitOptions,
) {
  const { dimensions, strength = 1, epochs = 10, random } = options;
  const weights = new Float64Array(dimensions);
  const shares = new Float64Array(rows.length);
  const lengths = Float64Array.from(rows, ({ values }) =>
    values.reduce((sum, value) => sum + value * value, 0),
  );
  const order = Int32Array.from(rows.keys());
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(order, random);
    for (const row of order) {
      const vector = rows[row]!;
      const before = shares[row]!;
      const predicted = dot(weights, vector);
      const share = bestShare({
        predicted,
        before,
        length: lengths[row]!,
        target: targets[row]!,
        strength,
      });
      shares[row] = share;
      const { indices, values } = vector;
      for (let k = 0; k < indices.length; k++)
        weights[indices[k]!]! += (share - before) * values[k]!;
    }
  }
  return weights;
}

interface Coordinate {
  readonly predicted: number;
  readonly before: number;
  /** Squared length of the row. */
  readonly length: number;
  readonly target: number;
  readonly strength: number;
}

function bestShare({ predicted, before, length, target, strength }: Coordinate): number {
  let logOdds = predicted;
  for (let step = 0; step < 8; step++) {
    const probability = sigmoid(logOdds);
    const distance = logOdds - predicted - length * (strength * (target - probability) - before);
    const change = distance / (1 + length * strength * probability * (1 - probability));
    logOdds -= change;
    if (Math.abs(change) < 1e-5) break;
  }
  return strength * (target - sigmoid(logOdds));
}

/** Shuffles in place (Fisher and Yates). */
export function shuffle(order: Int32Array, random: () => number): void {
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const kept = order[last]!;
    order[last] = order[other]!;
    order[other] = kept;
  }
}

/** A logistic regression over a few numbers. */
export interface DenseLogistic {
  readonly weights: readonly number[];
  readonly intercept: number;
}

/** What a logistic regression is fitted to. */
export interface LogisticSample {
  /** Equally many in every sample, best of mean 0 and deviation 1. */
  readonly features: readonly number[];
  /** 0..1 */
  readonly outcome: number;
}

/**
 * Fits a logistic regression by Newton's method with a ridge on the weights, so that perfectly
 * parted samples end in finite weights. Over a single score it is Platt scaling.
 */
export function fitLogistic(samples: readonly LogisticSample[], ridge = 1): DenseLogistic {
  const size = (samples[0]?.features.length ?? 0) + 1;
  const beta = new Array<number>(size).fill(0);
  for (let round = 0; round < 50; round++) {
    const { gradient, hessian } = derivatives(samples, beta, ridge);
    const step = solve(hessian, gradient);
    for (let index = 0; index < size; index++) beta[index]! += step[index]!;
    if (Math.max(...step.map(Math.abs)) < 1e-10) break;
  }
  return { weights: beta.slice(0, -1), intercept: beta.at(-1)! };
}

/** Gives the probability, 0..1, that a logistic regression states. */
export function logisticProbability(
  { weights, intercept }: DenseLogistic,
  features: readonly number[],
): number {
  return (
    1 /
    (1 +
      Math.exp(-weights.reduce((sum, weight, index) => sum + weight * features[index]!, intercept)))
  );
}

function derivatives(samples: readonly LogisticSample[], beta: readonly number[], ridge: number) {
  const size = beta.length;
  // Just enough on the intercept that samples of one class end too.
  const penalty = (index: number) => (index === size - 1 ? 1e-3 : ridge);
  const gradient = beta.map((value, index) => -penalty(index) * value);
  const hessian = beta.map((_, row) =>
    beta.map((__, column) => (row === column ? penalty(row) : 0)),
  );
  for (const { features, outcome } of samples) {
    const inputs = [...features, 1];
    const p =
      1 / (1 + Math.exp(-inputs.reduce((sum, input, index) => sum + input * beta[index]!, 0)));
    for (let row = 0; row < size; row++) {
      gradient[row]! += inputs[row]! * (outcome - p);
      for (let column = 0; column < size; column++)
        hessian[row]![column]! += inputs[row]! * inputs[column]! * p * (1 - p);
    }
  }
  return { gradient, hessian };
}

// Gaussian elimination with pivoting, on a matrix that the ridge has made definite.
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const size = right.length;
  const rows = matrix.map((row, index) => [...row, right[index]!]);
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column; row < size; row++)
      if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row;
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    for (let row = column + 1; row < size; row++) {
      const factor = rows[row]![column]! / rows[column]![column]!;
      for (let at = column; at <= size; at++) rows[row]![at]! -= factor * rows[column]![at]!;
    }
  }
  const found = new Array<number>(size).fill(0);
  for (let row = size - 1; row >= 0; row--) {
    const known = found.reduce(
      (sum, value, column) => (column > row ? sum + value * rows[row]![column]! : sum),
      0,
    );
    found[row] = (rows[row]![size]! - known) / rows[row]![row]!;
  }
  return found;
}

/**
 * P(X ≤ k) of a binomial count X of `n` trials with probability `p`, 0..1; exact but for rounding.
 */
export function binomialCdf(
  k: number,
  { n, p }: { readonly n: number; readonly p: number },
): number {
  if (k < 0) return 0;
  if (k >= n || p <= 0) return 1;
  if (p >= 1) return 0;
  return incompleteBeta(1 - p, n - k, k + 1);
}

/**
 * Bounds a share of which `k` of `n` were seen (Clopper and Pearson, 1934): two-sided and exact, so
 * that it covers the true share with at least `confidence`. Without trials it is 0..1.
 * @example
 * ```ts
 * const { low, high } = clopperPearson(97, { n: 100, confidence: 0.95 });
 * ```
 */
export function clopperPearson(
  k: number,
  { n, confidence }: { readonly n: number; readonly confidence: number },
) {
  const tail = (1 - confidence) / 2;
  return { low: lowerBound(k, n, tail), high: upperBound(k, n, tail) };
}

/** The share that lies above the true one with probability `1 − tail` at least. */
export function upperBound(k: number, n: number, tail: number): number {
  if (k >= n) return 1;
  return bisect(p => binomialCdf(k, { n, p }) > tail);
}

/** The share that lies below the true one with probability `1 − tail` at least. */
export function lowerBound(k: number, n: number, tail: number): number {
  return k <= 0 ? 0 : bisect(p => 1 - binomialCdf(k - 1, { n, p }) < tail);
}

/**
 * The regularised incomplete beta function I_x(a, b), by Lentz's continued fraction; relative error
 * about 1e-12.
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast on this side of the mean alone.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x),
  );
  return (front * betaFraction(x, a, b)) / a;
}

/** The natural logarithm of the gamma function of a positive number (Lanczos, g = 7). */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const shifted = x - 1;
  const sum = lanczos.reduce(
    (total, each, index) => total + each / (shifted + index + 1),
    lanczosFirst,
  );
  const base = shifted + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(sum);
}

const lanczosFirst = 0.999_999_999_999_809_9;
const lanczos = [
  676.520_368_121_885_1, -1259.139_216_722_402_8, 771.323_428_777_653_1, -176.615_029_162_140_6,
  12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_572e-6,
  1.505_632_735_149_311_6e-7,
];

function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = away(1 - ((a + b) * x) / (a + 1));
  d = 1 / d;
  let result = d;
  for (let m = 1; m <= 1000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    result *= d * c;
    if (Math.abs(d * c - 1) < 1e-14) return result;
  }
  return result;
}

function away(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value;
}

// Where a condition that holds below turns false.
function bisect(holds: (p: number) => boolean): number {
  let low = 0;
  let high = 1;
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

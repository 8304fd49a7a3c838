import { binomialCdf, logGamma, lowerBound, upperBound } from '../../algorithms/votes/binomial.ts';

/** Requests by what the cascade and the cloud made of them. */
export interface PairedCounts {
  /** The cloud would have been right, the cascade is wrong. */
  readonly lost: number;
  /** The cloud would have been wrong, the cascade is right. */
  readonly won: number;
}

/** What is known before any threshold is tested. */
export interface PairedFrame {
  readonly n: number;
  /** Least accuracy as a share of the cloud's, 0..1. */
  readonly ratio: number;
  /** Rows that the cloud gets right. */
  readonly cloudRight: number;
  /** Rows that the local model alone gets right: no threshold can win more. */
  readonly wonAtMost: number;
}

// Error probability that each of the two shares that are not tested may take; small beside any
// level in use.
const aside = 0.001;
// Beyond so many pairs of counts a coarser test is sharp enough.
const mostCells = 400_000;
const gridSize = 24;

/**
 * Tests "the cascade's accuracy is below `ratio` of the cloud's" by paired outcomes, that is
 * P(lost) − P(won) > margin with margin = (1 − ratio) · P(cloud right). Exact and unconditional
 * (after Barnard, 1945): the p-value is the probability of counts with at least the likelihood
 * ratio of those seen, under the worst P(won) that its Clopper–Pearson bound allows (Berger and
 * Boos, 1994).
 */
export function ratioTester(frame: PairedFrame): (counts: PairedCounts) => number {
  const { n, ratio, cloudRight, wonAtMost } = frame;
  const margin = (1 - ratio) * lowerBound(cloudRight, n, aside);
  const most = upperBound(wonAtMost, n, aside);
  if (margin <= 0 || 2 * most + margin >= 1) return () => 1;
  const plan: RatioPlan = {
    n,
    margin,
    most,
    lostTo: reach(n, most + margin),
    wonTo: reach(n, most),
  };
  const isSmall = (plan.lostTo + 1) * (plan.wonTo + 1) <= mostCells;
  const pValue = isSmall ? tabulated(plan) : byDifference(plan);
  return ({ lost, won }) =>
    lost - won >= margin * n ? 1 : Math.min(1, pValue(lost, won) + 2 * aside);
}

interface RatioPlan {
  readonly n: number;
  readonly margin: number;
  /** Largest P(won) that is allowed for. */
  readonly most: number;
  /** Counts beyond these have no probability worth counting. */
  readonly lostTo: number;
  readonly wonTo: number;
}

function reach(n: number, share: number): number {
  return Math.min(n, Math.ceil(n * share + 7 * Math.sqrt(n * share * (1 - share)) + 7));
}

// For every P(won) of a grid: the likelihood ratios in falling order with their summed
// probabilities.
function tabulated(plan: RatioPlan): (lost: number, won: number) => number {
  const cells = cellsOf(plan);
  const grid = Array.from(
    { length: gridSize },
    (_, index) => plan.most * (index / (gridSize - 1)) ** 2,
  );
  const sums = grid.map(won => summed(cells, won, plan));
  return (lost, won) => {
    // Rounding may part what is equal.
    const place = countAtLeast(cells.evidence, evidence(lost, won, plan) - 1e-9);
    return place === 0 ? 0 : Math.max(...sums.map(sum => sum[place - 1]!));
  };
}

interface Cells {
  readonly lost: Int32Array;
  readonly won: Int32Array;
  /** Falling. */
  readonly evidence: Float64Array;
}

function cellsOf(plan: RatioPlan): Cells {
  const found: { lost: number; won: number; evidence: number }[] = [];
  for (let won = 0; won <= plan.wonTo; won++) {
    for (
      let lost = 0;
      lost <= Math.min(plan.lostTo, won + plan.margin * plan.n, plan.n - won);
      lost++
    ) {
      found.push({ lost, won, evidence: evidence(lost, won, plan) });
    }
  }
  found.sort((a, b) => b.evidence - a.evidence);
  return {
    lost: Int32Array.from(found, cell => cell.lost),
    won: Int32Array.from(found, cell => cell.won),
    evidence: Float64Array.from(found, cell => cell.evidence),
  };
}

// Log-likelihood of the counts themselves over that of the best shares on the border of the
// hypothesis.
function evidence(lost: number, won: number, { n, margin }: RatioPlan): number {
  if (lost - won >= margin * n) return 0;
  const rest = n - lost - won;
  const free = logTerm(lost, lost / n) + logTerm(won, won / n) + logTerm(rest, rest / n);
  const linear = (lost + won) * (1 - margin) - 2 * margin * (n - lost);
  const border =
    (linear + Math.sqrt(linear * linear + 8 * n * won * margin * (1 - margin))) / (4 * n);
  const share = Math.max(0, border);
  return (
    free -
    logTerm(lost, share + margin) -
    logTerm(won, share) -
    logTerm(rest, 1 - 2 * share - margin)
  );
}

function logTerm(count: number, share: number): number {
  return count === 0 ? 0 : count * Math.log(Math.max(share, 1e-300));
}

function summed({ lost, won }: Cells, share: number, { n, margin }: RatioPlan): Float64Array {
  const logs = [
    Math.log(share + margin),
    share === 0 ? Number.NEGATIVE_INFINITY : Math.log(share),
    Math.log(1 - 2 * share - margin),
  ];
  const whole = logGamma(n + 1);
  const factorials = Float64Array.from({ length: n + 1 }, (_, count) => logGamma(count + 1));
  const sums = new Float64Array(lost.length);
  let sum = 0;
  for (let index = 0; index < lost.length; index++) {
    const [l, w] = [lost[index]!, won[index]!];
    const rest = n - l - w;
    const chosen = whole - factorials[l]! - factorials[w]! - factorials[rest]!;
    sum += Math.exp(chosen + l * logs[0]! + (w === 0 ? 0 : w * logs[1]!) + rest * logs[2]!);
    sums[index] = sum;
  }
  return sums;
}

function countAtLeast(falling: Float64Array, least: number): number {
  let low = 0;
  let high = falling.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (falling[middle]! >= least) low = middle + 1;
    else high = middle;
  }
  return low;
}

// On many rows the difference alone is sharp enough: P(lost − won ≤ difference), where P(won) is as
// large as allowed.
function byDifference({ n, margin, most }: RatioPlan): (lost: number, won: number) => number {
  const shares = [most / 4, most / 2, most];
  return (lost, won) =>
    Math.max(...shares.map(share => differenceCdf(lost - won, { n, won: share, margin })));
}

function differenceCdf(
  difference: number,
  { n, won, margin }: { readonly n: number; readonly won: number; readonly margin: number },
): number {
  const lost = won + margin;
  if (won === 0) return binomialCdf(difference, { n, p: lost });
  const spread = 8 * Math.sqrt(n * won * (1 - won)) + 8;
  const first = Math.max(0, Math.floor(n * won - spread), -difference);
  const last = Math.min(n, Math.ceil(n * won + spread));
  const logChoose = logGamma(n + 1) - logGamma(first + 1) - logGamma(n - first + 1);
  let chance = Math.exp(logChoose + first * Math.log(won) + (n - first) * Math.log1p(-won));
  let sum = 0;
  for (let count = first; count <= last; count++) {
    if (chance > 1e-9)
      sum +=
        chance *
        binomialCdf(difference + count, { n: n - count, p: Math.min(1, lost / (1 - won)) });
    chance *= ((n - count) / (count + 1)) * (won / (1 - won));
  }
  return sum;
}

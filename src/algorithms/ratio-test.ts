import { binomialCdf, logGamma, lowerBound, upperBound } from './binomial.ts';

/** Requests by what the cascade and the cloud made of them. */
export interface PairedCounts {
  readonly n: number;
  /** The cloud would have been right, the cascade is wrong. */
  readonly lost: number;
  /** The cloud would have been wrong, the cascade is right. */
  readonly won: number;
  /** The cloud would have been right. */
  readonly cloudRight: number;
}

// Error probability that each of the two shares that are not tested may take; small beside any level in use.
const aside = 0.001;

/**
 * Tests "the cascade's accuracy is below `ratio` of the cloud's" by paired outcomes, that is
 * P(lost) − P(won) > (1 − ratio) · P(cloud right). The difference of two multinomial counts is summed exactly, with the
 * worst P(won) and P(cloud right) that their Clopper–Pearson bounds allow (Berger and Boos, 1994).
 */
export function ratioTester(ratio: number): (counts: PairedCounts) => number {
  const upperWon = remembered((won, n) => upperBound(won, n, aside));
  const lowerRight = remembered((right, n) => lowerBound(right, n, aside));
  return ({ n, lost, won, cloudRight }) => {
    const margin = (1 - ratio) * lowerRight(cloudRight, n);
    const difference = lost - won;
    if (difference >= margin * n) return 1;
    const most = upperWon(won, n);
    const least = Math.max(0, won / n - (most - won / n));
    const p = Math.max(...[least, won / n, most].map(share => differenceCdf(difference, { n, won: share, margin })));
    return Math.min(1, p + 2 * aside);
  };
}

// P(lost − won ≤ difference) where P(won) = won and P(lost) = won + margin.
function differenceCdf(
  difference: number,
  { n, won, margin }: { readonly n: number; readonly won: number; readonly margin: number },
): number {
  const lost = won + margin;
  if (lost + won > 1) return 1;
  if (won === 0) return binomialCdf(difference, { n, p: lost });
  const spread = 8 * Math.sqrt(n * won * (1 - won)) + 8;
  const first = Math.max(0, Math.floor(n * won - spread), -difference);
  const last = Math.min(n, Math.ceil(n * won + spread));
  let chance = Math.exp(logChoose(n, first) + first * Math.log(won) + (n - first) * Math.log1p(-won));
  let sum = 0;
  for (let count = first; count <= last; count++) {
    if (chance > 1e-9)
      sum += chance * binomialCdf(difference + count, { n: n - count, p: Math.min(1, lost / (1 - won)) });
    chance *= ((n - count) / (count + 1)) * (won / (1 - won));
  }
  return sum;
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}

function remembered(compute: (k: number, n: number) => number): (k: number, n: number) => number {
  const known = new Map<number, number>();
  return (k, n) => {
    const found = known.get(k) ?? compute(k, n);
    known.set(k, found);
    return found;
  };
}

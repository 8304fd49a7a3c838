import { incompleteBeta } from '../../algorithms/votes/binomial.ts';

/**
 * Tests "the mean of what sources gain is at most 0" by Student's t, with one more source as bad as
 * the worst of them: what is lost seldom shows a small spread just where it was not met. A p-value,
 * good where there are many sources and none of a kind that was never met.
 */
export function sourcesPValue(gains: readonly number[]): number {
  const sums = [...gains, gains.reduce((a, b) => Math.min(a, b))];
  const mean = sums.reduce((total, sum) => total + sum, 0) / sums.length;
  const variance = sums.reduce((total, sum) => total + (sum - mean) ** 2, 0) / (sums.length - 1);
  if (variance === 0) return mean > 0 ? 0 : 1;
  return studentTail(mean / Math.sqrt(variance / sums.length), gains.length - 1);
}

// P(T > t) of Student's distribution.
function studentTail(t: number, freedom: number): number {
  const tail = incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2;
  return t >= 0 ? tail : 1 - tail;
}

import type { Spread } from '../saved-forms.ts';

/**
 * Describes how values are spread, in at most `bins` bins of about equal counts; equal values share
 * a bin.
 */
export function spreadOf(values: readonly number[], bins = 10): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const edges: number[] = [];
  for (let bin = 1; bin < bins; bin++) {
    const edge = sorted[Math.floor((bin * sorted.length) / bins)];
    if (edge !== undefined && edge > (edges.at(-1) ?? sorted[0]!)) edges.push(edge);
  }
  return { edges, shares: sharesIn(edges, values) };
}

/** Finds the bin of a value: the first whose upper edge lies above it. */
export function binOf({ edges }: Pick<Spread, 'edges'>, value: number): number {
  const bin = edges.findIndex(edge => value < edge);
  return bin === -1 ? edges.length : bin;
}

/**
 * Computes the population stability index of counts against a spread: below 0.1 nothing has moved,
 * above 0.25 much has (the usual reading in credit scoring). Empty bins count as half a case.
 */
export function stabilityIndex({ shares }: Spread, counts: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let index = 0;
  for (const [bin, share] of shares.entries()) {
    const expected = Math.max(share, 1e-4);
    const seen = Math.max(counts[bin] ?? 0, 0.5) / total;
    index += (seen - expected) * Math.log(seen / expected);
  }
  return index;
}

function sharesIn(edges: readonly number[], values: readonly number[]): number[] {
  const shares = new Array<number>(edges.length + 1).fill(0);
  for (const value of values) shares[binOf({ edges }, value)]! += 1 / values.length;
  return shares;
}

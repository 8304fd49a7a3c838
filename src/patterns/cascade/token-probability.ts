import type { TokenLogprob } from '../../model/leaf/logprobs.ts';

/** Gives a quantile of token probabilities, 0..1: 0 is the least probable token. */
export function tokenProbability(logprobs: readonly TokenLogprob[], quantile: number): number {
  const sorted = logprobs.map(({ logprob }) => logprob).sort((a, b) => a - b);
  return Math.min(1, Math.exp(sorted[Math.floor(quantile * (sorted.length - 1))]!));
}

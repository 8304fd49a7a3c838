import { requireRange } from '../../../model/errors.ts';
import { logprobsOf } from '../../../model/logprobs.ts';
import { type Gate, unknownVerdict, verdictOf } from '../gate.ts';

/** Options of the log-probability gate. */
export interface ConfidentOptions {
  /** Which quantile of the token probabilities is the score, 0 (the smallest) to 1. Default: 0.1. */
  readonly quantile?: number;
  /** Probability from which it accepts, 0..1. Default: 0.6. */
  readonly threshold?: number;
}

/**
 * Scores a draft by a low quantile of its token probabilities: sums punish long answers and means hide one doubtful
 * token (Gupta et al., arXiv:2404.10136). Unknown where the server sent no log-probabilities, even if asked to.
 */
export function confident(options: ConfidentOptions = {}): Gate {
  const quantile = requireRange('quantile', options.quantile ?? 0.1, [0, 1], 'Use 0 for the least likely token.');
  const threshold = requireRange('threshold', options.threshold ?? 0.6, [0, 1], 'It is a probability.');
  const judge: Gate = ({ answer, local }) => {
    const logprobs = logprobsOf(answer);
    if (!logprobs) return unknownVerdict(`${local.modelId} sent no log-probabilities`);
    const sorted = logprobs.map(({ logprob }) => logprob).sort((a, b) => a - b);
    const score = Math.exp(sorted[Math.floor(quantile * (sorted.length - 1))]!);
    return verdictOf('token probability', Math.min(1, score), threshold);
  };
  return Object.assign(judge, { needsLogprobs: true });
}

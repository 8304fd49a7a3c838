import { requireRange } from '../../../model/errors.ts';
import { logprobsOf } from '../../../model/leaf/logprobs.ts';
import type { Capabilities } from '../../../model/leaf/model/capabilities.ts';
import { type Gate, unsentVerdict, verdictOf } from '../gate.ts';
import { tokenProbability } from '../token-probability.ts';

/** Options of the log-probability gate. */
export interface ConfidentOptions {
  /**
   * Which quantile of the token probabilities is the score, 0 (the smallest) to 1. Default: 0.1.
   */
  readonly quantile?: number;
  /** Probability from which it accepts, 0..1. Default: 0.6. */
  readonly threshold?: number;
  /**
   * Tokens from which the quantile is used; a shorter answer is judged by its least probable token,
   * and one between by a quantile between, since a fixed one means less the shorter the answer.
   * Default: 30.
   */
  readonly fullLength?: number;
}

/**
 * Scores a draft by a low quantile of its token probabilities: sums punish long answers and means
 * hide one doubtful token (Gupta et al., arXiv:2404.10136). Unknown where the server sent no
 * log-probabilities, even if asked to.
 */
export function confident(options: ConfidentOptions = {}): Gate {
  const quantile = requireRange(
    'quantile',
    options.quantile ?? 0.1,
    [0, 1],
    'Use 0 for the least likely token.',
  );
  const threshold = requireRange(
    'threshold',
    options.threshold ?? 0.6,
    [0, 1],
    'It is a probability.',
  );
  const fullLength = requireRange(
    'fullLength',
    options.fullLength ?? 30,
    [0, 1e6],
    'Use 0 for the same quantile always.',
  );
  const judge: Gate = ({ answer, local }) => {
    const logprobs = logprobsOf(answer);
    if (!logprobs) return unsentVerdict(`${local.modelId} sent no log-probabilities`);
    const share = fullLength === 0 ? 1 : Math.min(1, logprobs.length / fullLength);
    return verdictOf('token probability', tokenProbability(logprobs, quantile * share), threshold);
  };
  return Object.assign(judge, {
    needsLogprobs: true,
    standsOn: ({ logprobs }: Capabilities) =>
      logprobs === false
        ? 'token probability, which never comes: nothing is accepted'
        : 'token probability',
  });
}

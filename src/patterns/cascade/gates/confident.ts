import { readOptions } from '../../../config/read-options.ts';
import { logprobsOf } from '../../../model/leaf/logprobs.ts';
import type { Capabilities } from '../../../model/leaf/model/capabilities.ts';
import { type Gate, unsentVerdict, verdictOf } from '../gate.ts';
import { type ConfidentOptions, confidentOptions } from '../gate-options.ts';
import { tokenProbability } from '../token-probability.ts';

/**
 * Scores a draft by a low quantile of its token probabilities: sums punish long answers and means
 * hide one doubtful token (Gupta et al., arXiv:2404.10136). Unknown where the server sent no
 * log-probabilities, even if asked to.
 */
export function confident(options: ConfidentOptions = {}): Gate {
  const checked = readOptions(confidentOptions, options, 'confident');
  const { quantile, threshold, fullLength } = checked;
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

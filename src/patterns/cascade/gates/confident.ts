import { readOptions } from '../../../config/read-options.ts';
import type { Capabilities } from '../../../model/leaf/model/capabilities.ts';
import { type Gate, unsentVerdict, verdictOf } from '../gate.ts';
import { type ConfidentOptions, confidentOptions } from '../gate-options.ts';
import { draftProbability } from '../token-probability.ts';

/**
 * Scores a draft by the tokens of its values alone, not by fences, keys, quotes or what a grammar
 * forced: a number, a label or a field by the probability of all its tokens, of several the least;
 * a running text by a low quantile of its words, since sums punish long answers and means hide one
 * doubtful token (Gupta et al., arXiv:2404.10136). Unknown where the server sent no
 * log-probabilities, even if asked to.
 * @example
 * ```ts
 * const support = cascade({ local, cloud, accept: confident({ threshold: 0.85 }) });
 * ```
 */
export function confident(options: ConfidentOptions = {}): Gate {
  const checked = readOptions(confidentOptions, options, 'confident');
  const judge: Gate = draft => {
    const score = draftProbability(draft, checked);
    if (score === undefined)
      return unsentVerdict(`${draft.local.modelId} sent no log-probabilities`);
    return verdictOf('token probability', score, checked.threshold);
  };
  return Object.assign(judge, {
    needsLogprobs: true,
    standsOn: ({ logprobs }: Capabilities) =>
      logprobs === false
        ? 'token probability, which never comes: nothing is accepted'
        : 'token probability',
  });
}

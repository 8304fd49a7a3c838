import { readOptions } from '../../../config/read-options.ts';
import { type Gate, missingVerdict, verdictOf } from '../gate.ts';
import { thresholdOptions } from '../gate-options.ts';

/**
 * Accepts a reader's answer by its retrieval score; unknown where the model gives none. `threshold`
 * is 0..1.
 * @example
 * ```ts
 * const support = cascade({ local: extractive(), cloud, accept: retrieval({ threshold: 0.5 }) });
 * ```
 */
export function retrieval(options: { readonly threshold?: number } = {}): Gate {
  const { threshold } = readOptions(thresholdOptions(0.6), options, 'retrieval');
  return ({ answer, local }) => {
    const score = answer.providerMetadata?.extractive?.score;
    if (typeof score !== 'number')
      return missingVerdict(`${local.modelId} gives no retrieval score`);
    return verdictOf('retrieval', score, threshold);
  };
}

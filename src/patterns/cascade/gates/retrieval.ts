import { requireRange } from '../../../model/errors.ts';
import { type Gate, missingVerdict, verdictOf } from '../gate.ts';

/**
 * Accepts a reader's answer by its retrieval score; unknown where the model gives none. `threshold`
 * is 0..1.
 */
export function retrieval(options: { readonly threshold?: number } = {}): Gate {
  const threshold = requireRange(
    'threshold',
    options.threshold ?? 0.6,
    [0, 1],
    'It is a share of the question.',
  );
  return ({ answer, local }) => {
    const score = answer.providerMetadata?.extractive?.score;
    if (typeof score !== 'number')
      return missingVerdict(`${local.modelId} gives no retrieval score`);
    return verdictOf('retrieval', score, threshold);
  };
}

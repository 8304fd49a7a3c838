import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  decideByWeights,
  type RouterAim,
  type WeightedDecision,
} from '../../eval/router/router-decision.ts';
import { readRouterFile } from '../../eval/router/router-file.ts';
import { watchedValues } from '../../eval/router/router-reference.ts';
import type { RouterWeights } from '../../eval/router/router-weights.ts';
import type { Thresholds } from '../../eval/statistics/three-outcomes.ts';
import { TandemError } from '../../model/errors.ts';
import type { Scored, Scorer } from './scorer.ts';

/** What is known of weights beside what they say. */
export interface TrainedScorerSettings {
  /** What decides; default: three outcomes, where the log allowed any. */
  readonly aim?: RouterAim | Thresholds | undefined;
  /** Stands before each reason, such as `a guess of complexity`. */
  readonly caveat?: string | undefined;
}

/** Stands before each reason of the weights that come with this package. */
export const guessOfComplexity = 'a guess of complexity, not of your models';

/**
 * Makes a scorer of trained weights: microseconds, no key, no download. `aim` chooses between three
 * outcomes (`decided`) and two that keep the cloud's quality (`kept`); default: three, where the
 * log allowed any.
 * @example
 * ```ts
 * const scorer = trainedScorer(readRouterFile('weights.json'), { aim: 'kept' });
 * const platform = router({ local, cloud, scorer });
 * ```
 */
export function trainedScorer(
  weights: RouterWeights,
  { aim, caveat }: TrainedScorerSettings = {},
): Scorer {
  return text => scoredBy(decideByWeights(weights, text, aim), caveat);
}

/** Writes a decision of weights as a scorer gives it; the caveat stands before its reason. */
export function scoredBy(
  { score, to, reason, features }: WeightedDecision,
  caveat: string | undefined,
): Scored {
  return {
    score,
    to,
    reason: caveat === undefined ? reason : `${caveat}: ${reason}`,
    watched: { ...watchedValues(features.whole.counted), score },
  };
}

let shipped: RouterWeights | undefined;

/**
 * Reads the weights that come with this package. They know tasks of eleven public sources, labelled
 * simple or complex by their kind, not by what any model made of them: a start, to be replaced by
 * weights from your own log.
 * @example
 * ```ts
 * const platform = router({ local, cloud, weights: defaultWeights() });
 * ```
 */
export function defaultWeights(): RouterWeights {
  shipped ??= readRouterFile(shippedPath());
  return shipped;
}

// Sources and builds lie at different depths below the folder of models.
function shippedPath(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const path = join(folder, 'models', 'router-default.json');
    if (existsSync(path)) return path;
    if (dirname(folder) === folder) break;
    folder = dirname(folder);
  }
  throw new TandemError(
    'invalid_argument',
    'The weights that come with this package are missing. Install it again, or give `weights`.',
  );
}

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readPartOf } from '../../eval/router/prompt-features.ts';
import {
  decideByWeights,
  type RouterAim,
  thresholdsFor,
  type WeightedDecision,
} from '../../eval/router/router-decision.ts';
import { readRouterFile } from '../../eval/router/router-file.ts';
import { watchedValues } from '../../eval/router/router-reference.ts';
import type { RouterWeights } from '../../eval/router/router-weights.ts';
import type { Thresholds } from '../../eval/saved-forms.ts';
import { TandemError } from '../../model/errors.ts';
import { nodeCrypto } from '../../model/node-crypto.ts';
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
  const { localFrom, cloudBelow } = typeof aim === 'object' ? aim : thresholdsFor(weights, aim);
  const known = new Map<number, Scored>();
  const scorer = (text: string) => {
    const key = keyOf(text);
    const found = known.get(key) ?? scoredBy(decideByWeights(weights, text, aim), caveat);
    known.delete(key);
    known.set(key, found);
    if (known.size > mostKnown) known.delete(known.keys().next().value!);
    return found;
  };
  return Object.assign(scorer, { sparesCloud: cloudBelow <= 0 && localFrom !== cloudBelow });
}

// What was said of so many texts is known again, since a conversation comes back with each turn.
const mostKnown = 1000;
let seed: number | undefined;

// A text is known by a number of 53 bits, of which nobody outside can say which texts share one:
// the text itself is not kept.
function keyOf(text: string): number {
  seed ??= nodeCrypto().randomInt(2 ** 32);
  const read = readPartOf(text);
  let [one, other] = [seed, seed ^ text.length];
  for (let at = 0; at < read.length; at++) {
    const code = read.charCodeAt(at);
    one = Math.imul(one ^ code, 0x9e3779b1);
    other = Math.imul(other ^ code, 0x5f356495);
  }
  one = Math.imul(one ^ (one >>> 16), 0x85ebca6b) ^ Math.imul(other ^ (other >>> 13), 0xc2b2ae35);
  other = Math.imul(other ^ (other >>> 16), 0x85ebca6b) ^ Math.imul(one ^ (one >>> 13), 0xc2b2ae35);
  return (other & 0x1fffff) * 2 ** 32 + (one >>> 0);
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

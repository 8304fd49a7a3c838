import { TandemError } from '../../model/errors.ts';
import { corrected } from '../calibration/platt.ts';
import type { Platt, Thresholds } from '../saved-forms.ts';
import { knownShare } from './known-words.ts';
import { type PromptFeatures, promptFeatures } from './prompt-features.ts';
import { type PromptScore, type RouterModel, scorePrompt } from './router-model.ts';
import type { RouterWeights } from './router-weights.ts';

/** What trained weights say of a prompt. */
export interface WeightedDecision {
  readonly to: 'local' | 'cloud' | 'unsure';
  /** Probability that the local answer is as good as the cloud's, 0..1. */
  readonly score: number;
  /** Probability that the local model is right, 0..1. */
  readonly localRight: number;
  /** Probability that the cloud is right, 0..1. */
  readonly cloudRight: number;
  /** A few words: `score 0.91 ≥ 0.86: simple`. */
  readonly reason: string;
  readonly scored: PromptScore;
  readonly features: PromptFeatures;
}

/**
 * Which thresholds decide: right decisions with an unsure rest, or two outcomes that keep the
 * cloud's quality.
 */
export type RouterAim = 'decided' | 'kept';

/**
 * Turns what the cloud is expected to add into a score: the probability that the local answer is as
 * good, 0..1.
 */
export function scoreOfGain(correction: Platt, gain: number): number {
  return corrected(correction, statedByGain(gain));
}

const least = 1e-3;

/** What a gain alone says of that probability, before it is corrected; never quite sure. */
export function statedByGain(gain: number): number {
  return Math.max(least, Math.min(1 - least, 1 - gain));
}

/**
 * Decides about a prompt, without asking anyone. Synchronous, microseconds, and bounded for any
 * length. The cloud is chosen only if the prompt's parts agree, so that words added at an end
 * cannot buy it. Thresholds of one's own promise nothing. Weights that read vectors are given one.
 * @throws TandemError `invalid_argument` for a vector that is missing, or of another length
 * @example
 * ```ts
 * const decision = decideByWeights(defaultWeights(), 'Prove that 2 + 2 = 4.');
 * ```
 */
export function decideByWeights(
  weights: RouterWeights,
  prompt: string,
  aim?: RouterAim | Thresholds,
  vector?: ArrayLike<number>,
): WeightedDecision {
  const features = promptFeatures(prompt);
  requireVector(weights.model, vector);
  const scored = scorePrompt(weights.model, features, vector);
  const score = scoreOfGain(weights.correction, scored.gain);
  const about = { score, localRight: scored.local, cloudRight: scored.cloud, scored, features };
  const known = knownShare(weights.knownWords, features);
  if (known < weights.knownFrom && !weights.model.embedder) {
    const percent = (100 * known).toFixed(0);
    const reason = `${percent} % of its words known: outside what the router learned`;
    return { ...about, to: 'unsure', reason };
  }
  const { localFrom, cloudBelow } = typeof aim === 'object' ? aim : thresholdsFor(weights, aim);
  if (localFrom > 1 && cloudBelow <= 0) {
    const reason = `score ${score.toFixed(2)}, and no score is known to decide rightly: unsure`;
    return { ...about, to: 'unsure', reason };
  }
  const capped = scoreOfGain(weights.correction, scored.cappedGain);
  // With two outcomes there is no third place for a prompt whose parts disagree.
  const shown = localFrom === cloudBelow ? capped : score;
  const said = `score ${shown.toFixed(2)}`;
  if (shown >= localFrom)
    return { ...about, to: 'local', reason: `${said} ≥ ${localFrom.toFixed(2)}: simple` };
  if (capped < cloudBelow)
    return { ...about, to: 'cloud', reason: `${said} < ${cloudBelow.toFixed(2)}: hard` };
  if (shown < cloudBelow)
    return { ...about, to: 'unsure', reason: `${said}, but only for words at an end: unsure` };
  return { ...about, to: 'unsure', reason: `${said}: neither simple nor hard` };
}

function requireVector(model: RouterModel, vector: ArrayLike<number> | undefined): void {
  if (!model.embedder || vector?.length === model.embedder.dimensions) return;
  const { name, dimensions } = model.embedder;
  throw new TandemError(
    'invalid_argument',
    `These weights read vectors of "${name}", of ${dimensions} numbers, and were given ` +
      `${vector ? vector.length : 'no vector'}. Set \`scorer: 'embedding'\` and \`embedder\`.`,
    { data: { embedder: name, dimensions } },
  );
}

/**
 * The thresholds of an aim; of none given: `decided` where the log allowed such decisions, else
 * `kept` where it could be guaranteed, else none, and everything is unsure.
 */
export function thresholdsFor({ thresholds }: RouterWeights, aim?: RouterAim): Thresholds {
  const { decided, kept } = thresholds;
  const isEmpty = decided.localFrom > 1 && decided.cloudBelow <= 0;
  if (aim === 'decided' || (aim === undefined && (!isEmpty || !kept.isGuaranteed))) return decided;
  return { localFrom: kept.localFrom, cloudBelow: kept.localFrom };
}

import type { Platt } from '../saved-forms.ts';
import { logit, sigmoid } from '../statistics/logistic-regression.ts';

/** States what is given. */
export const uncorrected: Platt = { scale: 1, shift: 0 };

// Newton's steps are kept short: on samples that are almost parted they would overshoot.
const mostStep = 1;
const leastScale = 0.05;

/**
 * Fits a correction to probabilities, 0..1, of rows that were not fitted to, and what came of them,
 * 0..1.
 */
export function plattOf(stated: readonly number[], outcomes: readonly number[]): Platt {
  const logOdds = stated.map(logit);
  let [scale, shift] = [1, 0];
  for (let step = 0; step < 50; step++) {
    // The weak prior towards scale 1, shift 0 keeps tiny and one-class samples finite.
    let [gradientScale, gradientShift, ss, sh, hh] = [scale - 1, shift, 1, 0, 1];
    for (const [index, odds] of logOdds.entries()) {
      const p = sigmoid(scale * odds + shift);
      const curve = p * (1 - p);
      gradientScale += (p - outcomes[index]!) * odds;
      gradientShift += p - outcomes[index]!;
      ss += curve * odds * odds;
      sh += curve * odds;
      hh += curve;
    }
    const determinant = ss * hh - sh * sh;
    const moveScale = shortened((hh * gradientScale - sh * gradientShift) / determinant);
    const moveShift = shortened((ss * gradientShift - sh * gradientScale) / determinant);
    scale -= moveScale;
    shift -= moveShift;
    if (Math.abs(moveScale) + Math.abs(moveShift) < 1e-7) break;
  }
  return { scale: Math.max(leastScale, scale), shift };
}

/** Corrects a probability. */
export function corrected({ scale, shift }: Platt, stated: number): number {
  return sigmoid(scale * logit(stated) + shift);
}

function shortened(move: number): number {
  return Math.max(-mostStep, Math.min(mostStep, move));
}

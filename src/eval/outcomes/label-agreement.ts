import { clopperPearson } from '../../algorithms/votes/binomial.ts';
import type { Interval } from '../saved-forms.ts';

/** How far labels agree with some that are trusted. */
export interface LabelAgreement {
  readonly compared: number;
  /** Share that agree, 0..1. */
  readonly share: number;
  /** 95 %, exact. */
  readonly interval: Interval;
  /**
   * Agreement beyond chance (Cohen's kappa): 1 is full, 0 is chance; `NaN` where one side is all of
   * one class.
   */
  readonly kappa: number;
}

/**
 * Compares labels (right or not) with trusted ones, pair by pair; `undefined` where there are none.
 * @example
 * ```ts
 * console.log(labelAgreement([[true, true], [false, true], [false, false]]));
 * ```
 */
export function labelAgreement(
  pairs: readonly (readonly [label: boolean, trusted: boolean])[],
): LabelAgreement | undefined {
  const n = pairs.length;
  if (n === 0) return undefined;
  const agreeing = pairs.filter(([label, trusted]) => label === trusted).length;
  const right = (side: 0 | 1) => pairs.filter(pair => pair[side]).length / n;
  const chance = right(0) * right(1) + (1 - right(0)) * (1 - right(1));
  const share = agreeing / n;
  const kappa = chance === 1 ? Number.NaN : (share - chance) / (1 - chance);
  return { compared: n, share, interval: clopperPearson(agreeing, { n, confidence: 0.95 }), kappa };
}

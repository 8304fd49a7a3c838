import type { QualityMeasure } from '../saved-forms.ts';
import { openWager } from './mean-tests.ts';
import type { ScoredOutcome } from './quality-test.ts';

/** What a lasting test has seen so far: its least p-value, then the logarithms of its fortunes. */
export type LastingState = readonly number[];

/**
 * A test of a mean that may be looked at after every outcome and acted on at any time: the error
 * probability holds for all looks together (Ville's inequality; Waudby-Smith and Ramdas,
 * arXiv:2010.09686).
 */
export interface LastingTest {
  /** Takes an outcome, 0..1, in the order of arrival. */
  take(outcome: number): void;
  /** Whether "the mean is at most the null value" is, or once was, refuted at this level. */
  refutes(level: number): boolean;
  state(): LastingState;
}

/** Opens a lasting test of "the mean is at most `nullMean`", 0..1, or goes on with one. */
export function openLastingTest(nullMean: number, begun?: LastingState): LastingTest {
  // Nothing is below 0 or above 1, so that there is nothing to bet on.
  const isOpen = nullMean > 0 && nullMean < 1;
  const wager = openWager(isOpen ? nullMean : 0.5, begun?.slice(1));
  let least = begun?.[0] ?? 1;
  return {
    take(outcome) {
      if (!isOpen) return;
      wager.swap(undefined, outcome);
      least = Math.min(least, wager.pValue());
    },
    refutes: level => isOpen && least <= level,
    state: () => [least, ...wager.logFortunes()],
  };
}

/** A quality as a mean that must be above a null value. */
export interface QualityMean {
  readonly nullMean: number;
  /** What a request is worth if this place answers it; `undefined` where it says nothing. */
  outcome(row: ScoredOutcome, isLocal: boolean): number | undefined;
}

/** Writes a demanded quality, 0..1, as a mean of outcomes from 0 to 1. */
export function qualityMean(measure: QualityMeasure, target: number): QualityMean {
  const right = ({ local, cloud }: ScoredOutcome, isLocal: boolean) => (isLocal ? local : cloud);
  if (measure === 'accuracy') return { nullMean: target, outcome: right };
  if (measure === 'kept') {
    const outcome = ({ local, cloud }: ScoredOutcome, isLocal: boolean) => {
      if (cloud < 1) return undefined;
      return isLocal && local < 1 ? 0 : 1;
    };
    return { nullMean: target, outcome };
  }
  // E[right − target · cloud] ≥ 0, moved into 0..1.
  return {
    nullMean: target / (1 + target),
    outcome: (row, isLocal) => (right(row, isLocal) - target * row.cloud + target) / (1 + target),
  };
}

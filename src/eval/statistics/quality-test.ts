import type { QualityMeasure } from '../saved-forms.ts';
import { exactPValue, hoeffdingBentkusPValue, openWager } from './mean-tests.ts';
import { ratioTester } from './ratio-test.ts';

/** A request with what both models made of it, and how far the local answer is to be trusted. */
export interface ScoredOutcome {
  /** Higher is better; answers from a threshold up are accepted. */
  readonly score: number;
  /** How right the local answer is, 0..1. */
  readonly local: number;
  /** How right the cloud's answer is, 0..1. */
  readonly cloud: number;
}

/**
 * Tests whether a cascade falls short of its quality, while requests move from the cloud to the
 * local model.
 */
export interface QualityTest {
  /** Lets the local model answer a request that the cloud answered so far. */
  accept(row: ScoredOutcome): void;
  /**
   * Whether "the quality is below the target" is refuted, at an error probability of at most
   * `level`.
   */
  refutes(level: number): boolean;
}

/** Opens the test of a target, 0..1, with all requests answered by the cloud. */
export function openQualityTest(
  rows: readonly ScoredOutcome[],
  { measure, target }: { readonly measure: QualityMeasure; readonly target: number },
): QualityTest {
  if (measure === 'ratio') return ratioTest(rows, target);
  if (measure === 'kept') return keptTest(rows, target);
  return accuracyTest(rows, target);
}

function ratioTest(rows: readonly ScoredOutcome[], target: number): QualityTest {
  if (!rows.every(isSettled)) return wageredRatioTest(rows, target);
  const pValue = ratioTester({
    n: rows.length,
    ratio: target,
    cloudRight: rows.filter(({ cloud }) => cloud === 1).length,
    wonAtMost: rows.filter(({ local, cloud }) => local > cloud).length,
  });
  let lost = 0;
  let won = 0;
  return {
    accept({ local, cloud }) {
      if (cloud > local) lost++;
      else if (local > cloud) won++;
    },
    refutes: level => pValue({ lost, won }) <= level,
  };
}

// For outcomes between right and wrong: E[right − target · cloud] ≥ 0, moved into 0..1.
function wageredRatioTest(rows: readonly ScoredOutcome[], target: number): QualityTest {
  const outcome = (right: number, cloud: number) =>
    (right - target * cloud + target) / (1 + target);
  const wager = openWager(outcome(0, 0));
  for (const { cloud } of rows) wager.swap(undefined, outcome(cloud, cloud));
  return {
    accept: ({ local, cloud }) => wager.swap(outcome(cloud, cloud), outcome(local, cloud)),
    refutes: level => wager.pValue() <= level,
  };
}

function keptTest(rows: readonly ScoredOutcome[], target: number): QualityTest {
  const n = rows.filter(({ cloud }) => cloud === 1).length;
  let lost = 0;
  return {
    accept({ local, cloud }) {
      if (cloud === 1 && local < 1) lost++;
    },
    refutes: level => exactPValue({ k: lost, n, most: 1 - target }) <= level,
  };
}

function accuracyTest(rows: readonly ScoredOutcome[], target: number): QualityTest {
  const n = rows.length;
  const isExact = rows.every(isSettled);
  let wrong = rows.reduce((sum, { cloud }) => sum + 1 - cloud, 0);
  return {
    accept({ local, cloud }) {
      wrong += cloud - local;
    },
    refutes: level =>
      level >=
      (isExact
        ? exactPValue({ k: Math.round(wrong), n, most: 1 - target })
        : hoeffdingBentkusPValue({ mean: wrong / n, n, most: 1 - target })),
  };
}

function isSettled({ local, cloud }: ScoredOutcome): boolean {
  return (local === 0 || local === 1) && (cloud === 0 || cloud === 1);
}

import { seededRandom } from '../../algorithms/seeded-random.ts';
import { clopperPearson } from '../../algorithms/votes/binomial.ts';
import type { OutcomeRow } from '../outcomes/outcome-log.ts';
import { refuseSeen } from '../router/seen-rows.ts';
import type { Interval } from '../saved-forms.ts';
import { bootstrap } from '../statistics/bootstrap.ts';
import { type OperatingPoint, operatingPointAt } from '../statistics/choose-threshold.ts';
import { auroc, calibrationError } from '../statistics/confidence-metrics.ts';
import { scoreRows } from './calibrate.ts';
import type { Calibration } from './calibration.ts';

/** What a calibrated cascade does on rows that it has not seen. */
export interface CalibrationReport extends OperatingPoint {
  readonly rows: number;
  /** 95 %, by 2,000 paired resamples. */
  readonly ratioInterval: Interval;
  /** 95 %, exact. */
  readonly escalationInterval: Interval;
  /** Accuracy of each model alone, 0..1. */
  readonly local: number;
  readonly cloud: number;
  /** How well the score tells right drafts from wrong ones, 0..1. */
  readonly auroc: number;
  /** Expected calibration error of the score as a probability, 0..1. */
  readonly calibrationError: number;
}

/**
 * Evaluates a calibration on rows that had no part in it. Its threshold is as it is: nothing is
 * chosen here.
 * @throws TandemError `invalid_argument` for rows that it was made with
 * @example
 * ```ts
 * const report = evaluateCalibration(readCalibration('support.calibration.json'), rows);
 * ```
 */
export function evaluateCalibration(
  calibration: Calibration,
  rows: readonly OutcomeRow[],
): CalibrationReport {
  refuseSeen(calibration, rows);
  const scored = scoreRows(calibration, rows);
  const point = operatingPointAt(scored, calibration.threshold);
  const isAccepted = scored.map(({ score }) => score >= calibration.threshold);
  const right = scored.map(({ local, cloud }, index) => (isAccepted[index] ? local : cloud));
  const ratio = (weights: Float64Array) => {
    let [cascade, cloud] = [0, 0];
    for (const [index, weight] of weights.entries()) {
      cascade += weight * right[index]!;
      cloud += weight * scored[index]!.cloud;
    }
    return cascade / cloud;
  };
  const n = rows.length;
  const { ratio: ratioInterval } = bootstrap(
    { ratio },
    { cases: n, random: seededRandom(1), resamples: 2000 },
  );
  const scores = scored.map(({ score }) => score);
  const outcomes = scored.map(({ local }) => local);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / n;
  return {
    ...point,
    rows: n,
    ratioInterval,
    escalationInterval: clopperPearson(isAccepted.filter(each => !each).length, {
      n,
      confidence: 0.95,
    }),
    local: mean(outcomes),
    cloud: mean(scored.map(({ cloud }) => cloud)),
    auroc: auroc(scores, outcomes),
    calibrationError: calibrationError(scores, outcomes),
  };
}

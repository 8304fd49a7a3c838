import { TandemError } from '../../model/errors.ts';
import type { OutcomeRow } from '../outcomes/outcome-log.ts';
import { joinSeen, rowsAmong } from '../router/seen-rows.ts';
import {
  type LastingTest,
  openLastingTest,
  type QualityMean,
  qualityMean,
} from '../statistics/lasting-test.ts';
import { type MovedTest, openMovedTest } from '../statistics/moved-test.ts';
import type { ScoredOutcome } from '../statistics/quality-test.ts';
import { scoreRows } from './calibrate.ts';
import type { Calibration } from './calibration.ts';
import { lastingGuaranteeOf } from './guarantee.ts';

/** What further rows say of a calibration. */
export interface Recalibrated {
  /** The calibration with its evidence, and a new threshold where there is one. */
  readonly calibration: Calibration;
  /** Whether its threshold now stands on these rows, at every look at once. */
  readonly isLasting: boolean;
  /** Whether the quality of the threshold in use is refuted: it must not be used any more. */
  readonly isRefuted: boolean;
  /** Rows taken in this time; those that were seen before are left out. */
  readonly taken: number;
  readonly leftOut: number;
  /** Evidence that a threshold needs, and the most that one has: rows bring it together. */
  readonly needed: number;
  readonly evidence: number;
}

const mostThresholds = 40;

/**
 * Goes on with a calibration by rows that came later, as often as is liked: the gate and its
 * demands stay, and each threshold of its curve is tested by bets on every row in the order of
 * arrival. Thresholds are tested from "everything to the cloud" on (fixed sequence,
 * arXiv:2110.01052); what is then said of one holds at all looks together (Ville's inequality), as
 * the test of `calibrate` does not when it is repeated. Caps on cost are not tested.
 * @throws TandemError `invalid_argument` for a row without the signals, or no demanded quality
 * @example
 * ```ts
 * const calibration = readCalibration('support.calibration.json');
 * const { calibration: later } = recalibrate(calibration, rows, '2030-02-07');
 * ```
 */
export function recalibrate(
  calibration: Calibration,
  rows: readonly OutcomeRow[],
  date: string,
): Recalibrated {
  if (calibration.demands.quality === undefined) throw withoutQuality(calibration);
  const known = new Set(rowsAmong(calibration.data.seen, rows));
  const fresh = rows.filter(row => !known.has(row));
  const tests = openTests(calibration);
  for (const row of scoreRows(calibration, fresh)) takeRow(tests, row);
  const { demands } = calibration;
  const count = [demands.quality, demands.maxEscalation].filter(each => each !== undefined).length;
  const level = (1 - demands.confidence) / Math.max(1, count);
  // Traffic may have changed since a threshold was sound: what speaks against it comes first.
  const isRefuted = tests.alarm.pValue() <= level;
  const threshold = isRefuted ? undefined : soundThreshold(tests, level);
  const seenBefore = calibration.lasting?.rows ?? 0;
  const taken = seenBefore + fresh.length;
  const isLasting = threshold !== undefined;
  return {
    calibration: {
      ...calibration,
      date,
      data: { ...calibration.data, seen: joinSeen(calibration.data.seen, fresh) },
      lasting: stateOf(tests, taken),
      ...(isLasting && { threshold, guarantee: lastingGuaranteeOf(demands, taken) }),
    },
    isLasting,
    isRefuted,
    taken: fresh.length,
    leftOut: known.size,
    needed: 1 / level,
    evidence: Math.max(0, ...tests.quality.map(({ test }) => 1 / test.state()[0]!)),
  };
}

function withoutQuality({ name }: Calibration): TandemError {
  return new TandemError(
    'invalid_argument',
    `The calibration "${name}" demands no quality, so that further rows have nothing to test. ` +
      'Make one by `tandem calibrate --target-quality`.',
    { data: { name } },
  );
}

interface ThresholdTest {
  readonly threshold: number;
  readonly test: LastingTest;
  /** Of the cap on what is sent, where there is one. */
  readonly cap: LastingTest | undefined;
}

interface Tests {
  readonly mean: QualityMean;
  /** From the strictest threshold on. */
  readonly quality: readonly ThresholdTest[];
  /** Of "the quality of the threshold in use is reached". */
  readonly alarm: MovedTest;
  readonly inUse: number;
}

function openTests({ demands, curve, threshold, lasting }: Calibration): Tests {
  const { quality = 0, measure, maxEscalation } = demands;
  const mean = qualityMean(measure, quality);
  const from: readonly number[] =
    lasting?.thresholds.map(each => each.threshold) ?? thresholdsOf(curve, threshold);
  // Bets on the threshold in use begin anew with another one: it was chosen by what was seen.
  const isSame = lasting?.inUse === threshold;
  return {
    mean,
    quality: from.map((each, place) => {
      const begun = lasting?.thresholds[place];
      const cap =
        maxEscalation === undefined ? undefined : openLastingTest(1 - maxEscalation, begun?.cap);
      return { threshold: each, test: openLastingTest(mean.nullMean, begun?.quality), cap };
    }),
    // Traffic may change late: bets that it has begin anew at each row.
    alarm: openMovedTest(mean.nullMean, 1, isSame ? goneOnWith(lasting) : undefined),
    inUse: threshold,
  };
}

// Files of earlier versions hold 12 fortunes that all began with the first row.
function goneOnWith({ alarm, rows }: NonNullable<Calibration['lasting']>): readonly number[] {
  return alarm.length === 13 ? [alarm[0]!, rows] : alarm;
}

function takeRow({ mean, quality, alarm, inUse }: Tests, row: ScoredOutcome): void {
  for (const { threshold, test, cap } of quality) {
    const isLocal = row.score >= threshold;
    const outcome = mean.outcome(row, isLocal);
    if (outcome !== undefined) test.take(outcome);
    cap?.take(isLocal ? 1 : 0);
  }
  const outcome = mean.outcome(row, row.score >= inUse);
  if (outcome !== undefined) alarm.take(outcome);
}

// The last one before the first that has not been shown to keep the quality.
function soundThreshold({ quality }: Tests, level: number): number | undefined {
  const firstFailure = quality.findIndex(({ test }) => !test.refutes(level));
  const sound = firstFailure < 0 ? quality : quality.slice(0, firstFailure);
  const last = sound.at(-1);
  return last && (last.cap === undefined || last.cap.refutes(level)) ? last.threshold : undefined;
}

// Fixed before the rows come: those of the curve, which stands on other rows.
function thresholdsOf(curve: Calibration['curve'], inUse: number): number[] {
  const all = [...curve.flatMap(({ threshold }) => threshold ?? []), inUse];
  const falling = [...new Set(all)].sort((a, b) => b - a);
  const every = Math.ceil(falling.length / mostThresholds);
  return falling.filter((each, place) => place % every === 0 || each === inUse);
}

function stateOf({ quality, alarm, inUse }: Tests, rows: number) {
  return {
    rows,
    inUse,
    alarm: plain(alarm.state()),
    thresholds: quality.map(({ threshold, test, cap }) => ({
      threshold,
      quality: plain(test.state()),
      ...(cap && { cap: plain(cap.state()) }),
    })),
  };
}

function plain(state: readonly number[]): number[] {
  return state.map(each => Number(each.toPrecision(9)));
}

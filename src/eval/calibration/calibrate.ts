import { clopperPearson } from '../../algorithms/votes/binomial.ts';
import { TandemError } from '../../model/errors.ts';
import { decodingsOf, shownDecoding } from '../outcomes/decoding.ts';
import type { OutcomeLog, OutcomeRow } from '../outcomes/outcome-log.ts';
import { calibratedScore, fitScorer } from '../router/scorer.ts';
import { bucketOf, seenRows, splitOf } from '../router/seen-rows.ts';
import type { Decoding, Demands, DraftScorer } from '../saved-forms.ts';
import {
  chooseThreshold,
  type OperatingPoint,
  type RequestCost,
} from '../statistics/choose-threshold.ts';
import { type EscalationBound, escalationBound } from '../statistics/escalation-bound.ts';
import type { ScoredOutcome } from '../statistics/quality-test.ts';
import { type Calibration, calibrationVersion } from './calibration.ts';
import { guaranteeOf, refusalOf } from './guarantee.ts';

/** What is asked of a calibration. */
export interface CalibrateOptions {
  /** Under which it is known: the name of the cascade. */
  readonly name: string;
  readonly demands: Demands;
  /** Signals of the local answers to be joined. Default: all that the log holds. */
  readonly signals?: readonly string[] | undefined;
  /** How scores become probabilities. Default: `platt`. */
  readonly mapping?: 'platt' | 'isotonic' | undefined;
  /** The pair of models, for a log that does not name them. */
  readonly pair?: Partial<Calibration['pair']> | undefined;
  /**
   * Split that the gate is fitted on. Default: `train`, or three tenths of the rows where the log
   * has no splits.
   */
  readonly fitSplit?: string | undefined;
  /** Split that the threshold is chosen on. Default: `cal`, or the rest. */
  readonly calSplit?: string | undefined;
  /** Where the rows came from, in the user's words. */
  readonly origin?: string | undefined;
  /** ISO date that the calibration bears. */
  readonly date: string;
}

/** A calibration, or why there is none. */
export type CalibrateResult = {
  readonly curve: readonly OperatingPoint[];
  readonly bound: EscalationBound;
  readonly warnings: readonly string[];
} & (
  | { readonly calibration: Calibration; readonly chosen: OperatingPoint }
  | { readonly calibration?: undefined; readonly refusal: string; readonly best: OperatingPoint }
);

/**
 * Fits a gate on one part of a log and chooses its threshold on another, so that the demands hold
 * for requests like these with the confidence asked for. Rows of any other split are not looked at.
 * @throws TandemError `invalid_argument`
 * @example
 * ```ts
 * const log = readOutcomes('outcomes.jsonl');
 * const result = calibrate(log, {
 *   name: 'support',
 *   date: '2030-01-31',
 *   demands: { quality: 0.95, confidence: 0.95 },
 * });
 * ```
 */
export function calibrate(log: OutcomeLog, options: CalibrateOptions): CalibrateResult {
  const { demands } = options;
  const pair = pairOf(enough(log.rows), options.pair ?? {});
  const { fit, cal } = partsOf(log.rows, options);
  const names = signalNames(log.rows, options.signals);
  requireBothClasses(fit, 'to be fitted');
  if (!cal.some(({ cloud }) => cloud.correct > 0)) throw nothingToKeep(cal.length);
  const scorer = fitScorer(fit.map(signalRow), { names, mapping: options.mapping ?? 'platt' });
  const rows = cal.map(row => scored(scorer, row));
  const choice = chooseThreshold(rows, demands, costsOf(cal, demands));
  const bound = escalationBound(rows);
  const decodings = decodingsOf([...fit, ...cal]);
  const warnings = [...log.warnings, ...mixedDecodings(decodings), ...warningsOn(cal, bound)];
  const { chosen, best, curve } = choice;
  const about = { curve, bound, warnings };
  if (!chosen || !Number.isFinite(chosen.threshold)) {
    return {
      ...about,
      best,
      refusal: refusalOf({ demands, best, bound, isCloudOnly: chosen !== undefined }),
    };
  }
  const p95 = localP95(cal);
  const calibration: Calibration = {
    kind: 'tandem-calibration',
    version: calibrationVersion,
    name: options.name,
    pair,
    ...(decodings.length === 1 && { decoding: decodings[0] }),
    date: options.date,
    data: dataOf(log, { fit, cal, origin: options.origin }),
    scorer,
    threshold: chosen.threshold,
    demands: { ...demands, measure: demands.measure ?? 'ratio' },
    guarantee: guaranteeOf(demands, cal.length),
    expected: plain(chosen),
    curve: thinned(curve).map(plain),
    ...(p95 !== undefined && { localP95Ms: p95 }),
    warnings,
  };
  return { ...about, calibration, chosen };
}

interface UsedRows {
  readonly fit: readonly OutcomeRow[];
  readonly cal: readonly OutcomeRow[];
  readonly origin: string | undefined;
}

function dataOf({ hash }: OutcomeLog, { fit, cal, origin }: UsedRows): Calibration['data'] {
  const used = [...fit, ...cal];
  return {
    hash,
    ...(origin !== undefined && { origin }),
    ...splitOf(used),
    fitted: fit.length,
    calibrated: cal.length,
    seen: seenRows(used),
  };
}

/**
 * Scores the rows of a log by a calibration. @throws TandemError `invalid_argument` for a row
 * without its signals
 * @example
 * ```ts
 * const scored = scoreRows(readCalibration('support.calibration.json'), rows);
 * ```
 */
export function scoreRows(
  calibration: Pick<Calibration, 'scorer'>,
  rows: readonly OutcomeRow[],
): ScoredOutcome[] {
  return rows.map(row => scored(calibration.scorer, row));
}

function scored(scorer: DraftScorer, row: OutcomeRow): ScoredOutcome {
  const score = calibratedScore(scorer, row.local.signals ?? {});
  if (score === undefined) {
    const missing = scorer.signals
      .filter(({ name }) => row.local.signals?.[name] === undefined)
      .map(({ name }) => name);
    throw new TandemError(
      'invalid_argument',
      `The row "${row.id}" has no signal ${missing.join(', ')}, which all fitted rows have. ` +
        'Label the log again with it.',
      { data: { row: row.id, missing } },
    );
  }
  return { score, local: row.local.correct, cloud: row.cloud.correct };
}

const leastRows = 20;

function enough(rows: readonly OutcomeRow[]): readonly OutcomeRow[] {
  if (rows.length < leastRows) {
    throw new TandemError(
      'invalid_argument',
      `A gate cannot be fitted and tested on ${rows.length} rows. Give ${leastRows} or more; a ` +
        'guarantee begins to be had from some 200 on.',
      { data: { rows: rows.length } },
    );
  }
  return rows;
}

function signalRow({ local }: OutcomeRow) {
  return { signals: local.signals ?? {}, outcome: local.correct };
}

function signalNames(rows: readonly OutcomeRow[], wanted: readonly string[] | undefined): string[] {
  const known = new Set(rows.flatMap(({ local }) => Object.keys(local.signals ?? {})));
  if (known.size === 0) {
    throw new TandemError(
      'invalid_argument',
      'The log holds no signals of the local answers, so that nothing tells good ones from bad. ' +
        'Record some by ' +
        '`tandem label --ask --signals minProbability,agreement3`.',
    );
  }
  const strange = wanted?.find(name => !known.has(name));
  if (strange === undefined) return [...(wanted ?? known)].sort();
  throw new TandemError(
    'invalid_argument',
    `No row has the signal "${strange}". Signals there: ${[...known].join(', ')}.`,
  );
}

function pairOf(
  rows: readonly OutcomeRow[],
  given: Partial<Calibration['pair']>,
): Calibration['pair'] {
  const of = (role: 'local' | 'cloud'): string => {
    const names = [...new Set(rows.map(row => row[role].model).filter(name => name !== undefined))];
    const wanted = given[role];
    const other = names.find(name => name !== (wanted ?? names[0]));
    if (other !== undefined) {
      const line = rows.find(row => row[role].model === other)?.id;
      throw new TandemError(
        'invalid_argument',
        `The log holds answers of "${other}" (row "${line}") beside "${wanted ?? names[0]}" as ` +
          `${role} model. Give one ` +
          'pair of models at a time.',
        { data: { role, models: names } },
      );
    }
    const name = wanted ?? names[0];
    if (name !== undefined) return name;
    throw new TandemError(
      'invalid_argument',
      `The log does not name its ${role} model. Say it by \`--${role} NAME\`.`,
    );
  };
  return { local: of('local'), cloud: of('cloud') };
}

function partsOf(rows: readonly OutcomeRow[], { fitSplit, calSplit }: CalibrateOptions) {
  const hasSplits = rows.some(({ split }) => split !== undefined);
  const wanted = (split: string) => rows.filter(row => row.split === split);
  const fit = hasSplits ? wanted(fitSplit ?? 'train') : rows.filter(row => bucketOf(row) < 30);
  const cal = hasSplits ? wanted(calSplit ?? 'cal') : rows.filter(row => bucketOf(row) >= 30);
  if ((fitSplit ?? 'train') === (calSplit ?? 'cal')) {
    const message =
      `The gate and its threshold would both come from the split "${fitSplit}". ` +
      'Name two splits.';
    throw new TandemError('invalid_argument', message);
  }
  for (const [name, part] of [
    [fitSplit ?? 'train', fit],
    [calSplit ?? 'cal', cal],
  ] as const) {
    if (part.length > 0) continue;
    const there = [...new Set(rows.map(({ split }) => split ?? '(none)'))].join(', ');
    const message =
      `The log has no rows of the split "${name}". Splits there: ${there}. Name ` +
      'others by `--fit-split` and `--cal-split`.';
    throw new TandemError('invalid_argument', message);
  }
  return { fit, cal };
}

function requireBothClasses(rows: readonly OutcomeRow[], what: string): void {
  const right = rows.filter(({ local }) => local.correct > 0.5).length;
  if (right > 0 && right < rows.length) return;
  throw new TandemError(
    'invalid_argument',
    `The local model is ${right === 0 ? 'wrong' : 'right'} in all ${rows.length} rows ${what}, ` +
      'so that no signal can be told from another. Give a log with right and wrong answers.',
    { data: { rows: rows.length, right } },
  );
}

function nothingToKeep(rows: number): TandemError {
  const message =
    `The cloud is right in none of the ${rows} rows to choose a threshold on, so that there is ` +
    'nothing to keep. Check the labels.';
  return new TandemError('invalid_argument', message, { data: { rows } });
}

function mixedDecodings(decodings: readonly Decoding[]): string[] {
  if (decodings.length < 2) return [];
  const ways = decodings.map(shownDecoding).join('; ');
  return [
    `The answers were decoded in ${decodings.length} ways (${ways}): ` +
      'the guarantee holds for that mixture alone. Label all of them in one way.',
  ];
}

const fewRows = 50;

function warningsOn(rows: readonly OutcomeRow[], bound: EscalationBound): string[] {
  const warnings: string[] = [];
  if (rows.length < fewRows) {
    const right = Math.round(bound.local * rows.length);
    const { low, high } = clopperPearson(right, { n: rows.length, confidence: 0.95 });
    warnings.push(
      `Only ${rows.length} rows to choose a threshold on: the local model's accuracy lies ` +
        `between ${low.toFixed(2)} and ` +
        `${high.toFixed(2)} (95 %). Give some hundreds.`,
    );
  }
  if (bound.cloud < bound.local) {
    const shares = `${bound.cloud.toFixed(2)} against ${bound.local.toFixed(2)}`;
    warnings.push(
      `The cloud is right less often than the local model (${shares}). Check the labels.`,
    );
  }
  return warnings;
}

function costsOf(rows: readonly OutcomeRow[], { maxCostUsd }: Demands): RequestCost[] | undefined {
  const costs = rows.map(({ local, cloud }) => ({
    local: local.costUsd ?? 0,
    cloud: cloud.costUsd,
  }));
  const unknown = rows.find((_, index) => costs[index]!.cloud === undefined);
  if (!unknown) return costs as RequestCost[];
  if (maxCostUsd === undefined) return undefined;
  const message =
    `The row "${unknown.id}" does not say what the cloud cost (cloud.costUsd). Add ` +
    'it, or cap the escalation.';
  throw new TandemError('invalid_argument', message, { data: { row: unknown.id } });
}

function localP95(rows: readonly OutcomeRow[]): number | undefined {
  const known = rows.map(({ local }) => local.latencyMs).filter(value => value !== undefined);
  return known.sort((a, b) => a - b)[Math.min(known.length - 1, Math.floor(0.95 * known.length))];
}

// About a hundred points are enough to draw a curve.
function thinned(curve: readonly OperatingPoint[]): OperatingPoint[] {
  const every = Math.max(1, Math.ceil(curve.length / 100));
  return curve.filter((_, index) => index % every === 0 || index === curve.length - 1);
}

function plain({ threshold, escalation, accuracy, ratio }: OperatingPoint) {
  return { threshold: Number.isFinite(threshold) ? threshold : null, escalation, accuracy, ratio };
}

import { seededRandom } from '../../algorithms/seeded-random.ts';
import { TandemError } from '../../model/errors.ts';
import { type Costs, costShareAt } from '../outcomes/outcome-costs.ts';
import type { OutcomeRow } from '../outcomes/outcome-log.ts';
import { pairOf } from '../router/learnable-log.ts';
import type { Interval } from '../saved-forms.ts';
import { bootstrap } from '../statistics/bootstrap.ts';
import {
  auroc,
  brierScore,
  calibrationError,
  type ReliabilityBin,
  type RiskPoint,
  reliability,
  riskArea,
  riskCoverage,
} from '../statistics/confidence-metrics.ts';
import {
  apgr,
  apgrOf,
  type CurvePoint,
  callShareForGap,
  callShareForRatio,
  costQualityCurve,
  type Ranking,
  rankByUrgency,
} from '../statistics/routing-metrics.ts';
import type { Policy } from './policies.ts';

/**
 * What one policy is worth; shares are 0..1, `null` where a figure is not defined on these rows.
 */
export interface PolicyFigures {
  readonly name: string;
  readonly apgr: number | null;
  readonly apgrInterval: Interval | null;
  /** APGR above that of prompt length, on the same resamples. */
  readonly aboveLength: Interval | null;
  /** APGR above that of a bag of words, on the same resamples. */
  readonly aboveWords: Interval | null;
  readonly cpt50: number | null;
  readonly cpt80: number | null;
  /** Share of cloud calls that keeps 95 % of the cloud's quality. */
  readonly need95: number | null;
  /** Cost at that share, as a share of what the cloud alone costs; every attempt counted. */
  readonly cost95: number | null;
  /** Of "the local model is right". */
  readonly auroc: number | null;
  readonly ece: number | null;
  readonly brier: number | null;
  /** Area under the risk–coverage curve. */
  readonly riskArea: number | null;
  readonly curve: readonly CurvePoint[];
  readonly reliability: readonly ReliabilityBin[];
  readonly risk: readonly RiskPoint[];
  readonly note?: string;
}

/** What an evaluation found. */
export interface PolicyEvaluation {
  readonly rows: number;
  /** Mean outcome of the local model alone, 0..1. */
  readonly local: number;
  readonly cloud: number;
  /** Share of rows that need the cloud: local wrong, cloud right. */
  readonly needCloud: number;
  /** Interval of what the cloud adds; where it holds 0, APGR and CPT mean nothing. */
  readonly gap: Interval;
  readonly costs: Costs['basis'];
  readonly policies: readonly PolicyFigures[];
}

/** How an evaluation is made. */
export interface EvaluationOptions {
  readonly costs: Costs;
  /** Default: 1000. */
  readonly resamples?: number;
  readonly onProgress?: (share: number, what: string) => void;
}

/**
 * Measures policies on the same rows, with paired bootstrap intervals (percentiles, 95 %).
 * @throws TandemError `invalid_argument` for fewer than two rows
 * @example
 * ```ts
 * const evaluation = evaluatePolicies(rows, baselinePolicies(rows, []), { costs: costsOf(rows) });
 * ```
 */
export function evaluatePolicies(
  rows: readonly OutcomeRow[],
  policies: readonly Policy[],
  options: EvaluationOptions,
): PolicyEvaluation {
  const { costs, resamples = 1000, onProgress = () => {} } = options;
  pairOf(rows);
  if (rows.length < 2) {
    const message = `Nothing can be measured on so few rows: ${rows.length}. Give 20 or more.`;
    throw new TandemError('invalid_argument', message, { data: { rows: rows.length } });
  }
  const rankings = policies.map(policy => rankingOf(rows, policy));
  const mean = (value: (row: OutcomeRow) => number) =>
    rows.reduce((sum, row) => sum + value(row), 0) / rows.length;
  const intervals = intervalsOf(rows, { policies, rankings, resamples, onProgress });
  return {
    rows: rows.length,
    local: mean(({ local }) => local.correct),
    cloud: mean(({ cloud }) => cloud.correct),
    needCloud: mean(({ local, cloud }) => cloud.correct * (1 - local.correct)),
    gap: intervals('gap') ?? { low: Number.NaN, high: Number.NaN },
    costs: costs.basis,
    policies: policies.map((policy, index) =>
      figuresOf(policy, { rows, ranking: rankings[index]!, intervals, costs }),
    ),
  };
}

type Intervals = (name: string) => Interval | null;

/** Resamples once for all policies, so that differences are paired. */
function intervalsOf(
  rows: readonly OutcomeRow[],
  given: {
    readonly policies: readonly Policy[];
    readonly rankings: readonly Ranking[];
    readonly resamples: number;
    readonly onProgress: (share: number, what: string) => void;
  },
): Intervals {
  const { policies, rankings, resamples, onProgress } = given;
  const statistics: Record<string, (weights: Float64Array) => number> = {};
  const found: number[] = [];
  const beside = { length: 'length', words: 'bag of words' };
  const others = Object.entries(beside).flatMap(([key, other]) => {
    const at = policies.findIndex(({ name }) => name === other);
    return at < 0 ? [] : [{ key, other, at }];
  });
  let done = 0;
  statistics.gap = weights => {
    done++;
    if (done % 50 === 0) onProgress(done / resamples, 'resampling');
    for (const [index, ranking] of rankings.entries()) found[index] = apgrOf(ranking, weights);
    return weightedGap(rows, weights);
  };
  for (const [index, { name }] of policies.entries()) {
    if (name === 'random') continue;
    statistics[`apgr ${name}`] = () => found[index]!;
    for (const { key, other, at } of others)
      if (name !== other) statistics[`above ${key} ${name}`] = () => found[index]! - found[at]!;
  }
  const intervals = bootstrap(statistics, {
    cases: rows.length,
    random: seededRandom(7),
    resamples,
  });
  return name => {
    const interval = intervals[name];
    return interval && Number.isFinite(interval.low) ? interval : null;
  };
}

interface Measured {
  readonly rows: readonly OutcomeRow[];
  readonly ranking: Ranking;
  readonly intervals: Intervals;
  readonly costs: Costs;
}

function rankingOf(rows: readonly OutcomeRow[], { urgency }: Policy): Ranking {
  return rankByUrgency(
    rows.map(({ local, cloud }, index) => ({
      urgency: urgency[index]!,
      local: local.correct,
      cloud: cloud.correct,
    })),
  );
}

function figuresOf(policy: Policy, { rows, ranking, intervals, costs }: Measured): PolicyFigures {
  const curve = costQualityCurve(ranking);
  const need95 = callShareForRatio(curve, 0.95);
  const { name, note } = policy;
  return {
    name,
    apgr: defined(apgr(curve)),
    apgrInterval: intervals(`apgr ${name}`),
    aboveLength: intervals(`above length ${name}`),
    aboveWords: intervals(`above words ${name}`),
    cpt50: defined(callShareForGap(curve, 0.5)),
    cpt80: defined(callShareForGap(curve, 0.8)),
    need95: defined(need95),
    cost95: defined(
      costShareAt(costs, {
        order: ranking.order,
        share: need95,
        paysBoth: policy.paysBoth ?? false,
      }),
    ),
    ...confidenceOf(policy, rows),
    curve: thinned(curve),
    ...(note !== undefined && { note }),
  };
}

function confidenceOf({ localRight }: Policy, rows: readonly OutcomeRow[]) {
  if (!localRight) {
    return { auroc: null, ece: null, brier: null, riskArea: null, reliability: [], risk: [] };
  }
  const outcomes = rows.map(({ local }) => local.correct);
  const risk = riskCoverage(localRight, outcomes);
  return {
    auroc: defined(auroc(localRight, outcomes)),
    ece: defined(calibrationError(localRight, outcomes)),
    brier: defined(brierScore(localRight, outcomes)),
    riskArea: defined(riskArea(risk)),
    reliability: reliability(localRight, outcomes),
    risk: thinned(risk),
  };
}

function weightedGap(rows: readonly OutcomeRow[], weights: ArrayLike<number>): number {
  let sum = 0;
  for (const [index, { local, cloud }] of rows.entries())
    sum += weights[index]! * (cloud.correct - local.correct);
  return sum / rows.length;
}

function defined(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

const mostPoints = 101;

function thinned<Point>(points: readonly Point[]): Point[] {
  const step = Math.max(1, (points.length - 1) / (mostPoints - 1));
  const kept: Point[] = [];
  for (let at = 0; at < points.length - 0.5; at += step) kept.push(points[Math.round(at)]!);
  if (kept.at(-1) !== points.at(-1)) kept.push(points.at(-1)!);
  return kept;
}

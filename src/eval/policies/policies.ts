import { seededRandom } from '../../algorithms/seeded-random.ts';
import { scoreRows } from '../calibration/calibrate.ts';
import type { Calibration } from '../calibration/calibration.ts';
import type { OutcomeRow } from '../outcomes/outcome-log.ts';
import { knnTable } from '../router/knn-table.ts';
import { decideByWeights } from '../router/router-decision.ts';
import { type RouterWeights, trainedPolicy } from '../router/router-weights.ts';
import { refuseSeen } from '../router/seen-rows.ts';
import { bagOfWords } from './bag-of-words.ts';

/** What a policy says of every row: which go to the cloud first. */
export interface Policy {
  readonly name: string;
  /** Higher goes to the cloud first; one number a row. */
  readonly urgency: readonly number[];
  /** Probability that the local model is right, 0..1, where the policy states one. */
  readonly localRight?: readonly number[];
  /** Whether the local model is paid for before the cloud is asked: a cascade pays both. */
  readonly paysBoth?: boolean;
  /** How it was made, where that must be known to read its figures. */
  readonly note?: string;
}

/**
 * Builds the policy of trained weights; those that read vectors are given them, by prompt.
 * @example
 * ```ts
 * const policy = weightsPolicy(readRouterFile('weights.json'), rows);
 * ```
 */
export function weightsPolicy(
  weights: RouterWeights,
  rows: readonly OutcomeRow[],
  vectors?: ReadonlyMap<string, Float32Array>,
): Policy {
  const scores = rows.map(
    ({ prompt }) => decideByWeights(weights, prompt, undefined, vectors?.get(prompt)).scored,
  );
  return {
    name: trainedPolicy,
    urgency: scores.map(({ cappedGain }) => cappedGain),
    localRight: scores.map(({ local }) => local),
  };
}

/**
 * Builds the policies that every router must be held against. Those that need labels are fitted to
 * `others`, or, where there are none, in folds of the rows themselves: five at random, or those
 * given, such as folds of whole groups beside a router that is measured so.
 * @example
 * ```ts
 * const policies = baselinePolicies(rows, readOutcomes('others.jsonl').rows);
 * ```
 */
export function baselinePolicies(
  rows: readonly OutcomeRow[],
  others: readonly OutcomeRow[],
  foldOf = randomFolds(rows.length, 5),
): Policy[] {
  const folds = new Set(foldOf).size;
  const note =
    others.length > 0
      ? `fitted to ${others.length} other rows`
      : `fitted in ${folds} folds of these rows`;
  const acrossFolds = <Value>(learn: Learn<Value>) => {
    if (others.length > 0) return rows.map(learn(others));
    const values = new Array<Value>(rows.length);
    for (const fold of new Set(foldOf)) {
      const of = learn(rows.filter((_, index) => foldOf[index] !== fold));
      for (const [index, row] of rows.entries())
        if (foldOf[index] === fold) values[index] = of(row);
    }
    return values;
  };
  const neighbours = acrossFolds(fitted => {
    const table = knnTable(fitted);
    return row => table.of(row.prompt);
  });
  const words = acrossFolds(fitted => {
    const bag = bagOfWords(fitted);
    return row => bag.of(row.prompt);
  });
  const byType = acrossFolds(typeTable);
  return [
    { name: 'random', urgency: rows.map(() => 0) },
    { name: 'length', urgency: rows.map(({ prompt }) => prompt.length) },
    { name: 'task-type', urgency: byType, note: `mean gain of the row's own group, ${note}` },
    {
      name: 'bag of words',
      urgency: words.map(({ local, cloud }) => cloud - local),
      localRight: words.map(({ local }) => local),
      note: `tf-idf and logistic regression, ${note}`,
    },
    {
      name: 'knn',
      urgency: neighbours.map(({ local, cloud }) => cloud - local),
      localRight: neighbours.map(({ local }) => local),
      note,
    },
    {
      name: 'oracle',
      urgency: rows.map(({ local, cloud }) => cloud.correct - local.correct),
      note: 'knows the truth',
    },
  ];
}

/**
 * Builds the policy of a calibrated cascade: what its fitted gate scores low goes to the cloud, and
 * both are paid.
 * @throws TandemError `invalid_argument` for rows that it was made with
 * @example
 * ```ts
 * const policy = calibratedPolicy(readCalibration('support.calibration.json'), rows);
 * ```
 */
export function calibratedPolicy(calibration: Calibration, rows: readonly OutcomeRow[]): Policy {
  refuseSeen(calibration, rows);
  const scores = scoreRows(calibration, rows).map(({ score }) => score);
  return {
    name: calibration.name,
    urgency: scores.map(score => -score),
    localRight: scores,
    paysBoth: true,
    note: `calibrated ${calibration.date} on ${calibration.data.calibrated} rows`,
  };
}

/**
 * Builds a policy for each signal that every row's local outcome has: a cascade that escalates what
 * scores low.
 * @example
 * ```ts
 * const evaluation = evaluatePolicies(rows, cascadePolicies(rows), { costs: costsOf(rows) });
 * ```
 */
export function cascadePolicies(rows: readonly OutcomeRow[]): Policy[] {
  const names = Object.keys(rows[0]?.local.signals ?? {});
  return names
    .filter(name => rows.every(({ local }) => local.signals?.[name] !== undefined))
    .map(name => {
      const signal = rows.map(({ local }) => local.signals![name]!);
      const isProbability = signal.every(value => value >= 0 && value <= 1);
      return {
        name: `cascade by ${name}`,
        urgency: signal.map(value => -value),
        ...(isProbability && { localRight: signal }),
        paysBoth: true,
      };
    });
}

function typeTable(fitted: readonly OutcomeRow[]): (row: OutcomeRow) => number {
  const gains = new Map<string | undefined, { sum: number; count: number }>();
  let total = 0;
  for (const { group, local, cloud } of fitted) {
    const { sum, count } = gains.get(group) ?? { sum: 0, count: 0 };
    gains.set(group, { sum: sum + cloud.correct - local.correct, count: count + 1 });
    total += cloud.correct - local.correct;
  }
  const overall = total / fitted.length;
  return ({ group }) => {
    const found = gains.get(group);
    return found ? (found.sum + 5 * overall) / (found.count + 5) : overall;
  };
}

type Learn<Value> = (fitted: readonly OutcomeRow[]) => (row: OutcomeRow) => Value;

/** Parts rows into folds of equal size at random, the same for the same count. */
export function randomFolds(count: number, folds: number, seed = 5): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, index) => ({ fold: index % folds, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ fold }) => fold);
}

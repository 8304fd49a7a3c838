import { TandemError } from '../../model/errors.ts';
import type { OutcomeRow } from '../outcomes/outcome-log.ts';
import { pairOf } from '../router/learnable-log.ts';
import { escalationBound } from '../statistics/escalation-bound.ts';

/** What is possible with a pair of models, whatever decides. */
export interface Feasibility {
  readonly rows: number;
  /** Accuracy of the local model alone, 0..1. */
  readonly local: number;
  readonly cloud: number;
  /** Local over cloud: what always-local keeps. */
  readonly alwaysLocalRatio: number;
  /** P(cloud right | local wrong), 0..1. */
  readonly mends: number;
  readonly points: readonly FeasiblePoint[];
  /**
   * For each price ratio: the largest share of cloud calls with which 90 % is saved; `null` where
   * it is impossible.
   */
  readonly mostCloudFor90: readonly {
    readonly priceRatio: number | 'local is free';
    readonly router: number | null;
    readonly cascade: number | null;
  }[];
}

/** What a share of cloud calls allows. */
export interface FeasiblePoint {
  /** Share of cloud calls, 0..1. */
  readonly share: number;
  /**
   * Quality over the cloud's own, with perfect knowledge of which local answers the cloud would
   * mend.
   */
  readonly oracle: number;
  /** The same for a random choice. */
  readonly random: number;
  /** Bound of a gate that sees which drafts are wrong: local + e · P(cloud right | local wrong). */
  readonly perfectGate: number;
}

const shares = [0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8];
const priceRatios = [10, 20, 50, 100, 'local is free'] as const;

/**
 * Computes what a pair of models allows from its own outcomes: no router or gate can do better.
 * @throws TandemError `invalid_argument` for a log of several pairs, or whose cloud is never right
 * @example
 * ```ts
 * console.log(feasibility(readOutcomes('outcomes.jsonl').rows));
 * ```
 */
export function feasibility(rows: readonly OutcomeRow[]): Feasibility {
  pairOf(rows);
  const outcomes = rows.map(({ local, cloud }) => ({ local: local.correct, cloud: cloud.correct }));
  const bound = escalationBound(outcomes);
  if (bound.cloud === 0) {
    throw new TandemError(
      'invalid_argument',
      `The cloud is right in none of these ${rows.length} rows, so that there is no quality to ` +
        'keep. Check how the answers were graded, or give a log with right answers of the cloud.',
      { data: { rows: rows.length } },
    );
  }
  const gains = outcomes.map(({ local, cloud }) => cloud - local).sort((a, b) => b - a);
  const oracleAt = (share: number) =>
    bound.local +
    gains
      .slice(0, Math.round(share * rows.length))
      .reduce((sum, gain) => sum + Math.max(0, gain), 0) /
      rows.length;
  return {
    rows: rows.length,
    local: bound.local,
    cloud: bound.cloud,
    alwaysLocalRatio: bound.local / bound.cloud,
    mends: bound.mends,
    points: shares.map(share => ({
      share,
      oracle: oracleAt(share) / bound.cloud,
      random: (bound.local + share * (bound.cloud - bound.local)) / bound.cloud,
      perfectGate: bound.accuracyAt(share) / bound.cloud,
    })),
    mostCloudFor90: priceRatios.map(priceRatio => {
      const localShare = priceRatio === 'local is free' ? 0 : 1 / priceRatio;
      // saving(cascade) = 1 − 1/ρ − e; saving(router) = 1 − (1 − e)/ρ − e.
      return {
        priceRatio,
        cascade: possible(0.1 - localShare),
        router: possible((0.1 - localShare) / (1 - localShare)),
      };
    }),
  };
}

function possible(share: number): number | null {
  return share >= -1e-12 ? Math.max(0, share) : null;
}

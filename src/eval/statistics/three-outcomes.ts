import { seededRandom } from '../../algorithms/seeded-random.ts';
import { lowerBound } from '../../algorithms/votes/binomial.ts';
import type { Thresholds, Zones } from '../saved-forms.ts';
import { bootstrap } from './bootstrap.ts';
import { sourcesPValue } from './source-test.ts';

/** A request whose score was computed by weights that had not seen it. */
export interface HeldScore {
  /** 0 (send to the cloud) to 1 (keep local). */
  readonly score: number;
  /** How much the cloud was needed, 0..1: the local model wrong and the cloud right. */
  readonly need: number;
}

/** The same, with the source that the request came from. */
export interface SourcedScore extends HeldScore {
  readonly source: string;
}

/** No zone at all: everything is unsure. */
export const noZones: Zones = { localFrom: 1.01, cloudBelow: 0, share: 0, bound: 0 };

/**
 * Of so many sources the worst is, with probability .95, no better than one that is yet to come: a
 * bound over sources needs as many, however alike they look (conformal prediction over sources).
 */
export const leastSources = 19;

// A zone is tried at these shares of decided rows, the surest first: a zone that fails ends the
// search, so that trying many costs no confidence (fixed-sequence testing).
const shares = Array.from({ length: 91 }, (_, index) => (index + 10) / 100);

/**
 * Finds the widest zones at both ends of the scores, equally far from the middle, whose decisions
 * are right with `accuracy`, 0..1, judged by a lower bound of 95 % over rows (Clopper–Pearson). One
 * number is chosen, not two: of logs with few kinds of requests, two would fit those kinds.
 * @example
 * ```ts
 * const zones = threeOutcomes([{ score: 0.9, need: 0 }], 0.9);
 * ```
 */
export function threeOutcomes(held: readonly HeldScore[], accuracy: number): Zones {
  return widest(held, accuracy, boundOverRows);
}

function boundOverRows(zone: readonly HeldScore[]): number {
  const right = zone.reduce((sum, row) => sum + rightOf(row), 0);
  return lowerBound(Math.floor(right + 1e-9), zone.length, 0.05);
}

/**
 * As `threeOutcomes`, for requests of sources that are yet to come: the bound is that over rows or,
 * where it is lower, that of whole sources resampled, each scored by weights that never saw it; and
 * the sources pass Student's t. With fewer than
 * `leastSources` there are no zones.
 * @example
 * ```ts
 * const zones = threeOutcomesOverSources([{ score: 0.9, need: 0, source: 'help' }], 0.9);
 * ```
 */
export function threeOutcomesOverSources(held: readonly SourcedScore[], accuracy: number): Zones {
  const sources = [...new Set(held.map(({ source }) => source))];
  if (sources.length < leastSources) return noZones;
  return widest(held, accuracy, zone => {
    const gains = new Map(sources.map(source => [source, 0]));
    for (const row of zone) gains.set(row.source, gains.get(row.source)! + rightOf(row) - accuracy);
    if (!(sourcesPValue([...gains.values()]) <= 0.05)) return 0;
    return Math.min(boundOverSources(zone, sources), boundOverRows(zone));
  });
}

function boundOverSources(zone: readonly SourcedScore[], sources: readonly string[]): number {
  const bySource = new Map(sources.map(source => [source, { right: 0, count: 0 }]));
  for (const row of zone) {
    const own = bySource.get(row.source)!;
    own.right += rightOf(row);
    own.count++;
  }
  const counts = [...bySource.values()];
  const { accuracy } = bootstrap(
    {
      accuracy: weights => {
        let [right, count] = [0, 0];
        for (const [index, each] of counts.entries()) {
          right += weights[index]! * each.right;
          count += weights[index]! * each.count;
        }
        return right / count;
      },
    },
    { cases: counts.length, random: seededRandom(11), level: 0.9 },
  );
  return accuracy.low;
}

function widest<Row extends HeldScore>(
  held: readonly Row[],
  accuracy: number,
  boundOf: (zone: readonly Row[]) => number,
): Zones {
  const surest = [...held].sort((a, b) => distanceOf(b.score) - distanceOf(a.score));
  let found = noZones;
  for (const share of shares) {
    const distance = distanceOf(surest[Math.ceil(share * surest.length) - 1]?.score ?? 0.5);
    const zone = surest.filter(row => distanceOf(row.score) >= distance);
    const bound = distance > 0 && zone.length > 0 ? boundOf(zone) : 0;
    if (!(bound >= accuracy)) break;
    found = { ...zonesAt(distance), share: zone.length / held.length, bound };
  }
  return found;
}

function zonesAt(distance: number): Thresholds {
  return { localFrom: 0.5 + distance, cloudBelow: 0.5 - distance };
}

function distanceOf(score: number): number {
  return Math.abs(score - 0.5);
}

function rightOf({ score, need }: HeldScore): number {
  return score >= 0.5 ? 1 - need : need;
}

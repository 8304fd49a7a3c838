import { seededRandom } from '../../algorithms/seeded-random.ts';
import type { KeptThreshold } from '../saved-forms.ts';
import { chooseThreshold, operatingPoints } from './choose-threshold.ts';
import { openQualityTest } from './quality-test.ts';
import { sourcesPValue } from './source-test.ts';
import { leastSources } from './three-outcomes.ts';

/** A request with what both models made of it, scored by weights that had not seen it. */
export interface KeptRow {
  /** From a threshold up the local model answers. */
  readonly score: number;
  /** How right the local answer is, 0..1. */
  readonly local: number;
  /** How right the cloud's answer is, 0..1. */
  readonly cloud: number;
  /** Where it came from; only needed where sources are the unit. */
  readonly source?: string;
}

/** What must be kept. */
export interface KeptDemand {
  /** Least share of the cloud's quality, 0..1. */
  readonly ratio: number;
  /** Probability, over the draw of rows or sources, that it is kept, 0..1. */
  readonly confidence: number;
  readonly unit: KeptThreshold['unit'];
}

/**
 * Chooses the threshold from which the local model answers. Over rows by learn-then-test with
 * fixed-sequence testing (Angelopoulos et al., arXiv:2110.01052), exact for any size. Over sources
 * each threshold in turn is tested by Student's t over the sums of the sources too, the sources
 * being few and each of them worth one draw; with fewer than `leastSources` nothing is guaranteed.
 * @example
 * ```ts
 * const found = keptThreshold([{ score: 0.9, local: 1, cloud: 1 }], {
 *   ratio: 0.95,
 *   confidence: 0.95,
 *   unit: 'rows',
 * });
 * ```
 */
export function keptThreshold(rows: readonly KeptRow[], demand: KeptDemand): KeptThreshold {
  const { ratio, unit } = demand;
  const least = operatingPoints(rows).findLast(each => each.ratio >= ratio);
  const point = {
    localFrom: thresholdOf(least?.threshold),
    cloudShare: least?.escalation ?? 1,
  };
  const localFrom = testedThreshold(rows, demand);
  const cloudShare = shareBelow(rows, localFrom);
  return { localFrom, cloudShare, isGuaranteed: localFrom <= 1, unit, point, more: [] };
}

const multiples = [2, 4];
const drawsOfMore = 10;

/**
 * What the guarantee would send to the cloud, on average, with two and four times as many rows, or
 * sources, drawn with replacement from those at hand: what collecting more would buy. Of fewer than
 * `leastSources` sources nothing is said, since drawing them again makes no new ones.
 */
export function keptWithMore(rows: readonly KeptRow[], demand: KeptDemand): KeptThreshold['more'] {
  const sources = new Set(rows.map(({ source }) => source)).size;
  if (demand.unit === 'sources' && sources < leastSources) return [];
  const random = seededRandom(31);
  return multiples.map(times => {
    let sent = 0;
    for (let draw = 0; draw < drawsOfMore; draw++)
      sent += shareBelow(rows, testedThreshold(drawn(rows, { times, demand, random }), demand));
    return { times, cloudShare: sent / drawsOfMore };
  });
}

interface Drawing {
  readonly times: number;
  readonly demand: KeptDemand;
  readonly random: () => number;
}

function drawn(rows: readonly KeptRow[], { times, demand, random }: Drawing): KeptRow[] {
  const units =
    demand.unit === 'rows'
      ? rows.map(row => [row])
      : [...Map.groupBy(rows, ({ source = '' }) => source).values()];
  return Array.from({ length: times * units.length }, (_, at) =>
    units[Math.floor(random() * units.length)]!.map(row => ({ ...row, source: String(at) })),
  ).flat();
}

function shareBelow(rows: readonly KeptRow[], threshold: number): number {
  return rows.filter(({ score }) => score < threshold).length / rows.length;
}

function testedThreshold(rows: readonly KeptRow[], demand: KeptDemand): number {
  const { ratio, confidence, unit } = demand;
  return thresholdOf(
    unit === 'sources'
      ? testedOverSources(rows, demand)
      : chooseThreshold(rows, { quality: ratio, measure: 'ratio', confidence }).chosen?.threshold,
  );
}

function thresholdOf(threshold: number | undefined): number {
  return threshold === undefined || threshold > 1 ? 1.01 : threshold;
}

function testedOverSources(
  rows: readonly KeptRow[],
  { ratio, confidence }: KeptDemand,
): number | undefined {
  const sums = new Map<string, number>();
  for (const { source = '', cloud } of rows)
    sums.set(source, (sums.get(source) ?? 0) + (1 - ratio) * cloud);
  if (sums.size < leastSources) return undefined;
  const order = [...rows].sort((a, b) => b.score - a.score);
  const ofRows = openQualityTest(rows, { measure: 'ratio', target: ratio });
  const step = Math.ceil(rows.length / mostTests);
  let sound: number | undefined;
  let waiting = 0;
  for (const [index, row] of order.entries()) {
    const { source = '', local, cloud, score } = row;
    sums.set(source, sums.get(source)! + local - cloud);
    ofRows.accept(row);
    waiting++;
    if (waiting < step || order[index + 1]?.score === score) continue;
    waiting = 0;
    if (!(sourcesPValue([...sums.values()]) <= 1 - confidence)) break;
    if (!ofRows.refutes(1 - confidence)) break;
    sound = score;
  }
  return sound;
}

// So many thresholds are tested; between them nothing is lost that rows would show.
const mostTests = 50;

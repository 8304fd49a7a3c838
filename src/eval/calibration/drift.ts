import { requireWhole } from '../../model/errors.ts';
import { defineFact } from '../../model/leaf/model/model-record.ts';
import type { LanguageModel } from '../../model/types.ts';
import { shareBelow } from '../router/router-reference.ts';
import type { RouterWeights } from '../router/router-weights.ts';
import { type MovedTest, openMovedTest } from '../statistics/moved-test.ts';
import { binOf, stabilityIndex } from '../statistics/stability.ts';
import type { Calibration } from './calibration.ts';

/** How far traffic has moved from what weights were trained on, or a gate calibrated on. */
export interface DriftStatus {
  /** Decisions seen in the window. */
  readonly seen: number;
  /** Population stability index by feature: below 0.1 nothing has moved, above 0.25 much has. */
  readonly stability: Readonly<Record<string, number>>;
  /** Share sent to the cloud in the window, and in training or calibrating, 0..1. */
  readonly cloudShare: number;
  readonly expectedCloudShare: number;
  /**
   * What has moved, in whole sentences. The share of the cloud and the scores are tested by bets on
   * every decision, so that a false alarm ever has a chance of 5 %, and an alarm of them stays;
   * those of features are of the window. Empty while all is well or too little was seen.
   */
  readonly alarms: readonly string[];
}

/**
 * Watches decisions for drift, of a router or of a calibrated gate; it belongs to whoever made it,
 * and is handed to the router.
 */
export interface DriftMonitor {
  observe(decision: {
    readonly to: string;
    readonly watched?: Readonly<Record<string, number>> | undefined;
  }): void;
  status(): DriftStatus;
}

const movedFrom = 0.25;
const leastSeen = 100;
// Of all three tests together, over all time.
const level = 0.05 / 3;
// A mean of ranks or a share may move by so much before it counts, and by what rows that were held
// out in training do not tell.
const tolerance = 0.05;

const monitors = defineFact<DriftMonitor>('drift');

/** Notes who watches the decisions of a pattern. */
export function watchedBy(pattern: LanguageModel, monitor: DriftMonitor | undefined): void {
  if (monitor) monitors.note(pattern, monitor);
}

/**
 * Tells how far what a router decides, or a calibrated gate, has moved from what its weights were
 * trained on, in this process; `undefined` of a model that has no weights of its own.
 * @example
 * ```ts
 * console.log(driftOf(platform)?.stability);
 * ```
 */
export function driftOf(model: LanguageModel): DriftStatus | undefined {
  return monitors.of(model)?.status();
}

/**
 * Makes a monitor of what a calibrated gate says of drafts: how they score, and which share is
 * refused. What the file's curve tells of the rows that its threshold was chosen on is compared.
 */
export function draftMonitor({ curve, threshold, data }: Calibration): DriftMonitor {
  const rising = curve.flatMap(each => (each.threshold === null ? [] : [each.threshold])).reverse();
  const below = curve.map(({ escalation }) => escalation).reverse();
  const levels = Array.from({ length: 101 }, (_, at) => {
    const place = below.findLastIndex(share => share <= at / 100);
    return rising[Math.min(Math.max(0, place), rising.length - 1)] ?? threshold;
  });
  const reference = { spreads: {}, cloudShare: 0, levels, held: data.calibrated };
  const cloudShare = shareBelow(reference, threshold);
  const words = { subject: 'Drafts', before: 'the calibration', advice: 'calibrate again' };
  return driftMonitor({ reference: { ...reference, cloudShare } }, {}, words);
}

const ofRequests = { subject: 'Requests', before: 'training', advice: 'train anew' };

/**
 * Makes a monitor over the last `window` decisions. Default: 500.
 * @example
 * ```ts
 * const monitor = driftMonitor(readRouterFile('weights.json'), { window: 500 });
 * ```
 */
export function driftMonitor(
  { reference }: Pick<RouterWeights, 'reference'>,
  options: { readonly window?: number } = {},
  words = ofRequests,
): DriftMonitor {
  const window = requireWhole(
    'window',
    options.window ?? 500,
    leastSeen,
    'Fewer decisions tell nothing.',
  );
  const recent: { readonly isCloud: boolean; readonly bins: Readonly<Record<string, number>> }[] =
    [];
  const counts = emptyBins(reference.spreads);
  let cloud = 0;
  const lasting = lastingTests(reference, words);
  const count = ({ isCloud, bins }: (typeof recent)[number], step: 1 | -1) => {
    cloud += isCloud ? step : 0;
    for (const [name, bin] of Object.entries(bins)) counts[name]![bin]! += step;
  };
  return {
    observe({ to, watched = {} }) {
      const bins = Object.fromEntries(
        Object.entries(watched)
          .filter(([name]) => Object.hasOwn(reference.spreads, name))
          .map(([name, value]) => [name, binOf(reference.spreads[name]!, value)]),
      );
      const entry = { isCloud: to === 'cloud', bins };
      // What a rule decides says nothing of scores.
      if (Object.keys(watched).length > 0) lasting.take(entry.isCloud, watched.score);
      recent.push(entry);
      count(entry, 1);
      if (recent.length > window) count(recent.shift()!, -1);
    },
    status() {
      const stability = Object.fromEntries(
        Object.entries(counts)
          .filter(([, bins]) => bins.some(each => each > 0))
          .map(([name, bins]) => [name, stabilityIndex(reference.spreads[name]!, bins)]),
      );
      const facts = {
        seen: recent.length,
        stability,
        cloudShare: cloud / Math.max(1, recent.length),
      };
      const expectedCloudShare = reference.cloudShare;
      const alarms = [...alarmsOf(facts), ...lasting.alarms()];
      return { ...facts, expectedCloudShare, alarms };
    },
  };
}

function emptyBins(spreads: RouterWeights['reference']['spreads']): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(spreads).map(([name, { shares }]) => [
      name,
      new Array<number>(shares.length).fill(0),
    ]),
  );
}

/** Tests that last: of the share of the cloud, of the rank of scores, and of their spread. */
function lastingTests(
  { cloudShare, levels, held }: RouterWeights['reference'],
  { subject, before, advice }: typeof ofRequests,
) {
  const margin = (deviation: number) => tolerance + (2 * deviation) / Math.sqrt(Math.max(1, held));
  const around = (mean: number, deviation: number) =>
    openMovedTest(Math.max(0, mean - margin(deviation)), Math.min(1, mean + margin(deviation)));
  const ranks = levels.map(each => rankOf(levels, each));
  const meanOf = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const spread = (rank: number) => Math.abs(2 * rank - 1);
  const share = around(cloudShare, Math.sqrt(cloudShare * (1 - cloudShare)));
  const rank = around(meanOf(ranks), 0.29);
  const ends = around(meanOf(ranks.map(spread)), 0.29);
  const said = (test: MovedTest, what: string) =>
    test.pValue() <= level ? [`${what} (p ${test.pValue().toPrecision(1)}): ${advice}.`] : [];
  return {
    take(isCloud: boolean, score: number | undefined) {
      share.take(isCloud ? 1 : 0);
      if (levels.length === 0 || score === undefined) return;
      const place = rankOf(levels, score);
      rank.take(place);
      ends.take(spread(place));
    },
    alarms: () => [
      ...said(share, `The share that goes to the cloud is no longer that of ${before}`),
      ...said(rank, `${subject} score higher, or lower, than those of ${before}`),
      ...said(ends, `Scores are spread otherwise than those of ${before}`),
    ],
  };
}

// Which share of the held rows scored lower, 0..1; equal scores stand in the middle.
function rankOf(levels: readonly number[], score: number): number {
  let [low, equal] = [0, 0];
  for (const each of levels) {
    if (each < score) low++;
    else if (each === score) equal++;
  }
  return (low + equal / 2) / levels.length;
}

function alarmsOf({ seen, stability }: Pick<DriftStatus, 'seen' | 'stability'>): string[] {
  if (seen < leastSeen) return [];
  return Object.entries(stability)
    .filter(([, index]) => index > movedFrom)
    .map(
      ([name, index]) =>
        `"${name}" has moved: stability index ${index.toFixed(2)}, over ${movedFrom}.`,
    );
}

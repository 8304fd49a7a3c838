import type { RouterWeights } from '../../eval/router/router-weights.ts';
import { binOf, stabilityIndex } from '../../eval/statistics/stability.ts';
import { requireWhole } from '../../model/errors.ts';

/** How far traffic has moved from what the weights were trained on. */
export interface DriftStatus {
  /** Decisions seen in the window. */
  readonly seen: number;
  /** Population stability index by feature: below 0.1 nothing has moved, above 0.25 much has. */
  readonly stability: Readonly<Record<string, number>>;
  /** Share sent to the cloud in the window, and in training, 0..1. */
  readonly cloudShare: number;
  readonly expectedCloudShare: number;
  /** What has moved, in whole sentences; empty while all is well or too little was seen. */
  readonly alarms: readonly string[];
}

/**
 * Watches a router's decisions for drift; it belongs to whoever made it, and is handed to the
 * router.
 */
export interface DriftMonitor {
  observe(decision: {
    readonly to: string;
    readonly watched?: Readonly<Record<string, number>> | undefined;
  }): void;
  status(): DriftStatus;
}

const movedFrom = 0.25;
// Escalation alarms beyond this many standard errors of the expected share.
const standardErrors = 4;
const leastSeen = 100;

/** Makes a monitor over the last `window` decisions. Default: 500. */
export function driftMonitor(
  { reference }: Pick<RouterWeights, 'reference'>,
  options: { readonly window?: number } = {},
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
      return { ...facts, expectedCloudShare, alarms: alarmsOf(facts, expectedCloudShare) };
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

function alarmsOf(
  { seen, stability, cloudShare }: Pick<DriftStatus, 'seen' | 'stability' | 'cloudShare'>,
  expected: number,
): string[] {
  if (seen < leastSeen) return [];
  const alarms = Object.entries(stability)
    .filter(([, index]) => index > movedFrom)
    .map(
      ([name, index]) =>
        `"${name}" has moved: stability index ${index.toFixed(2)}, over ${movedFrom}.`,
    );
  const allowed = standardErrors * Math.sqrt(Math.max(expected * (1 - expected), 0.01) / seen);
  if (Math.abs(cloudShare - expected) > allowed) {
    const [now, then] = [cloudShare, expected].map(share => `${(100 * share).toFixed(0)} %`);
    alarms.push(
      `${now} of the decisions went to the cloud, ${then} in training: train anew, or look for ` +
        'an attack.',
    );
  }
  return alarms;
}

import type { FeaturedRow } from '../router/fit-head.ts';
import { cappedBy, type RouterModel } from '../router/router-model.ts';
import { quantile } from '../statistics/quantile.ts';
import { apgr, costQualityCurve, rankByUrgency } from '../statistics/routing-metrics.ts';
import type { UnseenRow } from './leave-groups-out.ts';

type Slack = RouterModel['slack'];

// Shares of honest prompts that are left as they are, from the tightest cap on.
const candidates = [
  { core: 0.75, withoutHead: 0.5 },
  { core: 0.8, withoutHead: 0.6 },
  { core: 0.85, withoutHead: 0.7 },
  { core: 0.9, withoutHead: 0.8 },
  { core: 0.95, withoutHead: 0.9 },
  { core: 0.99, withoutHead: 0.99 },
];
// Where words at the ends say what is wanted, a tight cap would cost more than gadgets do.
const mostLost = 0.01;

/**
 * Chooses how much more urgent a prompt may look than its parts: as little as unseen rows allow at
 * a cost of .01 APGR. Prompts too short to have parts do not count.
 */
export function slackOf(rows: readonly FeaturedRow[], unseen: readonly UnseenRow[]): Slack {
  const parted = unseen.filter(({ scored }) => scored.gain !== scored.parts.core);
  if (parted.length === 0) return { core: 0, withoutHead: 0 };
  const beyond = (part: 'core' | 'withoutHead', share: number) =>
    quantile(
      parted.map(({ scored }) => scored.gain - scored.parts[part]),
      share,
    );
  const slacks = candidates.map(({ core, withoutHead }) => ({
    core: beyond('core', core),
    withoutHead: beyond('withoutHead', withoutHead),
  }));
  const wanted = apgrOf(rows, unseen) - mostLost;
  return slacks.find(slack => !(apgrOf(rows, unseen, slack) < wanted)) ?? slacks.at(-1)!;
}

function apgrOf(rows: readonly FeaturedRow[], unseen: readonly UnseenRow[], slack?: Slack): number {
  const routed = rows.map(({ row }, index) => {
    const { scored } = unseen[index]!;
    const urgency = slack ? cappedBy(slack, scored) : scored.gain;
    return { urgency, local: row.local.correct, cloud: row.cloud.correct };
  });
  return apgr(costQualityCurve(rankByUrgency(routed)));
}

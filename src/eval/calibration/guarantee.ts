import type { Demands, QualityMeasure } from '../saved-forms.ts';
import type { OperatingPoint } from '../statistics/choose-threshold.ts';
import type { EscalationBound } from '../statistics/escalation-bound.ts';

const meanings: Readonly<Record<QualityMeasure, (quality: number) => string>> = {
  ratio: quality => `is right at least ${quality} times as often as the cloud alone`,
  kept: quality => `keeps at least ${quality} of what the cloud gets right`,
  accuracy: quality => `is right at least ${quality} of the time`,
};

/** Says in words what holds, and on what condition. */
export function guaranteeOf(demands: Demands, rows: number): string {
  const { confidence } = demands;
  return (
    `With probability ${confidence} over the draw of the ${rows} calibration rows, the cascade ` +
    `${claimsOf(demands).join(' and ')}, ` +
    'on requests that come as those came.'
  );
}

/** Says what holds of a threshold that was tested row by row, however often one looked. */
export function lastingGuaranteeOf(demands: Demands, rows: number): string {
  return (
    `With probability ${demands.confidence} over the ${rows} rows that came since, at all looks ` +
    `together, the cascade ${claimsOf(demands).join(' and ')}, on requests that come as those came.`
  );
}

/** Says why no threshold was given, with the best that can be had and the bound for every gate. */
export function refusalOf(facts: {
  readonly demands: Demands;
  readonly best: OperatingPoint;
  readonly bound: EscalationBound;
  readonly isCloudOnly: boolean;
}): string {
  const { demands, best, bound, isCloudOnly } = facts;
  const { quality, maxEscalation, measure = 'ratio' } = demands;
  const said = [
    `No threshold gives a cascade that ${claimsOf(demands).join(' and ')}, with probability ` +
      `${demands.confidence}.`,
  ];
  if (isCloudOnly) said.push('Only asking the cloud every time would do.');
  const reached = best[measure];
  said.push(
    `Best point on these rows${maxEscalation === undefined ? '' : ` within the cap`}: ${measure} ` +
      `${reached.toFixed(3)} at ` +
      `${percent(best.escalation)} to the cloud.`,
  );
  if (maxEscalation !== undefined) {
    said.push(
      `Bound for any gate: accuracy ≤ ${bound.local.toFixed(3)} + ${maxEscalation} · ` +
        `${bound.mends.toFixed(3)} = ` +
        `${bound.accuracyAt(maxEscalation).toFixed(3)} (local alone + share sent · P(cloud right ` +
        '| local wrong)).',
    );
  }
  if (quality !== undefined) said.push(needed(quality, measure, bound));
  return said.join(' ');
}

function needed(quality: number, measure: QualityMeasure, bound: EscalationBound): string {
  const accuracy = measure === 'accuracy' ? quality : quality * bound.cloud;
  const least = bound.escalationFor(accuracy);
  if (Number.isNaN(least))
    return `An accuracy of ${accuracy.toFixed(3)} is out of reach of these two models.`;
  return (
    `An accuracy of ${accuracy.toFixed(3)} needs at least ${percent(least)} to the cloud, ` +
    'with a gate that never errs.'
  );
}

function claimsOf({ quality, measure = 'ratio', maxEscalation, maxCostUsd }: Demands): string[] {
  return [
    ...(quality === undefined ? [] : [meanings[measure](quality)]),
    ...(maxEscalation === undefined
      ? []
      : [`sends at most ${percent(maxEscalation)} of requests to the cloud`]),
    ...(maxCostUsd === undefined
      ? []
      : [
          `costs at most $${maxCostUsd} a request on average, where none costs more than the ` +
            'dearest of these rows',
        ]),
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1).replace(/\.0$/, '')} %`;
}

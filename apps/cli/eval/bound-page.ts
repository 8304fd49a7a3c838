import type { Feasibility } from '../../../src/entries/eval.ts';
import { table } from '../layout.ts';
import { percent } from '../page/progress-bar.ts';
import type { Style } from '../terminal.ts';

/** Writes what a pair of models allows. */
export function boundPage(found: Feasibility, style: Style): string {
  const points = found.points.map(({ share, random, perfectGate, oracle }) => [
    percent(share),
    percent(random),
    percent(perfectGate),
    percent(oracle),
  ]);
  const head = ['to the cloud', 'random', 'perfect gate', 'oracle'].map(title => style.bold(title));
  const claim = found.points.find(({ share }) => share === 0.1)!;
  const isPossible = claim.oracle >= 0.95;
  const ratios = found.mostCloudFor90.map(({ priceRatio, ...most }) => [
    priceRatio === 'local is free' ? priceRatio : `cloud costs ${priceRatio}×`,
    ...Object.values(most).map(share => (share === null ? 'impossible' : percent(share))),
  ]);
  const { priceRatio: _, ...patterns } = found.mostCloudFor90[0]!;
  return `${[
    `${found.rows} rows. Local alone ${percent(found.local)} right, cloud alone ` +
      `${percent(found.cloud)}: always local keeps ${percent(found.alwaysLocalRatio)} of the ` +
      "cloud's quality.",
    mendsLine(found.mends),
    '',
    style.bold("Quality kept, as a share of the cloud's own, at a share of cloud calls"),
    table([head, ...points], style, '  '),
    style.dim(
      '  perfect gate: escalates what is wrong, knows not what the cloud mends. oracle: knows ' +
        'both. No policy does better.',
    ),
    '',
    style.bold('Largest share of cloud calls with which 90 % of the cost is saved'),
    table([['', ...Object.keys(patterns)].map(title => style.bold(title)), ...ratios], style, '  '),
    '',
    isPossible
      ? '"90 % saved, 95 % kept" is possible for this pair if the local model is free: the ' +
        `oracle keeps ${percent(claim.oracle)} at 10 % cloud calls. What a real router or gate ` +
        'keeps, `tandem eval` measures.'
      : style.bad(
          '"90 % saved, 95 % kept" is out of reach for this pair: even the oracle keeps ' +
            `${percent(claim.oracle)} at 10 % cloud calls.`,
        ),
  ].join('\n')}\n`;
}

function mendsLine(mends: number): string {
  return Number.isNaN(mends)
    ? 'The local model is never wrong in these rows: there is nothing to mend.'
    : `The cloud is right on ${percent(mends)} of what the local model gets wrong.`;
}

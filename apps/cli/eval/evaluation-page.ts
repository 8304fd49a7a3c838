import type { PolicyFigures, RoutingAccuracy } from '../../../src/entries/eval.ts';
import { keptRows } from '../commands/train.ts';
import { table } from '../layout.ts';
import { leftOutFigure } from '../page/left-out-figure.ts';
import { percent } from '../page/progress-bar.ts';
import type { Style } from '../terminal.ts';
import type { EvaluationReport } from './report.ts';

const figure = (value: number | null) => (value === null ? '–' : value.toFixed(3));

/** The columns of the table of policies, as texts. */
export function policyRows(report: EvaluationReport): string[][] {
  const head = [
    'policy',
    'APGR',
    '95 % interval',
    'above length',
    'CPT(50)',
    'CPT(80)',
    'need-95',
    'cost',
    'AUROC',
    'ECE',
  ];
  const interval = (found: PolicyFigures['apgrInterval']) =>
    found ? `${found.low.toFixed(3)} to ${found.high.toFixed(3)}` : '–';
  const lines = report.evaluation.policies.map(policy => [
    policy.name,
    figure(policy.apgr),
    interval(policy.apgrInterval),
    interval(policy.aboveLength),
    percent(policy.cpt50),
    percent(policy.cpt80),
    percent(policy.need95),
    percent(policy.cost95),
    figure(policy.auroc),
    figure(policy.ece),
  ]);
  return [head, ...lines];
}

/** Writes what was decided by frozen thresholds, one fact a row. */
export function routingRows(routing: RoutingAccuracy): string[][] {
  const { shares, decided } = routing;
  return [
    ['local, cloud, unsure', [shares.local, shares.cloud, shares.unsure].map(percent).join(', ')],
    ['decided', percent(decided)],
    [
      'right, of the decided',
      `${percent(routing.accuracy)} (always the same: ${percent(routing.constantAccuracy)})`,
    ],
    ['balanced accuracy', percent(routing.balancedAccuracy)],
    [
      'recall, precision of need-cloud',
      `${percent(routing.recall)}, ${percent(routing.precision)}`,
    ],
    ['base rate of need-cloud', percent(routing.baseRate)],
  ];
}

/** Writes the notes that a reader of the table needs. */
export function legend(report: EvaluationReport): string[] {
  const { evaluation, data, mix, trainedOn } = report;
  const leftOut = trainedOn?.leftOut;
  const [own] = evaluation.policies;
  const words = own?.aboveWords;
  const shown = mix.slice(0, 5).map(({ group, share }) => `${group} ${percent(share)}`);
  const more = mix.length > shown.length ? ` and ${mix.length - shown.length} more` : '';
  return [
    `${data.rows} rows of ${data.file}, split ${data.split ?? 'none'}; mix: ` +
      `${shown.join(', ')}${more}`,
    ...(own && words
      ? [
          `${own.name} above a bag of words: APGR ${words.low.toFixed(3)} to ` +
            `${words.high.toFixed(3)} (95 %, paired)` +
            (words.low > 0 ? '' : ': not shown to beat it'),
        ]
      : []),
    `always local ${percent(evaluation.local)} right, always cloud ${percent(evaluation.cloud)}; ` +
      `${percent(evaluation.needCloud)} need the cloud`,
    `cost: at need-95, as a share of the cloud alone, in ${evaluation.costs}; both calls of a ` +
      'cascade counted',
    ...(trainedOn
      ? [`${report.subject}: trained on ${trainedOn.rows} other rows (${trainedOn.date})`]
      : []),
    ...(leftOut
      ? [
          `${report.subject}, measured in training on groups left out of it: APGR ` +
            `${leftOutFigure(leftOut)}`,
        ]
      : []),
    ...evaluation.policies
      .filter(({ note }) => note !== undefined)
      .map(({ name, note }) => `${name}: ${note}`),
  ];
}

/** Writes the report for a terminal. */
export function evaluationPage(
  report: EvaluationReport,
  { saved, style }: { readonly saved: readonly string[]; readonly style: Style },
): string {
  const [head, ...rows] = policyRows(report);
  const named = rows.map(([name, ...rest]) => [
    name === report.subject ? style.accent(name!) : name!,
    ...rest,
  ]);
  const parts = [
    table([head!.map(title => style.bold(title)), ...named], style),
    legend(report)
      .map(line => style.dim(line))
      .join('\n'),
  ];
  if (report.routing) {
    parts.push(
      `${style.bold('Frozen thresholds')}\n${table(
        [
          ...routingRows(report.routing),
          ...(report.thresholds ? keptRows(report.thresholds.kept) : []),
        ].map(([name, value]) => [style.dim(name!), value!]),
        style,
        '  ',
      )}`,
    );
    const groups = report.routing.byGroup;
    if (groups.length > 1 && groups.length <= 30) {
      const lines = groups.map(({ group, rows: count, decided, accuracy }) => [
        group,
        String(count),
        percent(decided),
        percent(accuracy),
      ]);
      parts.push(
        table(
          [['group', 'rows', 'decided', 'right'].map(title => style.bold(title)), ...lines],
          style,
          '  ',
        ),
      );
    }
  }
  if (saved.length > 0) parts.push(`saved: ${saved.join(', ')}`);
  return `${parts.join('\n\n')}\n`;
}

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { TandemError } from '../../../src/index.ts';
import { writeWhole } from '../write-whole.ts';
import { curvePlot } from './curve-plot.ts';
import { legend, policyRows, routingRows } from './evaluation-page.ts';
import type { EvaluationReport } from './report.ts';

/** Saves a report as JSON, Markdown and an SVG plot; returns the paths. @throws TandemError */
export function saveReport(folder: string, report: EvaluationReport): string[] {
  const files = {
    'eval.json': `${JSON.stringify(report, null, 1)}\n`,
    'eval.md': markdown(report),
    'eval.svg': curvePlot(report),
  };
  try {
    mkdirSync(folder, { recursive: true });
    return Object.entries(files).map(([name, text]) => {
      const path = join(folder, name);
      writeWhole(path, text);
      return path;
    });
  } catch (cause) {
    throw new TandemError(
      'invalid_argument',
      `The report cannot be written to "${folder}". Check the folder.`,
      {
        cause,
      },
    );
  }
}

function markdown(report: EvaluationReport): string {
  const lines = [
    `# Evaluation of \`${report.subject}\``,
    '',
    ...legend(report).map(line => `* ${line}`),
    '',
    tableOf(policyRows(report)),
  ];
  if (report.routing)
    lines.push(
      '',
      '## Frozen thresholds',
      '',
      tableOf([['what', 'figure'], ...routingRows(report.routing)]),
    );
  for (const { name, reliability, risk } of report.evaluation.policies) {
    if (name !== report.subject || reliability.length === 0) continue;
    const bins = reliability.map(({ count, stated, observed }) => [
      String(count),
      stated.toFixed(3),
      observed.toFixed(3),
    ]);
    lines.push('', '## Reliability', '', tableOf([['rows', 'stated', 'observed'], ...bins]));
    const points = risk
      .filter((_, index) => index % Math.max(1, Math.floor(risk.length / 10)) === 0)
      .map(({ coverage, risk: wrong }) => [coverage.toFixed(2), wrong.toFixed(3)]);
    lines.push(
      '',
      '## Risk and coverage',
      '',
      tableOf([['answered locally', 'wrong of these'], ...points]),
    );
  }
  if (report.warnings.length > 0)
    lines.push('', '## Warnings', '', ...report.warnings.map(warning => `* ${warning}`));
  lines.push('', '![cost–quality curves](eval.svg)', '');
  return lines.join('\n');
}

function tableOf([head, ...rows]: readonly (readonly string[])[]): string {
  return [head!, head!.map(() => '---'), ...rows]
    .map(cells => `| ${cells.join(' | ')} |`)
    .join('\n');
}

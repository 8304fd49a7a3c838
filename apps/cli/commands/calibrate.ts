import * as z from 'zod';
import {
  type CalibrateResult,
  type Calibration,
  type CalibrationReport,
  calibrate as calibrateLog,
  type Demands,
  evaluateCalibration,
  type OutcomeRow,
  otherDecoding,
  readCalibration,
  readOutcomes,
} from '../../../src/entries/eval.ts';
import { type Command, type Invocation, wrongUse } from '../command.ts';
import { goOn } from '../eval/recalibrate.ts';
import { amount, reachable, share } from '../flags.ts';
import { table, wrapText } from '../layout.ts';
import type { Style } from '../terminal.ts';
import { writeWhole } from '../write-whole.ts';

/** `tandem calibrate NAME LOG`: a fitted gate with a threshold that carries a guarantee. */
export const calibrate: Command = {
  name: 'calibrate',
  summary:
    'Fit a cascade’s gate to a log of outcomes and choose its threshold, with a guarantee, or ' +
    'say why there is none.',
  usage: 'NAME LOG [options]  or  --check FILE LOG  or  --again FILE LOG',
  options: {
    'target-quality': {
      type: 'string',
      value: 'SHARE',
      help: 'least quality, such as 0.95; what it means says --measure',
      schema: share.optional(),
    },
    measure: {
      type: 'string',
      value: 'WHAT',
      help:
        'ratio (accuracy as a share of the cloud’s; default), kept (of what the cloud gets ' +
        'right) or accuracy',
      schema: z.enum(['ratio', 'kept', 'accuracy']).optional(),
    },
    'max-escalation': {
      type: 'string',
      value: 'SHARE',
      help: 'most requests that may go to the cloud, such as 0.15',
      schema: share.optional(),
    },
    'max-cost': {
      type: 'string',
      value: 'USD',
      help: 'most that a request may cost on average',
      schema: amount.optional(),
    },
    confidence: {
      type: 'string',
      value: 'SHARE',
      help: 'probability that all of this holds',
      schema: reachable.default(0.95),
    },
    signals: {
      type: 'string',
      value: 'NAMES',
      help: 'signals to be joined, with commas between (default: all in the log)',
    },
    mapping: {
      type: 'string',
      value: 'HOW',
      help: 'platt or isotonic',
      schema: z.enum(['platt', 'isotonic']).default('platt'),
    },
    'fit-split': {
      type: 'string',
      value: 'SPLIT',
      help: 'rows that the gate is fitted on (default: train)',
    },
    'cal-split': {
      type: 'string',
      value: 'SPLIT',
      help: 'rows that the threshold is chosen on (default: cal)',
    },
    local: {
      type: 'string',
      value: 'MODEL',
      help: 'the local model, where the log does not name it',
    },
    cloud: {
      type: 'string',
      value: 'MODEL',
      help: 'the cloud model, where the log does not name it',
    },
    check: {
      type: 'string',
      value: 'FILE',
      help: 'measure this calibration on rows that it has not seen; choose nothing',
    },
    again: {
      type: 'string',
      value: 'FILE',
      help:
        'go on with this calibration by rows that came since, as often as you like: its ' +
        'threshold moves where they show that another one keeps what it promises',
    },
    split: { type: 'string', value: 'SPLIT', help: 'with --check and --again: these rows alone' },
    out: {
      type: 'string',
      value: 'FILE',
      help: 'where the calibration goes (default: NAME.calibration.json)',
    },
  },
  examples: [
    [
      'tandem calibrate support log.jsonl --target-quality 0.95',
      'the cheapest threshold that keeps 95 % of the cloud’s accuracy',
    ],
    [
      'tandem calibrate support log.jsonl --target-quality 0.95 --max-escalation 0.15',
      'with a cap, or a refusal',
    ],
    [
      'tandem calibrate support log.jsonl --max-cost 0.002 --json',
      'the best quality for the money',
    ],
    ['tandem calibrate --check support.calibration.json june.jsonl', 'whether it still holds'],
    [
      'tandem calibrate --again support.calibration.json week-23.jsonl',
      'each week, with the new labels',
    ],
  ],
  async run(invocation) {
    const { positionals, options, terminal } = invocation;
    if (options.again !== undefined) return goOn(invocation, options.again as string);
    if (options.check !== undefined) return checkOn(invocation, options.check as string);
    const [name, path, ...more] = positionals;
    if (name === undefined || path === undefined || more.length > 0) {
      throw wrongUse('A name and a log must be given.', 'Write `tandem calibrate NAME LOG`.');
    }
    const demands = demandsOf(invocation);
    const log = readOutcomes(path);
    const result = calibrateLog(log, {
      name,
      demands,
      date: new Date().toISOString().slice(0, 10),
      origin: path,
      signals: (options.signals as string | undefined)?.split(',').map(each => each.trim()),
      mapping: options.mapping as 'platt' | 'isotonic',
      pair: pairOf(invocation),
      fitSplit: options['fit-split'] as string | undefined,
      calSplit: options['cal-split'] as string | undefined,
    });
    for (const warning of result.warnings)
      terminal.note(`${terminal.style.dim('note')}   ${warning}`);
    if (!result.calibration) return refused(invocation, result);
    const file = (options.out as string | undefined) ?? `${name}.calibration.json`;
    const report = testReport(result.calibration, log.rows);
    writeWhole(file, `${JSON.stringify(result.calibration, null, 2)}\n`);
    const { calibration } = result;
    if (options.json)
      terminal.out(`${JSON.stringify({ file, calibration, ...(report && { test: report }) })}\n`);
    else {
      const price = priceLine(result, calibration);
      terminal.out(page({ calibration, report, file, price }, terminal.style));
    }
    return 0;
  },
};

// The cheapest point that just keeps the quality on these rows is no promise.
function priceLine({ curve }: CalibrateResult, { demands, expected }: Calibration): string[][] {
  const { quality, measure } = demands;
  const points = curve.filter(point => quality !== undefined && point[measure] >= quality);
  if (points.length === 0) return [];
  const sent = Math.min(...points.map(({ escalation }) => escalation));
  const cost = Math.max(0, expected.escalation - sent);
  return [
    [
      'the price of the guarantee',
      `${percent(cost)}: a point estimate sends ${percent(sent)}, and falls short about half the ` +
        'time; more rows bring the two together',
    ],
  ];
}

// A threshold as it stands, on rows that had no part in it.
function checkOn({ positionals, options, terminal }: Invocation, file: string): number {
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) {
    throw wrongUse(
      'One log must be given to check on.',
      'Write `tandem calibrate --check FILE LOG`.',
    );
  }
  const calibration = readCalibration(file);
  const { rows } = readOutcomes(path, { split: options.split as string | undefined });
  const report = evaluateCalibration(calibration, rows);
  for (const other of otherDecodings(calibration, rows))
    terminal.note(`${terminal.style.dim('note')}   ${other}`);
  if (options.json) terminal.out(`${JSON.stringify({ name: calibration.name, test: report })}\n`);
  else terminal.out(`${terminal.style.accent(calibration.name)}  ${testLine(report)}\n`);
  return 0;
}

function otherDecodings(calibration: Calibration, rows: readonly OutcomeRow[]): Set<string> {
  return new Set(
    rows.flatMap(({ decoding }) => (decoding && otherDecoding(calibration, decoding)) ?? []),
  );
}

function refused(
  { options, terminal }: Invocation,
  result: CalibrateResult & { calibration?: undefined },
): number {
  const { refusal, best, bound } = result;
  const facts = {
    ...bound,
    best: { ...best, threshold: Number.isFinite(best.threshold) ? best.threshold : null },
  };
  if (options.json) terminal.out(`${JSON.stringify({ refused: refusal, ...facts })}\n`);
  else
    terminal.out(`${terminal.style.bad('refused')}\n${wrapText(refusal, terminal.style, '  ')}\n`);
  return 1;
}

// Rows of any other split had no part in it; where there are some, they say what the threshold is
// worth.
function testReport(
  calibration: Calibration,
  rows: readonly OutcomeRow[],
): CalibrationReport | undefined {
  const test = rows.filter(({ split }) => split === 'test');
  return test.length === 0 ? undefined : evaluateCalibration(calibration, test);
}

function demandsOf({ options }: Invocation): Demands {
  const given = options as {
    readonly 'target-quality'?: number;
    readonly 'max-escalation'?: number;
    readonly 'max-cost'?: number;
    readonly measure?: Demands['measure'];
    readonly confidence: number;
  };
  const { 'target-quality': quality, 'max-escalation': maxEscalation } = given;
  const { 'max-cost': maxCostUsd, measure, confidence } = given;
  if (quality === undefined && maxEscalation === undefined && maxCostUsd === undefined) {
    throw wrongUse(
      'Nothing is demanded.',
      'Give `--target-quality`, `--max-escalation` or `--max-cost`.',
    );
  }
  return {
    confidence,
    ...(quality !== undefined && { quality }),
    ...(measure && { measure }),
    ...(maxEscalation !== undefined && { maxEscalation }),
    ...(maxCostUsd !== undefined && { maxCostUsd }),
  };
}

function pairOf({ options }: Invocation): { local?: string; cloud?: string } {
  const { local, cloud } = options as { local?: string; cloud?: string };
  return { ...(local && { local }), ...(cloud && { cloud }) };
}

function page(
  {
    calibration,
    report,
    file,
    price,
  }: {
    calibration: Calibration;
    report: CalibrationReport | undefined;
    file: string;
    price: string[][];
  },
  style: Style,
): string {
  const { expected, data, pair, scorer } = calibration;
  const rows = [
    ['models', `${pair.local} → ${pair.cloud}`],
    [
      'signals',
      scorer.signals.map(({ name, weight }) => `${name} ${weight.toFixed(2)}`).join(', '),
    ],
    ['rows', `${data.fitted} to fit the gate, ${data.calibrated} to choose the threshold`],
    ['threshold', calibration.threshold.toFixed(4)],
    [
      'on those rows',
      `${percent(expected.escalation)} to the cloud, accuracy ${expected.accuracy.toFixed(3)}, ` +
        `ratio ${expected.ratio.toFixed(3)}`,
    ],
    ...price,
    ...(report ? [['on the split "test"', testLine(report)]] : []),
  ];
  return [
    table(
      rows.map(([what = '', value = '']) => [style.accent(what), value]),
      style,
    ),
    '',
    wrapText(calibration.guarantee, style),
    '',
    `${style.good('written')}  ${file}; use it by "calibration": "${file}" in the configuration ` +
      'of the cascade',
    '',
  ].join('\n');
}

function testLine({
  rows,
  escalation,
  escalationInterval,
  accuracy,
  ratio,
  ratioInterval,
}: CalibrationReport): string {
  const sent =
    `${percent(escalation)} (${percent(escalationInterval.low)} to ` +
    `${percent(escalationInterval.high)}) to the cloud`;
  const kept =
    `ratio ${ratio.toFixed(3)} (${ratioInterval.low.toFixed(3)} to ` +
    `${ratioInterval.high.toFixed(3)})`;
  return `${sent}, accuracy ${accuracy.toFixed(3)}, ${kept}; ${rows} rows`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

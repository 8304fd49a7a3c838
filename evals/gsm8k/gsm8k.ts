import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  type CalibrateResult,
  type Calibration,
  calibrate,
  type Demands,
  evaluateCalibration,
  type OutcomeRow,
  operatingPointAt,
  readOutcomes,
  scoreRows,
} from '../../src/entries/eval.ts';
import type { EvalResult, EvalRow } from '../result.ts';
import { drawnRows } from './drawn.ts';
import { workingSignals } from './working-signals.ts';

const asked: readonly (readonly [string, Demands])[] = [
  ['ratio ≥ .95', { quality: 0.95, confidence: 0.95 }],
  ['ratio ≥ .90', { quality: 0.9, confidence: 0.95 }],
  ['kept ≥ .95', { quality: 0.95, measure: 'kept', confidence: 0.95 }],
  ['at most 30 % sent', { maxEscalation: 0.3, confidence: 0.95 }],
];

/**
 * Replays a cascade on recorded answers to GSM8K, in RouteLLM's layout: Mixtral-8x7B drafts, GPT-4
 * answers what is refused. `npm run evals -- gsm8k FILE`.
 */
export async function gsm8k(argv: readonly string[]): Promise<EvalResult> {
  const name = 'gsm8k';
  const [path = ''] = argv;
  if (!existsSync(path)) {
    const skipped = `no outcomes at "${path}"; give the file of the RouteLLM outcomes of GSM8K`;
    return { eval: name, notes: [], rows: [], skipped };
  }
  const log = readOutcomes(path);
  const hasTest = log.rows.some(({ split }) => split === 'test');
  const rows = log.rows.map(row => withSignals(row, hasTest));
  const test = rows.filter(({ split }) => split === 'test');
  return {
    eval: name,
    notes: [
      'Recorded answers of two models, replayed: no model is asked. One answer each was ' +
        'recorded, so that there are no',
      'samples to agree: agreement is here that of an answer with its own working, whose ' +
        'arithmetic is done again.',
      'The gate is fitted on train, the threshold comes from cal.',
      hasTest
        ? 'Tested on the split test.'
        : 'Tested on a third of train, by a hash of the prompt, which the gate does not see.',
    ],
    rows: [
      ...asked.flatMap(([what, demands]) =>
        figures(what, { demands, log: { ...log, rows }, test }),
      ),
      ...asked.slice(0, 3).flatMap(([what, demands]) => drawnRows(what, demands, { ...log, rows })),
    ],
  };
}

function withSignals(row: OutcomeRow, hasTest: boolean): OutcomeRow {
  const bucket = createHash('sha256').update(row.prompt).digest().readUInt32BE(4) % 3;
  const isTest = !hasTest && row.split === 'train' && bucket === 0;
  const signals = workingSignals(row.prompt, row.local.answer ?? '');
  return {
    ...row,
    split: isTest ? 'test' : row.split,
    local: { ...row.local, model: 'mixtral-8x7b', signals },
    cloud: { ...row.cloud, model: 'gpt-4-1106' },
  };
}

function figures(
  what: string,
  {
    demands,
    log,
    test,
  }: { demands: Demands; log: ReturnType<typeof readOutcomes>; test: readonly OutcomeRow[] },
): EvalRow[] {
  const result = calibrate(log, { name: 'gsm8k', demands, date: '2026-01-01' });
  const { bound } = result;
  if (!result.calibration) return [{ what: `${what}: refused`, value: result.refusal }];
  const report = evaluateCalibration(result.calibration, test);
  const { ratio, ratioInterval, escalation, escalationInterval } = report;
  const between = ({ low, high }: { low: number; high: number }) =>
    `${low.toFixed(3)} to ${high.toFixed(3)}`;
  return [
    {
      what: `${what}: rows fitted / calibrated / tested`,
      value:
        `${result.calibration.data.fitted} / ${result.calibration.data.calibrated} / ` +
        `${report.rows}`,
    },
    { what: '  AUROC of the score', value: report.auroc },
    { what: '  calibration error of the score', value: report.calibrationError },
    {
      what: '  accuracy: local, cascade, cloud',
      value: [report.local, report.accuracy, report.cloud].map(each => each.toFixed(3)).join(', '),
    },
    {
      what: "  share of the cloud's accuracy",
      value: `${ratio.toFixed(3)} (${between(ratioInterval)})`,
    },
    {
      what: '  cloud calls saved',
      value:
        `${(1 - escalation).toFixed(3)} ` +
        `(${between({ low: 1 - escalationInterval.high, high: 1 - escalationInterval.low })})`,
    },
    { what: '  cloud tokens saved', value: tokensSaved(result.calibration, test) },
    ...(demands.quality === undefined
      ? []
      : [
          {
            what: '  without a guarantee: where cal just meets it',
            value: unguaranteed(result, test),
          },
        ]),
    { what: '  accuracy bound of every gate at that share', value: bound.accuracyAt(escalation) },
    {
      what: '  calls that a gate which never errs would save',
      value: 1 - bound.escalationFor(report.accuracy),
    },
  ];
}

// What the estimate alone would have promised: the cheapest point of cal that meets the demand,
// held against the test.
function unguaranteed(
  { calibration, curve }: CalibrateResult,
  test: readonly OutcomeRow[],
): string {
  const { quality = 0, measure } = calibration!.demands;
  const point = curve.findLast(each => each[measure] >= quality) ?? curve[0]!;
  const { ratio, escalation } = operatingPointAt(scoreRows(calibration!, test), point.threshold);
  return `${(1 - escalation).toFixed(3)} of calls saved, ratio ${ratio.toFixed(3)}`;
}

// The cloud's answers are longer where the local model fails: calls alone flatter.
function tokensSaved(calibration: Calibration, test: readonly OutcomeRow[]): number {
  const tokens = (rows: readonly OutcomeRow[]) =>
    rows.reduce((sum, { cloud }) => sum + (cloud.inputTokens ?? 0) + (cloud.outputTokens ?? 0), 0);
  const sent = test.filter(row => evaluateCalibration(calibration, [row]).escalation === 1);
  return 1 - tokens(sent) / tokens(test);
}

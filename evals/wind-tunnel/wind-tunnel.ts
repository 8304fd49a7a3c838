import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type CalibrateResult,
  calibrate,
  collectOutcome,
  type Demands,
  evaluateCalibration,
  type OutcomeRow,
  parseOutcomes,
} from '../../src/entries/eval.ts';
import { type LanguageModel, TandemError } from '../../src/index.ts';
import { tinyModel } from '../../src/testing/index.ts';
import type { EvalResult, EvalRow } from '../result.ts';
import { type HanoiRequest, hanoiRequests, isRightStep } from './hanoi-requests.ts';

const signals = ['lowProbability', 'medianProbability', 'minProbability'];
const target: Demands = { quality: 0.95, confidence: 0.95 };
const date = '2026-01-01';

/** What of the wind tunnel is run. */
interface Extent {
  /** Towers of at most so many disks. */
  readonly disks: number;
  readonly locals: readonly string[];
  /** Where the outcome logs are written, if anywhere. */
  readonly logs: string | undefined;
}

/**
 * A real cascade with exact truth: faulty early checkpoints of a tiny model as local, the finished
 * one as cloud, the steps of the shortest solutions of Towers of Hanoi as requests. `--short` runs
 * one local model on up to 8 disks.
 */
export async function windTunnel(argv: readonly string[]): Promise<EvalResult> {
  const extent = extentOf(argv);
  const finished = toy('finished');
  const rows: EvalRow[] = [];
  for (const name of extent.locals) rows.push(...(await through(name, finished, extent)));
  return {
    eval: 'wind-tunnel',
    notes: [
      'Toy models of 0.8 million parameters on Towers of Hanoi: real inference, real ' +
        'log-probabilities, exact truth.',
      'No local checkpoint was trained on these steps. The finished model was: it has seen these ' +
        'states in training.',
      'Splits by a hash of the prompt: a fifth fits the gate, two fifths set the threshold, two ' +
        'fifths test it.',
      'The score joins three quantiles of the token probabilities. Everything runs at ' +
        'temperature 0, so that it repeats exactly.',
    ],
    rows: argv.includes('--short') ? [...rows, repeats(rows)] : rows,
  };
}

// What the short run gave when it was last looked at: threshold, share kept, share saved.
const recorded = ['0.476454981', '0.972972973', '0.935135135'];

function repeats(rows: readonly EvalRow[]): EvalRow {
  const wanted = [/threshold$/, /accuracy kept$/, /calls saved$/];
  const found = wanted.map(name =>
    Number(rows.find(({ what }) => name.test(what))?.value).toFixed(9),
  );
  const isMet = found.every((value, index) => value === recorded[index]);
  return {
    what: 'repeats to the ninth digit',
    value: found.join(', '),
    wanted: recorded.join(', '),
    isMet,
  };
}

function extentOf(argv: readonly string[]): Extent {
  const at = argv.indexOf('--logs');
  const logs = at < 0 ? undefined : argv[at + 1];
  if (argv.includes('--short')) return { disks: 8, locals: ['early-400'], logs };
  return { disks: 10, locals: ['early-400', 'early-200'], logs };
}

function toy(name: string): LanguageModel {
  return tinyModel({
    path: `models/hanoi-${name}-q8_0.gguf`,
    modelId: `tiny:hanoi-${name}`,
    stopAfter: ';',
  });
}

async function through(name: string, finished: LanguageModel, extent: Extent): Promise<EvalRow[]> {
  const local = toy(name);
  const requests = hanoiRequests().filter(({ disks }) => disks <= extent.disks);
  const outcomes: OutcomeRow[] = [];
  for (const request of requests) {
    outcomes.push(await outcomeOf(request, local, finished));
    if (process.stderr.isTTY)
      process.stderr.write(`\r${name}: ${outcomes.length} of ${requests.length} `);
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  const text = outcomes.map(row => JSON.stringify(row)).join('\n');
  if (extent.logs !== undefined) writeFileSync(join(extent.logs, `${name}.jsonl`), `${text}\n`);
  const log = parseOutcomes(text, name);
  const capped = calibrate(log, { name, demands: { ...target, maxEscalation: 0.15 }, date });
  const test = log.rows.filter(({ split }) => split === 'test');
  const heading = `${local.modelId} → ${finished.modelId}`;
  return [
    { what: heading, value: `${log.rows.length} steps, ${test.length} of them to test` },
    ...figures('kept ≥ .95, at most 15 % sent', capped, test),
    ...(capped.calibration
      ? []
      : figures('kept ≥ .95, no cap', calibrate(log, { name, demands: target, date }), test)),
    { what: 'self-report in words (baseline)', value: await selfReport(local, requests[0]!) },
  ];
}

async function outcomeOf(
  request: HanoiRequest,
  local: LanguageModel,
  cloud: LanguageModel,
): Promise<OutcomeRow> {
  const { state, disks: _disks, ...asked } = request;
  const row = await collectOutcome(asked, { local, cloud, signals, timed: false });
  const correct = (text = '') => (isRightStep(state, text) ? 1 : 0);
  return {
    ...row,
    local: { ...row.local, correct: correct(row.local.answer) },
    cloud: { ...row.cloud, correct: correct(row.cloud.answer) },
  };
}

function figures(demand: string, result: CalibrateResult, test: readonly OutcomeRow[]): EvalRow[] {
  const { calibration, bound } = result;
  if (!calibration) {
    return [
      { what: `${demand}: refused`, value: result.refusal },
      { what: '  best reachable at the cap (ratio)', value: result.best.ratio },
      { what: '  bound of every gate at 15 %', value: bound.accuracyAt(0.15) },
    ];
  }
  const found = evaluateCalibration(calibration, test);
  const between = ({ low, high }: { low: number; high: number }) =>
    `${low.toFixed(3)} to ${high.toFixed(3)}`;
  const isCapped = calibration.demands.maxEscalation !== undefined;
  return [
    { what: `${demand}: threshold`, value: calibration.threshold },
    { what: '  local model alone', value: found.local },
    { what: '  AUROC of the score', value: found.auroc },
    { what: '  calibration error of the score', value: found.calibrationError },
    {
      what: "  share of the finished model's accuracy kept",
      value: found.ratio,
      wanted: 'at least 0.95',
      isMet: found.ratio >= 0.95,
    },
    { what: '    95 % interval', value: between(found.ratioInterval) },
    {
      what: '  share of its calls saved',
      value: 1 - found.escalation,
      ...(isCapped && { wanted: 'at least 0.85', isMet: 1 - found.escalation >= 0.85 }),
    },
    { what: '  share sent', value: found.escalation },
    { what: '    95 % interval', value: between(found.escalationInterval) },
    { what: '  guarantee', value: calibration.guarantee },
  ];
}

// A toy has no words to speak of itself with; that is found out by asking, not assumed.
async function selfReport(local: LanguageModel, { prompt }: HanoiRequest): Promise<string> {
  try {
    const { local: row } = await collectOutcome(
      { id: 'self-report', prompt },
      { local, cloud: local, signals: ['selfReport'], timed: false },
    );
    const said = row.signals?.selfReport;
    return said === undefined ? 'none: asked for a probability, it gives none' : `${said}`;
  } catch (error) {
    if (!TandemError.isInstance(error)) throw error;
    return `none: the question is longer than the model's context of 64 tokens`;
  }
}

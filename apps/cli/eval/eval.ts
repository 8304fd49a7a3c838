import { resolve } from 'node:path';
import * as z from 'zod';
import { priceOf } from '../../../src/entries/backends.ts';
import {
  costsOf,
  evaluatePolicies,
  feasibility,
  type OutcomeLog,
  readOutcomes,
} from '../../../src/entries/eval.ts';
import { type Command, type Invocation, wrongUse } from '../command.ts';
import { selectionOf } from '../commands/train.ts';
import { share, shareAboveNone, whole } from '../flags.ts';
import { progressBar } from '../page/progress-bar.ts';
import { embedderOption } from '../page/prompt-vectors.ts';
import { boundPage } from './bound-page.ts';
import { choosePolicies } from './choose-policies.ts';
import { evaluationPage } from './evaluation-page.ts';
import { type EvaluationReport, fewRowsDoubt, reportOf } from './report.ts';
import { saveReport } from './save-report.ts';

/** `tandem eval NAME… --data LOG`: what routers and gates are worth on recorded outcomes. */
export const evaluate: Command = {
  name: 'eval',
  summary:
    'Measure routers and gates on a log of outcomes, beside the baselines that they must beat.',
  usage: '[NAME…] --data LOG [options]',
  options: {
    data: { type: 'string', value: 'LOG', help: 'outcomes of both models, one JSON object a line' },
    split: { type: 'string', value: 'NAME', help: 'measure on this split only' },
    without: { type: 'string', value: 'GROUP', help: 'leave this group out', multiple: true },
    weights: {
      type: 'string',
      value: 'FILE',
      help: 'weights of `router`, from `tandem train router`',
    },
    'cloud-share': {
      type: 'string',
      value: 'SHARE',
      help: 'with weights: send this share to the cloud, by the threshold of training',
      schema: share.optional(),
    },
    ...embedderOption,
    folds: {
      type: 'string',
      value: 'N',
      help: 'train `router` in N folds of these rows instead',
      schema: whole(2).optional(),
    },
    'leave-groups-out': {
      type: 'boolean',
      help: 'the same, with whole groups left out of training',
    },
    accuracy: {
      type: 'string',
      value: 'SHARE',
      help: 'with folds: decisions that must be right',
      schema: shareAboveNone.default(0.9),
    },
    baseline: {
      type: 'string',
      value: 'cloud',
      help: 'what cost is a share of',
      schema: z.enum(['cloud']).default('cloud'),
    },
    prices: {
      type: 'string',
      value: 'LOCAL,CLOUD',
      help: 'models whose list prices tokens cost, such as none,gpt-4.1',
    },
    bound: { type: 'boolean', help: 'print what this pair of models allows, whatever decides' },
    save: {
      type: 'string',
      value: 'FOLDER',
      help: 'write the report there as JSON, Markdown and SVG',
    },
    config: {
      type: 'string',
      value: 'FILE',
      help: 'configuration (default: tandem.config.ts or .json here)',
    },
  },
  examples: [
    ['tandem eval --data outcomes.jsonl', 'baselines and every signal in the log'],
    [
      'tandem eval router --weights router.json --data outcomes.jsonl --split cal',
      'a trained router, on rows it has not seen',
    ],
    [
      'tandem eval support --data outcomes.jsonl',
      'a calibrated cascade or trained router of the configuration',
    ],
    [
      'tandem eval router --data outcomes.jsonl --leave-groups-out',
      'on kinds of requests it has not seen',
    ],
    [
      'tandem eval --bound --data outcomes.jsonl',
      'whether "90 % saved, 95 % kept" is possible at all',
    ],
  ],
  async run(invocation) {
    const { options, terminal, folder } = invocation;
    if (!options.data) throw wrongUse('No log is named.', 'Write `--data outcomes.jsonl`.');
    const log = readOutcomes(resolve(folder, options.data as string), selectionOf(options));
    if (options.bound) {
      const found = feasibility(log.rows);
      for (const doubt of fewRowsDoubt(log.rows.length, found.cloud))
        terminal.note(`${terminal.style.bad('note')}  ${doubt}`);
      terminal.out(options.json ? `${JSON.stringify(found)}\n` : boundPage(found, terminal.style));
      return 0;
    }
    const report = await measured(invocation, log);
    terminal.clearProgress();
    for (const warning of report.warnings)
      terminal.note(`${terminal.style.bad('note')}  ${warning}`);
    const saved = options.save ? saveReport(resolve(folder, options.save as string), report) : [];
    terminal.out(
      options.json
        ? `${JSON.stringify(report)}\n`
        : evaluationPage(report, { saved, style: terminal.style }),
    );
    return 0;
  },
};

async function measured(invocation: Invocation, log: OutcomeLog): Promise<EvaluationReport> {
  const bar = progressBar(invocation.terminal);
  const chosen = await choosePolicies(invocation, log, bar);
  invocation.signal.throwIfAborted();
  const evaluation = evaluatePolicies(log.rows, chosen.policies, {
    costs: costsOf(log.rows, pricesIn(invocation)),
    onProgress: bar,
  });
  return reportOf({
    evaluation,
    chosen,
    log,
    data: String(invocation.options.data),
    split: invocation.options.split,
  });
}

function pricesIn({ options }: Invocation) {
  if (options.prices === undefined) return {};
  const [local = '', cloud = ''] = String(options.prices).split(',');
  const [localPrice, cloudPrice] = [local, cloud].map(name =>
    name === 'none' ? undefined : priceOf(name, {}),
  );
  if (!cloudPrice) {
    throw wrongUse(
      `\`--prices\` is "${String(options.prices)}".`,
      'Give two models with list prices, such as none,gpt-4.1.',
    );
  }
  return { local: localPrice, cloud: cloudPrice };
}

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import {
  costsOf,
  evaluatePolicies,
  type FitChoice,
  fitRouter,
  leastSources,
  type OutcomeRow,
  type PolicyFigures,
  readOutcomes,
  requireLearnable,
  type TrainedRouter,
  trainedPolicy,
  writeRouterFile,
} from '../../../src/entries/eval.ts';
import { type Command, type Invocation, wrongUse } from '../command.ts';
import { shareAboveNone } from '../flags.ts';
import { table } from '../layout.ts';
import { leftOutFigure } from '../page/left-out-figure.ts';
import { percent, progressBar } from '../page/progress-bar.ts';
import { embedderOption, vectorsOf } from '../page/prompt-vectors.ts';

/** `tandem train router LOG`: weights of a router from the outcomes of two models. */
export const train: Command = {
  name: 'train',
  summary: 'Train a router on a log of what the local and the cloud model got right.',
  usage: 'router LOG… --out FILE [options]',
  options: {
    out: { type: 'string', value: 'FILE', help: 'where the weights go, such as router.json' },
    split: { type: 'string', value: 'NAME', help: 'train on this split of the log only' },
    without: { type: 'string', value: 'GROUP', help: 'leave this group out', multiple: true },
    accuracy: {
      type: 'string',
      value: 'SHARE',
      help: 'decisions that must be right, the rest is unsure',
      schema: shareAboveNone.default(0.9),
    },
    confidence: {
      type: 'string',
      value: 'SHARE',
      help: 'probability that two outcomes keep it',
      schema: shareAboveNone.default(0.95),
    },
    keep: {
      type: 'string',
      value: 'SHARE',
      help: "share of the cloud's quality that two outcomes must keep",
      schema: shareAboveNone.default(0.95),
    },
    scorer: {
      type: 'string',
      value: 'KIND',
      help: 'what the router reads: words, or the vectors of an embedding model',
      schema: z.enum(['words', 'embedding']).default('words'),
    },
    ...embedderOption,
    config: {
      type: 'string',
      value: 'FILE',
      help: 'configuration (default: tandem.config.ts or .json here)',
    },
    origin: {
      type: 'string',
      value: 'TEXT',
      help: 'where the log comes from, noted in the weights',
    },
    force: { type: 'boolean', help: 'replace an existing file' },
  },
  examples: [
    ['tandem train router outcomes.jsonl --out router.json', 'train on all rows'],
    [
      'tandem train router outcomes.jsonl --split train --out router.json',
      'leave the other splits for testing',
    ],
    [
      'tandem eval router --weights router.json --data outcomes.jsonl --split cal',
      'then see what it is worth',
    ],
  ],
  async run(invocation) {
    const { positionals, options, terminal } = invocation;
    const [what, ...paths] = positionals;
    if (what !== trainedPolicy)
      throw wrongUse('What to train is not named.', 'Write `tandem train router LOG --out FILE`.');
    if (paths.length === 0)
      throw wrongUse('No log is named.', 'Write `tandem train router LOG --out FILE`.');
    const out = outPath(invocation);
    const log = mergeLogs(
      paths.map(path => readOutcomes(resolve(invocation.folder, path), selectionOf(options))),
    );
    const bar = progressBar(terminal);
    // What cannot be trained on is told before anything is asked.
    const isEmbedded = wantsEmbedding(options);
    requireLearnable(log);
    const vectors = isEmbedded
      ? await vectorsOf(invocation, log.rows, { file: `${out}.vectors`, bar })
      : undefined;
    const trained = fitRouter(log, {
      date: new Date().toISOString().slice(0, 10),
      origin: (options.origin as string | undefined) ?? paths.join(', '),
      accuracy: options.accuracy as number,
      keep: options.keep as number,
      confidence: options.confidence as number,
      onProgress: bar,
      ...(vectors && { vectors }),
    });
    invocation.signal.throwIfAborted();
    writeRouterFile(out, trained.weights);
    terminal.clearProgress();
    const held = heldFigures(trained);
    for (const warning of trained.warnings)
      terminal.note(`${terminal.style.bad('note')}  ${warning}`);
    const { pair, thresholds, training } = trained.weights;
    const { seen: _, ...facts } = training;
    const { choice, warnings } = trained;
    const report = { out, pair, training: facts, thresholds, held, choice, warnings };
    terminal.out(
      options.json ? `${JSON.stringify(report)}\n` : page(trained, held, { out, invocation }),
    );
    return 0;
  },
};

function wantsEmbedding({ scorer, embedder }: Invocation['options']): boolean {
  if ((scorer === 'embedding') === (embedder !== undefined)) return scorer === 'embedding';
  throw scorer === 'embedding'
    ? wrongUse('`--embedder` is missing.', 'Name the model whose vectors the router is to read.')
    : wrongUse('`--embedder` is of no use here.', 'Add `--scorer embedding`, or leave it away.');
}

function outPath({ options, folder }: Invocation): string {
  if (!options.out)
    throw wrongUse('`--out` is missing.', 'Say where the weights go: --out router.json.');
  const out = resolve(folder, options.out as string);
  if (existsSync(out) && !options.force) {
    throw wrongUse(
      `"${options.out}" exists already.`,
      'Name another file, or replace it with --force.',
    );
  }
  return out;
}

/** Reads which part of a log is meant. */
export function selectionOf({ split, without }: Invocation['options']) {
  return { split: split as string | undefined, without: without as string[] | undefined };
}

/** Joins logs to one; of rows with one prompt the first is kept. */
export function mergeLogs(
  logs: readonly ReturnType<typeof readOutcomes>[],
): ReturnType<typeof readOutcomes> {
  if (logs.length === 1) return logs[0]!;
  const byPrompt = new Map<string, OutcomeRow>();
  for (const row of logs.flatMap(({ rows }) => rows))
    if (!byPrompt.has(row.prompt)) byPrompt.set(row.prompt, row);
  return {
    rows: [...byPrompt.values()],
    hash: logs.map(({ hash }) => hash).join('+'),
    warnings: logs.flatMap(({ warnings }) => warnings),
  };
}

type Held = Pick<
  PolicyFigures,
  'apgr' | 'apgrInterval' | 'cpt50' | 'cpt80' | 'need95' | 'auroc' | 'ece'
> & {
  readonly rows: number;
};

function heldFigures({ held }: TrainedRouter): Held {
  const { policies } = evaluatePolicies(held.rows, [held.policy], { costs: costsOf(held.rows) });
  const { apgr, apgrInterval, cpt50, cpt80, need95, auroc, ece } = policies[0]!;
  return { rows: held.rows.length, apgr, apgrInterval, cpt50, cpt80, need95, auroc, ece };
}

function page(
  { weights, choice }: TrainedRouter,
  held: Held,
  { out, invocation }: { out: string; invocation: Invocation },
): string {
  const { style } = invocation.terminal;
  const { leftOut } = weights.training;
  const interval = held.apgrInterval
    ? `  (95 %: ${held.apgrInterval.low.toFixed(3)} to ${held.apgrInterval.high.toFixed(3)})`
    : '';
  const rows = [
    [
      'rows',
      `${weights.training.rows} in ${weights.training.groups} groups; ${weights.training.held} ` +
        'held for thresholds',
    ],
    ['APGR, held rows', `${held.apgr?.toFixed(3) ?? 'not defined'}${interval}`],
    ...(leftOut ? [['APGR, groups left out', leftOutFigure(leftOut)]] : []),
    ['decides by', choiceLine(choice)],
    ['AUROC, ECE', `${held.auroc?.toFixed(3) ?? '–'}, ${held.ece?.toFixed(3) ?? '–'}`],
    ['cloud calls for 95 %', percent(held.need95)],
    ['three outcomes', zonesLine(weights)],
    ...keptRows(weights.thresholds.kept),
    ['weights', out],
  ];
  return `${table(
    rows.map(([name, value]) => [style.dim(name!), value!]),
    style,
  )}\n`;
}

type Found = TrainedRouter['weights']['thresholds'];

function zonesLine({ thresholds, training }: TrainedRouter['weights']): string {
  const { localFrom, cloudBelow, share, bound, accuracy, from } = thresholds.decided;
  const wanted = percent(accuracy);
  if (localFrom > 1 && cloudBelow <= 0) {
    const why =
      from === 'left-out groups' && training.groups < leastSources
        ? `a bound over new groups needs ${leastSources} groups`
        : `the lower bound of 95 %, ${from}, is below that even for the surest tenth`;
    return `none: no decisions can be promised right ${wanted} of the time (${why})`;
  }
  return (
    `local from ${localFrom.toFixed(3)}, cloud below ${cloudBelow.toFixed(3)}: ` +
    `${percent(share)} decided, right at least ${percent(bound)} (lower bound of 95 %, ${from})`
  );
}

function keptLine({ localFrom, isGuaranteed, ...kept }: Found['kept']): string {
  const what = `${percent(kept.ratio)} of the cloud's quality`;
  const lacking = kept.unit === 'sources' ? ', none of a kind that these lack' : '';
  const how = `probability ${kept.confidence}, over the draw of ${kept.unit}${lacking}`;
  if (isGuaranteed) {
    return (
      `local from ${localFrom.toFixed(3)}: keeps ${what} with ${how}; ` +
      `${percent(kept.cloudShare)} to the cloud`
    );
  }
  return kept.unit === 'sources'
    ? `all to the cloud: ${what} cannot be promised over new groups (it takes ` +
        `${leastSources} or more that are alike enough)`
    : `all to the cloud: ${what} cannot be promised with ${how}`;
}

function pointLine({ point, cloudShare, isGuaranteed }: Found['kept']): string {
  const said = `local from ${point.localFrom.toFixed(3)} would send ${percent(point.cloudShare)}`;
  return isGuaranteed
    ? `${said}, and break the promise about half the time; ` +
        `the guarantee costs ${percent(Math.max(0, cloudShare - point.cloudShare))}`
    : `${said}; it is no promise, and more rows bring the two together`;
}

/** What two outcomes keep, and what that costs, one fact a row. */
export function keptRows(kept: Found['kept']): string[][] {
  return [
    ['two outcomes', keptLine(kept)],
    ['point estimate', pointLine(kept)],
    ...(kept.more.length > 0 ? [['with more rows', moreLine(kept)]] : []),
  ];
}

function moreLine({ more, unit, isGuaranteed, cloudShare }: Found['kept']): string {
  const shown = more.map(
    ({ times, cloudShare: sent }) =>
      `${percent(sent)} to the cloud with ${times} times as many ${unit}`,
  );
  const now = isGuaranteed ? `${percent(cloudShare)} now` : 'all of it now';
  return `${[now, ...shown].join(', ')} like these`;
}

function choiceLine({ scorer, above }: FitChoice): string {
  if (!above) return scorer;
  const shown = `${above.low.toFixed(3)} to ${above.high.toFixed(3)}`;
  const what = `words and shape rank ${shown} APGR above words alone (95 %, paired, unseen rows)`;
  return scorer === 'bag of words'
    ? `a bag of words: ${what}, which is not shown to be better`
    : `${scorer}: ${what}`;
}

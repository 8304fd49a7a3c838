import { createHash } from 'node:crypto';
import { logit } from '../algorithms/logistic-regression.ts';
import { promptFeatures } from '../algorithms/prompt-features.ts';
import { quantile } from '../algorithms/quantile.ts';
import { threeOutcomes, threeOutcomesOverGroups, thresholdForRatio } from '../algorithms/three-outcomes.ts';
import { TandemError } from '../model/errors.ts';
import { type FeaturedRow, fitHeads, plattOf } from './fit-head.ts';
import { knownWordsOf } from './known-words.ts';
import { groupsDecide, leaveGroupsOut, seenBy, type UnseenRow } from './leave-groups-out.ts';
import type { OutcomeLog, OutcomeRow } from './outcome-log.ts';
import type { Policy } from './policies.ts';
import { scoreOfGain } from './router-decision.ts';
import { cappedBy, type RouterModel, scorePrompt } from './router-model.ts';
import { referenceOf } from './router-reference.ts';
import type { RouterWeights, TrainingFacts } from './router-weights.ts';
import { seenRows } from './seen-rows.ts';

/** How a router is trained. */
export interface RouterTraining {
  /** Today, ISO. */
  readonly date: string;
  /** Where the rows came from, in the user's words. */
  readonly origin?: string | undefined;
  /** Share of decisions that must be right, the rest being unsure, 0..1. Default: 0.9. */
  readonly accuracy?: number;
  /** Share of the cloud's quality that two outcomes must keep, 0..1. Default: 0.95. */
  readonly keep?: number;
  /** Is told how far the work is, 0..1. */
  readonly onProgress?: (share: number, what: string) => void;
}

/** A trained router and what must be said of it. */
export interface TrainedRouter {
  readonly weights: RouterWeights;
  /** The rows that thresholds were chosen on, as weights that had not seen them rank them. */
  readonly held: { readonly rows: readonly OutcomeRow[]; readonly policy: Policy };
  readonly warnings: readonly string[];
}

const leastRows = 10;
const fewRows = 50;
// How many honest prompts are left as they are: fewer cap gadgets harder and cost accuracy on groups never seen.
const slackQuantiles = { core: 0.75, withoutHead: 0.58 };
const knownQuantile = 0.01;

/**
 * Trains a router on the outcomes of two models. Four fifths of the rows (by a hash of their prompts) fit the weights
 * from which the last fifth corrects probabilities and chooses thresholds; then the weights are fitted to all rows.
 * Where groups all but decide what is needed, the three outcomes are chosen on scores of groups that were left out.
 * @throws TandemError `invalid_argument` for logs that nothing can be learned from
 */
export function fitRouter(log: OutcomeLog, training: RouterTraining): TrainedRouter {
  const { accuracy = 0.9, keep = 0.95, onProgress = () => {} } = training;
  const warnings = [...log.warnings, ...requireLearnable(log.rows)];
  const rows = log.rows.map(row => ({ row, features: promptFeatures(row.prompt) }));
  onProgress(0.1, 'fitting');
  const [fitted, held] = fifthHeldOut(rows);
  const trial = { model: withPlatt(fitHeads(fitted), held), knownWords: knownWordsOf(fitted) };
  const heldScores = held.map(each => seenBy(trial, each));
  onProgress(0.4, 'choosing thresholds');
  const from = groupsDecide(rows) ? 'left-out groups' : 'left-out rows';
  const unseen = from === 'left-out groups' ? leaveGroupsOut(rows) : heldScores;
  const slack = slackOf(unseen);
  onProgress(0.9, 'fitting to all rows');
  const { local, cloud, scaling } = fitHeads(rows);
  const decided =
    from === 'left-out groups'
      ? threeOutcomesOverGroups(
          unseen.map((each, index) => ({ ...each, group: log.rows[index]!.group ?? '' })),
          accuracy,
        )
      : threeOutcomes(unseen, accuracy);
  const weights: RouterWeights = {
    pair: pairOf(log.rows),
    model: {
      local: { ...local, platt: trial.model.local.platt },
      cloud: { ...cloud, platt: trial.model.cloud.platt },
      scaling,
      slack,
    },
    knownWords: knownWordsOf(rows),
    knownFrom: quantile(
      unseen.map(({ known }) => known),
      knownQuantile,
    ),
    thresholds: {
      decided: { ...decided, accuracy, from },
      kept: { localFrom: keptThreshold(held, { heldScores, slack, keep }), ratio: keep },
    },
    reference: referenceOf(held, heldScores, decided.cloudBelow),
    training: factsOf(log, { training, held: held.length }),
  };
  onProgress(1, 'done');
  return { weights, held: { rows: held.map(({ row }) => row), policy: policyOf(heldScores, slack) }, warnings };
}

function policyOf(seen: readonly UnseenRow[], slack: RouterModel['slack']): Policy {
  return {
    name: 'router',
    urgency: seen.map(({ scored }) => cappedBy(slack, scored)),
    localRight: seen.map(({ scored }) => scored.local),
  };
}

function factsOf({ rows, hash }: OutcomeLog, facts: { training: RouterTraining; held: number }): TrainingFacts {
  const { date, origin } = facts.training;
  return {
    date,
    rows: rows.length,
    groups: new Set(rows.map(({ group }) => group)).size,
    hash,
    ...(origin !== undefined && { origin }),
    held: facts.held,
    seen: seenRows(rows),
  };
}

function keptThreshold(
  held: readonly FeaturedRow[],
  { heldScores, slack, keep }: { heldScores: readonly UnseenRow[]; slack: RouterModel['slack']; keep: number },
): number {
  const scores = held.map(({ row }, index) => {
    const gain = cappedBy(slack, heldScores[index]!.scored);
    return { score: scoreOfGain(gain), local: row.local.correct, cloud: row.cloud.correct };
  });
  return thresholdForRatio(scores, keep);
}

function pairOf(rows: readonly OutcomeRow[]): RouterWeights['pair'] {
  const named = (role: 'local' | 'cloud') => {
    const names = [...new Set(rows.map(row => row[role].model ?? 'unknown'))];
    if (names.length === 1) return names[0]!;
    throw new TandemError(
      'invalid_argument',
      `The log mixes ${names.length} ${role} models: ${names.slice(0, 4).join(', ')}. Train on the rows of one pair.`,
      { data: { role, models: names.slice(0, 10) } },
    );
  };
  return { local: named('local'), cloud: named('cloud') };
}

function requireLearnable(rows: readonly OutcomeRow[]): string[] {
  const needs = rows.filter(({ local, cloud }) => cloud.correct > local.correct).length;
  if (rows.length < leastRows) {
    throw new TandemError(
      'invalid_argument',
      `A router cannot be trained on ${rows.length} rows. Give ${leastRows} or more; 200 to 500 begin to be useful.`,
      { data: { rows: rows.length } },
    );
  }
  if (needs === 0 || needs === rows.length) {
    const what = needs === 0 ? 'the cloud is never better than the local model' : 'the cloud is always better';
    throw new TandemError(
      'invalid_argument',
      `Nothing can be learned from this log: ${what}, in all ${rows.length} rows. Route everything to ` +
        `${needs === 0 ? 'the local model' : 'the cloud'}, or give a log with both outcomes.`,
      { data: { rows: rows.length, needs } },
    );
  }
  if (rows.length >= fewRows) return [];
  const width = 2 * 1.96 * Math.sqrt(0.25 / rows.length);
  return [
    `${rows.length} rows are few: any share measured on them is uncertain by up to ${(100 * width).toFixed(0)} points ` +
      '(width of the 95 % interval). 200 to 500 rows begin to be useful.',
  ];
}

/** Parts rows by a hash of their prompts: four fifths and one fifth, the same for the same prompts. */
function fifthHeldOut(rows: readonly FeaturedRow[]): [fitted: FeaturedRow[], held: FeaturedRow[]] {
  const ranked = rows
    .map(each => ({ each, key: createHash('sha256').update(each.row.prompt).digest('hex') }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const most = Math.floor(rows.length / 5);
  const held = new Set(ranked.slice(0, most).map(({ each }) => each));
  return [rows.filter(each => !held.has(each)), [...held]];
}

/** Corrects stated probabilities on held rows. */
function withPlatt(model: RouterModel, held: readonly FeaturedRow[]): RouterModel {
  const plain = held.map(({ features }) => scorePrompt(model, features));
  const corrected = (role: 'local' | 'cloud') => ({
    ...model[role],
    platt: plattOf(
      plain.map(score => logit(score[role])),
      held.map(({ row }) => row[role].correct),
    ),
  });
  return { ...model, local: corrected('local'), cloud: corrected('cloud') };
}

/** How much more urgent honest prompts look than their parts; those too short to have parts do not count. */
function slackOf(unseen: readonly UnseenRow[]): RouterModel['slack'] {
  const parted = unseen.filter(({ scored }) => scored.gain !== scored.parts.core);
  if (parted.length === 0) return { core: 0, withoutHead: 0 };
  const beyond = (part: 'core' | 'withoutHead') => parted.map(({ scored }) => scored.gain - scored.parts[part]);
  return {
    core: quantile(beyond('core'), slackQuantiles.core),
    withoutHead: quantile(beyond('withoutHead'), slackQuantiles.withoutHead),
  };
}

import { nodeCrypto } from '../../model/node-crypto.ts';
import {
  groupsDecide,
  leaveGroupsOut,
  seenBy,
  type UnseenRow,
} from '../calibration/leave-groups-out.ts';
import { measureLeftOut } from '../calibration/left-out-groups.ts';
import { slackOf } from '../calibration/part-slack.ts';
import { type Platt, plattOf } from '../calibration/platt.ts';
import type { OutcomeLog, OutcomeRow } from '../outcomes/outcome-log.ts';
import type { Policy } from '../policies/policies.ts';
import { quantile } from '../statistics/quantile.ts';
import {
  type HeldScore,
  type Thresholds,
  threeOutcomes,
  threeOutcomesAsStated,
  thresholdForRatio,
} from '../statistics/three-outcomes.ts';
import { type FeaturedRow, fitHeads } from './fit-head.ts';
import { knownWordsOf } from './known-words.ts';
import { pairOf, requireLearnable } from './learnable-log.ts';
import { promptFeatures } from './prompt-features.ts';
import { scoreOfGain, statedByGain } from './router-decision.ts';
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
  /**
   * Whether to measure what the router is worth on groups that it has not seen; takes most of the
   * time. Default: true.
   */
  readonly measureLeftOut?: boolean;
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

const leastGroups = 3;
const knownQuantile = 0.01;

/**
 * Trains a router on the outcomes of two models. Four fifths of the rows (by a hash of their
 * prompts) fit the weights from which the last fifth corrects probabilities and chooses thresholds;
 * then the weights are fitted to all rows. Where groups all but decide what is needed, the three
 * outcomes are chosen on scores of groups that were left out.
 * @throws TandemError `invalid_argument` for logs that nothing can be learned from
 */
export function fitRouter(log: OutcomeLog, training: RouterTraining): TrainedRouter {
  const { accuracy = 0.9, keep = 0.95, onProgress = () => {} } = training;
  const warnings = [...log.warnings, ...requireLearnable(log.rows)];
  const rows = log.rows.map(row => ({ row, features: promptFeatures(row.prompt) }));
  const { trial, held, heldScores, leftOut, from } = tryOut(rows, { training, onProgress });
  const unseen = from === 'left-out groups' ? leftOut! : heldScores;
  const slack = slackOf(from === 'left-out groups' ? rows : held, unseen);
  const correction = correctionOf(unseen);
  const decided = zonesOf(scoredBy(correction, unseen), from, accuracy);
  onProgress(0.9, 'fitting to all rows');
  const { local, cloud, scaling } = fitHeads(rows);
  const heldPolicy = policyOf(heldScores, slack);
  const weights: RouterWeights = {
    pair: pairOf(log.rows),
    model: {
      local: { ...local, platt: trial.local.platt },
      cloud: { ...cloud, platt: trial.cloud.platt },
      scaling,
      slack,
    },
    correction,
    knownWords: knownWordsOf(rows),
    knownFrom: quantile(
      unseen.map(({ known }) => known),
      knownQuantile,
    ),
    thresholds: {
      decided: { ...decided, accuracy, from },
      kept: {
        localFrom: keptThreshold(held, { policy: heldPolicy, correction, keep }),
        ratio: keep,
      },
    },
    reference: referenceOf(held, scoredBy(correction, heldScores), decided.cloudBelow),
    training: factsOf(log, {
      training,
      held: held.length,
      leftOut: leftOut && isLeftOutMeasured(rows, training) ? policyOf(leftOut, slack) : undefined,
    }),
  };
  onProgress(1, 'done');
  return { weights, held: { rows: held.map(({ row }) => row), policy: heldPolicy }, warnings };
}

/** Fits weights to parts of the rows and lets them score the others. */
function tryOut(rows: readonly FeaturedRow[], { training, onProgress }: TryOut) {
  onProgress(0.1, 'fitting');
  const [fitted, held] = fifthHeldOut(rows);
  const trial = { model: withPlatt(fitHeads(fitted), held), knownWords: knownWordsOf(fitted) };
  const heldScores = held.map(each => seenBy(trial, each));
  onProgress(0.3, 'leaving groups out');
  const from: ZonesFrom = groupsDecide(rows) ? 'left-out groups' : 'left-out rows';
  const isNeeded = from === 'left-out groups' || isLeftOutMeasured(rows, training);
  return {
    trial: trial.model,
    held,
    heldScores,
    from,
    leftOut: isNeeded ? leaveGroupsOut(rows) : undefined,
  };
}

interface TryOut {
  readonly training: RouterTraining;
  readonly onProgress: NonNullable<RouterTraining['onProgress']>;
}

type ZonesFrom = RouterWeights['thresholds']['decided']['from'];

function isLeftOutMeasured(rows: readonly FeaturedRow[], training: RouterTraining): boolean {
  return (
    training.measureLeftOut !== false &&
    new Set(rows.map(({ row }) => row.group)).size >= leastGroups
  );
}

function scoredBy(correction: Platt, unseen: readonly UnseenRow[]): (UnseenRow & HeldScore)[] {
  return unseen.map(each => ({ ...each, score: scoreOfGain(correction, each.scored.gain) }));
}

// What came of each group that was left out is in the correction; single groups choose no zones.
function zonesOf(
  unseen: readonly (HeldScore & UnseenRow)[],
  from: ZonesFrom,
  accuracy: number,
): Thresholds {
  if (from === 'left-out rows') return threeOutcomes(unseen, accuracy);
  return threeOutcomesAsStated(
    unseen.map(({ score }) => score),
    accuracy,
  );
}

function correctionOf(unseen: readonly UnseenRow[]): Platt {
  return plattOf(
    unseen.map(({ scored }) => statedByGain(scored.gain)),
    unseen.map(({ need }) => 1 - need),
  );
}

function policyOf(seen: readonly UnseenRow[], slack: RouterModel['slack']): Policy {
  return {
    name: 'router',
    urgency: seen.map(({ scored }) => cappedBy(slack, scored)),
    localRight: seen.map(({ scored }) => scored.local),
  };
}

interface FoundFacts {
  readonly training: RouterTraining;
  readonly held: number;
  /** What weights fitted to other groups say. */
  readonly leftOut: Policy | undefined;
}

function factsOf({ rows, hash }: OutcomeLog, facts: FoundFacts): TrainingFacts {
  const { date, origin } = facts.training;
  const leftOut = facts.leftOut && measureLeftOut(rows, facts.leftOut);
  return {
    date,
    rows: rows.length,
    groups: new Set(rows.map(({ group }) => group)).size,
    hash,
    ...(origin !== undefined && { origin }),
    held: facts.held,
    ...(leftOut && { leftOut }),
    seen: seenRows(rows),
  };
}

function keptThreshold(
  held: readonly FeaturedRow[],
  { policy, correction, keep }: KeptPolicy,
): number {
  const scores = held.map(({ row }, index) => {
    const score = scoreOfGain(correction, policy.urgency[index]!);
    return { score, local: row.local.correct, cloud: row.cloud.correct };
  });
  return thresholdForRatio(scores, keep);
}

interface KeptPolicy {
  readonly policy: Policy;
  readonly correction: Platt;
  readonly keep: number;
}

/**
 * Parts rows by a hash of their prompts: four fifths and one fifth, the same for the same prompts.
 */
function fifthHeldOut(rows: readonly FeaturedRow[]): [fitted: FeaturedRow[], held: FeaturedRow[]] {
  const ranked = rows
    .map(each => ({
      each,
      key: nodeCrypto().createHash('sha256').update(each.row.prompt).digest('hex'),
    }))
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
      plain.map(score => score[role]),
      held.map(({ row }) => row[role].correct),
    ),
  });
  return { ...model, local: corrected('local'), cloud: corrected('cloud') };
}

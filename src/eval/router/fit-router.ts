import { nodeCrypto } from '../../model/node-crypto.ts';
import {
  groupsDecide,
  leaveGroupsOut,
  seenBy,
  type UnseenRow,
} from '../calibration/leave-groups-out.ts';
import { measureLeftOut } from '../calibration/left-out-groups.ts';
import { slackOf } from '../calibration/part-slack.ts';
import { corrected, type Platt, plattOf, uncorrected } from '../calibration/platt.ts';
import type { OutcomeLog, OutcomeRow } from '../outcomes/outcome-log.ts';
import type { Policy } from '../policies/policies.ts';
import { type KeptThreshold, keptThreshold } from '../statistics/kept-threshold.ts';
import { quantile } from '../statistics/quantile.ts';
import {
  leastSources,
  type SourcedScore,
  threeOutcomes,
  threeOutcomesOverSources,
} from '../statistics/three-outcomes.ts';
import { type FeaturedRow, fitHeads } from './fit-head.ts';
import { knownWordsOf } from './known-words.ts';
import { pairOf, requireLearnable } from './learnable-log.ts';
import { promptFeatures } from './prompt-features.ts';
import { scoreOfGain, statedByGain } from './router-decision.ts';
import { cappedBy, type RouterModel } from './router-model.ts';
import { referenceOf } from './router-reference.ts';
import type { RouterWeights, TrainingFacts } from './router-weights.ts';
import { seenRows, splitOf } from './seen-rows.ts';

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
  /** Probability that they keep it, over the draw of the rows or sources, 0..1. Default: 0.95. */
  readonly confidence?: number;
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
 * Trains a router on the outcomes of two models. Each fifth of the rows (by a hash of their
 * prompts) is scored by weights fitted to the others; those scores correct probabilities and choose
 * thresholds; then the weights are fitted to all rows. Where there are `leastSources` groups, or
 * where groups all but decide what is needed, thresholds are chosen on scores of groups that were
 * left out, and hold for new groups: with fewer groups there are none.
 * @throws TandemError `invalid_argument` for logs that nothing can be learned from
 */
export function fitRouter(log: OutcomeLog, training: RouterTraining): TrainedRouter {
  const { accuracy = 0.9, onProgress = () => {} } = training;
  const warnings = [...log.warnings, ...requireLearnable(log.rows)];
  const rows = log.rows.map(row => ({ row, features: promptFeatures(row.prompt) }));
  const { held, heldScores, leftOut, unit } = tryOut(rows, { training, onProgress });
  const [judged, unseen] = unit === 'sources' ? [rows, leftOut!] : [held, heldScores];
  const slack = slackOf(judged, unseen);
  const correction = correctionOf(unseen);
  const sourced = scoredBy(correction, judged, unseen);
  const zonesOf = unit === 'sources' ? threeOutcomesOverSources : threeOutcomes;
  const zones = zonesOf(sourced, accuracy);
  onProgress(0.9, 'fitting to all rows');
  const platt = plattsOf(held, heldScores);
  const heldPolicy = policyOf(heldScores, slack, platt.local);
  const kept = keptOf(judged, { policy: policyOf(unseen, slack), correction, unit, training });
  const weights: RouterWeights = {
    pair: pairOf(log.rows),
    model: { ...corrects(fitHeads(rows), platt), slack },
    correction,
    knownWords: knownWordsOf(rows),
    knownFrom: quantile(
      unseen.map(({ known }) => known),
      knownQuantile,
    ),
    thresholds: {
      decided: { ...zones, accuracy, from: `left-out ${unit === 'sources' ? 'groups' : 'rows'}` },
      kept,
    },
    reference: referenceOf(held, scoredBy(correction, held, heldScores), zones.cloudBelow),
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
  const tried = training.measureLeftOut === false ? 1 : fifths;
  const held = fifthsHeldOut(rows).slice(0, tried);
  const heldScores = held.flatMap(part => scoredByOthers(rows, part));
  onProgress(0.4, 'leaving groups out');
  const isMeasured = isLeftOutMeasured(rows, training);
  const groups = new Set(rows.map(({ row }) => row.group)).size;
  const unit: KeptThreshold['unit'] =
    groupsDecide(rows) || (isMeasured && groups >= leastSources) ? 'sources' : 'rows';
  return {
    held: held.flat(),
    heldScores,
    unit,
    leftOut: unit === 'sources' || isMeasured ? leaveGroupsOut(rows) : undefined,
  };
}

interface TryOut {
  readonly training: RouterTraining;
  readonly onProgress: NonNullable<RouterTraining['onProgress']>;
}

function scoredByOthers(
  rows: readonly FeaturedRow[],
  held: readonly FeaturedRow[],
): readonly UnseenRow[] {
  const isHeld = new Set(held);
  const fitted = rows.filter(each => !isHeld.has(each));
  const view = { model: fitHeads(fitted), knownWords: knownWordsOf(fitted) };
  return held.map(each => seenBy(view, each));
}

function isLeftOutMeasured(rows: readonly FeaturedRow[], training: RouterTraining): boolean {
  return (
    training.measureLeftOut !== false &&
    new Set(rows.map(({ row }) => row.group)).size >= leastGroups
  );
}

function scoredBy(
  correction: Platt,
  rows: readonly FeaturedRow[],
  unseen: readonly UnseenRow[],
): SourcedScore[] {
  return unseen.map(({ scored, need }, index) => ({
    score: scoreOfGain(correction, scored.gain),
    need,
    source: rows[index]!.row.group ?? '',
  }));
}

function correctionOf(unseen: readonly UnseenRow[]): Platt {
  return plattOf(
    unseen.map(({ scored }) => statedByGain(scored.gain)),
    unseen.map(({ need }) => 1 - need),
  );
}

function policyOf(
  seen: readonly UnseenRow[],
  slack: RouterModel['slack'],
  platt: Platt = uncorrected,
): Policy {
  return {
    name: 'router',
    urgency: seen.map(({ scored }) => cappedBy(slack, scored)),
    localRight: seen.map(({ scored }) => corrected(platt, scored.local)),
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
    ...splitOf(rows),
    held: facts.held,
    ...(leftOut && { leftOut }),
    seen: seenRows(rows),
  };
}

function keptOf(
  rows: readonly FeaturedRow[],
  { policy, correction, unit, training }: KeptChoice,
): RouterWeights['thresholds']['kept'] {
  const { keep: ratio = 0.95, confidence = 0.95 } = training;
  const scores = rows.map(({ row }, index) => ({
    score: scoreOfGain(correction, policy.urgency[index]!),
    local: row.local.correct,
    cloud: row.cloud.correct,
    source: row.group ?? '',
  }));
  return { ...keptThreshold(scores, { ratio, confidence, unit }), ratio, confidence };
}

interface KeptChoice {
  readonly policy: Policy;
  readonly correction: Platt;
  readonly unit: KeptThreshold['unit'];
  readonly training: RouterTraining;
}

const fifths = 5;

/** Parts rows into five by a hash of their prompts, the same for the same prompts. */
function fifthsHeldOut(rows: readonly FeaturedRow[]): FeaturedRow[][] {
  const ranked = rows
    .map(each => ({
      each,
      key: nodeCrypto().createHash('sha256').update(each.row.prompt).digest('hex'),
    }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const from = (part: number) => Math.floor((part * rows.length) / fifths);
  return Array.from({ length: fifths }, (_, part) =>
    ranked.slice(from(part), from(part + 1)).map(({ each }) => each),
  );
}

type Platts = Readonly<Record<'local' | 'cloud', Platt>>;

/** Corrects the stated probabilities of both models by what came of rows that were held out. */
function plattsOf(held: readonly FeaturedRow[], seen: readonly UnseenRow[]): Platts {
  const of = (role: 'local' | 'cloud') =>
    plattOf(
      seen.map(({ scored }) => scored[role]),
      held.map(({ row }) => row[role].correct),
    );
  return { local: of('local'), cloud: of('cloud') };
}

function corrects({ local, cloud, ...rest }: RouterModel, platt: Platts): RouterModel {
  return {
    ...rest,
    local: { ...local, platt: platt.local },
    cloud: { ...cloud, platt: platt.cloud },
  };
}

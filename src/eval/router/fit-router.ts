import { TandemError } from '../../model/errors.ts';
import type { Fit, UnseenRow } from '../calibration/leave-groups-out.ts';
import { measureLeftOut } from '../calibration/left-out-groups.ts';
import { slackOf } from '../calibration/part-slack.ts';
import { corrected, plattOf, uncorrected } from '../calibration/platt.ts';
import { costsOf } from '../outcomes/outcome-costs.ts';
import type { OutcomeLog, OutcomeRow } from '../outcomes/outcome-log.ts';
import { evaluatePolicies } from '../policies/evaluate-policies.ts';
import type { Policy } from '../policies/policies.ts';
import type { Interval, KeptThreshold, Platt } from '../saved-forms.ts';
import { keptThreshold, keptWithMore } from '../statistics/kept-threshold.ts';
import { quantile } from '../statistics/quantile.ts';
import {
  type SourcedScore,
  threeOutcomes,
  threeOutcomesOverSources,
} from '../statistics/three-outcomes.ts';
import { type FeaturedRow, fitBag, fitHeads, fitVectors } from './fit-head.ts';
import { knownWordsOf } from './known-words.ts';
import { pairOf, requireLearnable } from './learnable-log.ts';
import { promptFeatures } from './prompt-features.ts';
import { scoreOfGain, statedByGain } from './router-decision.ts';
import { cappedBy, type RouterModel } from './router-model.ts';
import { referenceOf } from './router-reference.ts';
import { type RouterWeights, type TrainingFacts, trainedPolicy } from './router-weights.ts';
import { seenRows, splitOf } from './seen-rows.ts';
import { type TriedOut, tryOut } from './try-out.ts';

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
  /**
   * What an embedder made of each prompt, by the prompt: the router then reads vectors of this
   * embedder. Default: it reads words.
   */
  readonly vectors?: {
    readonly embedder: NonNullable<RouterModel['embedder']>;
    readonly of: ReadonlyMap<string, Float32Array>;
  };
  /** Which words are read, where that was chosen before. Default: what ranks better is chosen. */
  readonly scorer?: 'bag of words' | 'words and shape';
  /** Is told how far the work is, 0..1. */
  readonly onProgress?: (share: number, what: string) => void;
}

/** A trained router and what must be said of it. */
export interface TrainedRouter {
  readonly weights: RouterWeights;
  /** The rows that thresholds were chosen on, as weights that had not seen them rank them. */
  readonly held: { readonly rows: readonly OutcomeRow[]; readonly policy: Policy };
  readonly choice: FitChoice;
  readonly warnings: readonly string[];
}

const knownQuantile = 0.01;

/**
 * Trains a router on the outcomes of two models. Each fifth of the rows (by a hash of their
 * prompts) is scored by weights fitted to the others; those scores correct probabilities and choose
 * thresholds; then the weights are fitted to all rows. Where there are `leastSources` groups, or
 * where groups all but decide what is needed, thresholds are chosen on scores of groups that were
 * left out, and hold for new groups: with fewer groups there are none.
 * @throws TandemError `invalid_argument` for logs that nothing can be learned from
 * @example
 * ```ts
 * const { weights } = fitRouter(log, { date: '2030-01-31' });
 * writeRouterFile('weights.json', weights);
 * ```
 */
export function fitRouter(log: OutcomeLog, training: RouterTraining): TrainedRouter {
  const { accuracy = 0.9, onProgress = () => {} } = training;
  const warnings = [...log.warnings, ...requireLearnable(log)];
  const rows = featured(log, training.vectors);
  onProgress(0.1, 'fitting');
  const { fit, choice, tried } = chooseFit(rows, training);
  const { held, heldScores, leftOut, unit, judged, unseen } = tried;
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
    model: corrects(fit(rows), platt, slack),
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
    reference: referenceOf(held, {
      scores: scoredBy(correction, held, heldScores),
      capped: policyOf(heldScores, slack).urgency.map(gain => scoreOfGain(correction, gain)),
      cloudBelow: zones.cloudBelow,
    }),
    training: factsOf(log, {
      training,
      held: held.length,
      leftOut: leftOut && policyOf(leftOut, slack),
    }),
  };
  onProgress(1, 'done');
  const heldRows = held.map(({ row }) => row);
  return { weights, held: { rows: heldRows, policy: heldPolicy }, choice, warnings };
}

function featured({ rows }: OutcomeLog, vectors: RouterTraining['vectors']): FeaturedRow[] {
  return rows.map(row => {
    const features = promptFeatures(row.prompt);
    if (!vectors) return { row, features };
    const vector = vectors.of.get(row.prompt);
    if (vector?.length === vectors.embedder.dimensions) return { row, features, vector };
    throw new TandemError(
      'invalid_argument',
      `The vector of row "${row.id}" has ${vector?.length ?? 0} numbers, and ` +
        `${vectors.embedder.dimensions} are wanted. Embed every row by the same model.`,
      { data: { row: row.id } },
    );
  });
}

/**
 * What was chosen between: words with the shape of prompts decide where they are shown to rank
 * better than words alone.
 */
export interface FitChoice {
  readonly scorer: 'bag of words' | 'words and shape' | 'embedding';
  /** APGR of words and shape above that of words alone, 95 %, paired, on rows not seen. */
  readonly above?: Interval;
}

/** Chooses what reads the words of a log. @throws TandemError as `fitRouter` does */
export function choiceOf(log: OutcomeLog): FitChoice {
  requireLearnable(log);
  return chooseFit(featured(log, undefined), { date: '', measureLeftOut: false }).choice;
}

function chooseFit(rows: readonly FeaturedRow[], training: RouterTraining) {
  const { vectors, scorer, measureLeftOut: measures = true, onProgress = () => {} } = training;
  const compares = !vectors && scorer === undefined;
  const fitted = (fit: Fit) => ({ fit, tried: tryOut(rows, fit, { measures, compares }) });
  if (vectors) {
    const choice: FitChoice = { scorer: 'embedding' };
    return { ...fitted(each => fitVectors(each, vectors.embedder)), choice };
  }
  if (scorer)
    return { ...fitted(scorer === 'bag of words' ? fitBag : fitHeads), choice: { scorer } };
  const bag = fitted(fitBag);
  onProgress(0.3, 'fitting words and shape');
  const shape = fitted(fitHeads);
  const above = aboveBag(shape.tried, bag.tried);
  const choice = (scorer: FitChoice['scorer']) => ({ scorer, ...(above && { above }) });
  return above && above.low > 0
    ? { ...shape, choice: choice('words and shape') }
    : { ...bag, choice: choice('bag of words') };
}

function aboveBag(shape: TriedOut, bag: TriedOut): Interval | undefined {
  const outcomes = bag.compared.rows.map(({ row }) => row);
  const ranked = (name: string, { compared }: TriedOut) => ({
    name,
    urgency: compared.unseen.map(({ scored }) => scored.gain),
  });
  const policies = [ranked('shape', shape), ranked('bag of words', bag)];
  const found = evaluatePolicies(outcomes, policies, { costs: costsOf(outcomes), resamples: 400 });
  return found.policies[0]!.aboveWords ?? undefined;
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
    name: trainedPolicy,
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
  const demand = { ratio, confidence, unit };
  const more = training.measureLeftOut === false ? [] : keptWithMore(scores, demand);
  return { ...keptThreshold(scores, demand), more, ratio, confidence };
}

interface KeptChoice {
  readonly policy: Policy;
  readonly correction: Platt;
  readonly unit: KeptThreshold['unit'];
  readonly training: RouterTraining;
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

function corrects(model: RouterModel, platt: Platts, slack: RouterModel['slack']): RouterModel {
  return {
    ...model,
    slack,
    local: { ...model.local, platt: platt.local },
    cloud: { ...model.cloud, platt: platt.cloud },
  };
}

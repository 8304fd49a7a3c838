import type { DraftScorer, SignalWeight } from '../saved-forms.ts';
import {
  type DenseLogistic,
  fitLogistic,
  logisticProbability,
} from '../statistics/dense-logistic.ts';
import { fitIsotonic, isotonicValue } from '../statistics/isotonic.ts';

/** What a scorer is fitted to. */
export interface SignalRow {
  readonly signals: Readonly<Record<string, number | undefined>>;
  /** How right the draft was, 0..1. */
  readonly outcome: number;
}

/**
 * Fits a scorer: a logistic regression over the signals (of one alone: Platt scaling), if asked
 * with isotonic steps.
 */
export function fitScorer(
  rows: readonly SignalRow[],
  { names, mapping }: { readonly names: readonly string[]; readonly mapping: 'platt' | 'isotonic' },
): DraftScorer {
  const scales = names.map(name => scaleOf(name, rows));
  const samples = rows.map(({ signals, outcome }) => ({
    features: featuresOf(scales, signals)!,
    outcome,
  }));
  const fit = fitLogistic(samples);
  const scorer = withWeights(scales, fit);
  if (mapping === 'platt') return scorer;
  const steps = fitIsotonic(
    samples.map(({ features, outcome }) => ({
      score: logisticProbability(fit, features),
      outcome,
    })),
  );
  return { ...scorer, steps };
}

/**
 * Gives the probability, 0..1, that a draft is right; `undefined` where a signal is missing that
 * never was before.
 */
export function calibratedScore(
  scorer: DraftScorer,
  signals: SignalRow['signals'],
): number | undefined {
  const features = featuresOf(scorer.signals, signals);
  if (!features) return undefined;
  const weights = scorer.signals.flatMap(({ weight, absent }) =>
    absent === undefined ? [weight] : [weight, absent],
  );
  const probability = logisticProbability({ weights, intercept: scorer.intercept }, features);
  return scorer.steps ? isotonicValue(scorer.steps, probability) : probability;
}

type Scale = Omit<SignalWeight, 'weight'>;

function scaleOf(name: string, rows: readonly SignalRow[]): Scale {
  const known = rows.map(({ signals }) => signals[name]).filter(value => value !== undefined);
  const transform = transformFor(known);
  const values = known.map(value => transformed(transform, value));
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const variance =
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length);
  const absent = known.length < rows.length && { absent: 0 };
  return { name, transform, mean, deviation: Math.sqrt(variance) || 1, ...absent };
}

function transformFor(values: readonly number[]): SignalWeight['transform'] {
  if (values.every(value => value >= 0 && value <= 1)) return 'logit';
  return values.every(value => value >= 0) ? 'log' : 'none';
}

// Shares of 0 and 1 are as far out as one in ten million.
const edge = 1e-7;

function transformed(transform: SignalWeight['transform'], value: number): number {
  if (transform === 'none') return value;
  if (transform === 'log') return Math.log1p(Math.max(0, value));
  const share = Math.min(1 - edge, Math.max(edge, value));
  return Math.log(share / (1 - share));
}

function featuresOf(scales: readonly Scale[], signals: SignalRow['signals']): number[] | undefined {
  const features: number[] = [];
  for (const { name, transform, mean, deviation, absent } of scales) {
    const value = signals[name];
    if (value === undefined && absent === undefined) return undefined;
    features.push(value === undefined ? 0 : (transformed(transform, value) - mean) / deviation);
    if (absent !== undefined) features.push(value === undefined ? 1 : 0);
  }
  return features;
}

function withWeights(scales: readonly Scale[], { weights, intercept }: DenseLogistic): DraftScorer {
  let at = 0;
  const signals = scales.map(scale => {
    const weight = weights[at++]!;
    return { ...scale, weight, ...(scale.absent !== undefined && { absent: weights[at++]! }) };
  });
  return { signals, intercept };
}

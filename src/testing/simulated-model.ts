import { seededRandom, seedOf } from '../algorithms/seeded-random.ts';
import { requireRange } from '../model/errors.ts';
import type { Call, LanguageModel } from '../model/types.ts';
import type { Place } from '../trace/span.ts';
import { doubleOf, lastUserText, promptText, type Reply } from './double.ts';
import { apiFailure } from './failures.ts';

/**
 * The stated error model of a simulation. Results under it are simulations and must be labelled so.
 */
export interface ErrorModel {
  /** Default: `simulated`. */
  readonly modelId?: string;
  /** Default: `device`. */
  readonly place?: Place;
  /** The right answer to a prompt. */
  readonly truth: (prompt: string) => string;
  /** Wrong answers to a prompt, drawn with equal chance. Default: one, `wrong`. */
  readonly wrong?: (prompt: string) => readonly string[];
  /** Probability that an answer is right, 0..1. */
  readonly accuracy: number;
  /**
   * AUROC, 0.5..1, with which the token log-probability tells right from wrong. Default: 0.5,
   * worthless.
   */
  readonly confidence?: number;
  /** Milliseconds for an answer. Default: 0. */
  readonly latencyMs?: number;
  /** Probability that a call fails with HTTP 503, 0..1. Default: 0. */
  readonly failureRate?: number;
  /** Probability that an answer is malformed (cut in the middle), 0..1. Default: 0. */
  readonly malformedRate?: number;
  /** Default: 1. */
  readonly seed?: number;
}

/**
 * Makes a model that errs as its error model says. The same call with the same seed always gives
 * the same answer, whatever else runs; the n-th identical call (a vote, a retry) draws afresh.
 * @throws TandemError `invalid_argument`
 */
export function simulatedModel(model: ErrorModel): LanguageModel {
  validate(model);
  const drawsByPrompt = new Map<string, number>();
  return doubleOf(
    { modelId: model.modelId ?? 'simulated', place: model.place ?? 'device' },
    call => {
      const key = `${model.seed ?? 1}|${call.seed ?? ''}|${promptText(call)}`;
      const draw = drawsByPrompt.get(key) ?? 0;
      drawsByPrompt.set(key, draw + 1);
      return reply(model, call, seededRandom(seedOf(`${key}|${draw}`)));
    },
  );
}

function reply(model: ErrorModel, call: Call, random: () => number): Reply {
  if (random() < (model.failureRate ?? 0)) throw apiFailure(503);
  const prompt = lastUserText(call);
  const isRight = random() < model.accuracy;
  const wrong = model.wrong?.(prompt) ?? ['wrong'];
  const whole = isRight
    ? model.truth(prompt)
    : (wrong[Math.floor(random() * wrong.length)] ?? 'wrong');
  const text =
    random() < (model.malformedRate ?? 0) ? whole.slice(0, Math.floor(whole.length / 2)) : whole;
  const logprob = confidenceLogprob({ isRight, auroc: model.confidence ?? 0.5, random });
  return {
    text,
    logprobs: [{ token: text, logprob }],
    ...(model.latencyMs && { delayMs: model.latencyMs }),
  };
}

// Two Gaussians of equal width whose distance gives the wanted AUROC: d' = sqrt(2) * probit(AUROC).
function confidenceLogprob(draw: {
  isRight: boolean;
  auroc: number;
  random: () => number;
}): number {
  const distance = Math.SQRT2 * probit(Math.min(draw.auroc, 0.999_999));
  const score = gaussian(draw.random) + (draw.isRight ? distance : 0);
  return -Math.log1p(Math.exp(-score));
}

function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

// Inverse of the normal distribution function by bisection: exact enough for a simulation, and
// short.
function probit(probability: number): number {
  let low = -8;
  let high = 8;
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

// Abramowitz & Stegun 26.2.17; error below 7.5e-8.
function normalCdf(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const poly =
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * poly;
  return x >= 0 ? 1 - tail : tail;
}

function validate(model: ErrorModel): void {
  requireRange('accuracy', model.accuracy, [0, 1], 'It is the share of right answers.');
  requireRange('confidence', model.confidence ?? 0.5, [0.5, 1], 'It is an AUROC.');
  requireRange('failureRate', model.failureRate ?? 0, [0, 1], 'It is a share of calls.');
  requireRange('malformedRate', model.malformedRate ?? 0, [0, 1], 'It is a share of answers.');
  requireRange('latencyMs', model.latencyMs ?? 0, [0, 3_600_000], 'It is in milliseconds.');
}

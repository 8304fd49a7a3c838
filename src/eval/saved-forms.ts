import * as z from 'zod';
import { later } from '../algorithms/later.ts';
import type { OfSchema } from '../model/of-schema.ts';

/** What was fitted, as it is used and as files of weights and of calibrations hold it. */

export const share = later(() => z.number().min(0).max(1));

export const interval = later(() => z.strictObject({ low: z.number(), high: z.number() }));

/** An estimate with the interval that its sample leaves open. */
export type Interval = OfSchema<typeof interval>;

export const platt = later(() => z.strictObject({ scale: z.number(), shift: z.number() }));

/**
 * Corrects a stated probability: log-odds · scale + shift (Platt scaling). It keeps the order of
 * what it corrects.
 */
export type Platt = OfSchema<typeof platt>;

export const isotonic = later(() =>
  z.object({
    /** Rising. */
    from: z.array(z.number()),
    /** Rising, 0..1. */
    values: z.array(z.number()),
  }),
);

/** A rising step function: from `from[i]` on the value is `values[i]`. */
export type Isotonic = OfSchema<typeof isotonic>;

export const spread = later(() =>
  z.strictObject({
    /** Upper edges of all bins but the last, rising. */
    edges: z.array(z.number()),
    /** Share of each bin, 0..1; one more than edges. */
    shares: z.array(share()),
  }),
);

/** How a number was spread when it was learned from. */
export type Spread = OfSchema<typeof spread>;

const signalWeight = later(() =>
  z.object({
    name: z.string(),
    /** Stretches the ends of shares (`logit`), the beginning of counts (`log`), or nothing. */
    transform: z.enum(['logit', 'log', 'none']),
    mean: z.number(),
    deviation: z.number(),
    weight: z.number(),
    /** Weight of the signal's absence; present only where it was absent from some of the rows. */
    absent: z.number().optional(),
  }),
);

/** How one signal enters a scorer. */
export type SignalWeight = OfSchema<typeof signalWeight>;

export const draftScorer = later(() =>
  z.object({
    signals: z.array(signalWeight()).min(1),
    intercept: z.number(),
    /** Steps that the logistic probability is put through, with isotonic mapping. */
    steps: isotonic().optional(),
  }),
);

/** Joins signals to the probability that a draft is right. */
export type DraftScorer = OfSchema<typeof draftScorer>;

export const decoding = later(() =>
  z.object({
    /** 0 for the likeliest token each time. */
    temperature: z.number().optional(),
    maxOutputTokens: z.number().optional(),
  }),
);

/**
 * How answers were decoded; what is absent was left to the server, which samples as it likes.
 */
export type Decoding = OfSchema<typeof decoding>;

export const demands = later(() =>
  z.object({
    /** Default: `ratio`. */
    measure: z.enum(['ratio', 'kept', 'accuracy']).optional(),
    /** Least quality, 0..1. */
    quality: z.number().optional(),
    /** Most requests that may go to the cloud, as a share, 0..1. */
    maxEscalation: z.number().optional(),
    /** Most that a request may cost on average, in US dollars. */
    maxCostUsd: z.number().optional(),
    /** Probability that the demands hold for what is to come, 0..1. */
    confidence: z.number(),
  }),
);

/** What is demanded of a threshold; each demand holds with the confidence shared between them. */
export type Demands = OfSchema<typeof demands>;

/**
 * What "quality" means: `ratio` is the cascade's accuracy as a share of the cloud's; `kept` the
 * share of the cloud's right answers that stay right, without credit for what the local model alone
 * gets right; `accuracy` the share of right answers.
 */
export type QualityMeasure = NonNullable<Demands['measure']>;

export const zones = later(() =>
  z.strictObject({
    localFrom: z.number(),
    cloudBelow: z.number(),
    /** Share of the rows at hand that they decide, 0..1. */
    share: share(),
    /** One-sided 95 % lower bound of how many of these decisions are right, 0..1. */
    bound: share(),
  }),
);

/** Zones, and what is known of them. */
export type Zones = OfSchema<typeof zones>;

/** Where a request goes: local from the one, cloud below the other, unsure between. */
export type Thresholds = Pick<Zones, 'localFrom' | 'cloudBelow'>;

export const keptForm = later(() =>
  z.strictObject({
    /** From this score the local model answers; above 1 where everything must go to the cloud. */
    localFrom: z.number(),
    /** Share of the rows at hand that go to the cloud, 0..1. */
    cloudShare: share(),
    /** Whether `ratio` holds with `confidence`; if not, everything goes to the cloud. */
    isGuaranteed: z.boolean(),
    /** What is drawn at random: rows like these, or sources like these. */
    unit: z.enum(['rows', 'sources']),
    /**
     * The point that just keeps the ratio on the rows at hand: no guarantee, half the time less.
     */
    point: z.strictObject({ localFrom: z.number(), cloudShare: share() }),
    /**
     * What the guarantee would send to the cloud if there were more rows, or sources, like these.
     */
    more: z.array(z.strictObject({ times: z.number(), cloudShare: share() })),
  }),
);

/** A threshold that keeps a share of the cloud's quality, and how far that holds. */
export type KeptThreshold = OfSchema<typeof keptForm>;

export const leftOutGroups = later(() =>
  z.strictObject({
    groups: z.number(),
    folds: z.number(),
    apgr: z.number(),
    /** Of `apgr`, 95 %, over rows. */
    interval: interval(),
  }),
);

/**
 * What a router ranks worth on groups that it has not seen: each row scored by weights fitted to
 * other groups.
 */
export type LeftOutGroups = OfSchema<typeof leftOutGroups>;

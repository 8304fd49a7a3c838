import * as z from 'zod';
import { later } from '../../algorithms/later.ts';
import type { OfSchema } from '../../model/of-schema.ts';
import { keptForm, leftOutGroups, platt, share, spread, zones } from '../saved-forms.ts';
import { denseFeatureNames } from './prompt-features.ts';
import type { RouterModel } from './router-model.ts';

/** The version of weights files that this version of the library writes and reads. */
export const routerFileVersion = 4;

/** Name of trained weights among the policies of an evaluation, and of what is trained to them. */
export const trainedPolicy = 'router';

export const trainingFacts = later(() =>
  z.strictObject({
    /** ISO date. */
    date: z.string(),
    rows: z.number(),
    groups: z.number(),
    /** SHA-256 of the rows. */
    hash: z.string(),
    /** Where the rows came from, in the user's words. */
    origin: z.string().optional(),
    /** Splits of the log that the rows bear, with commas between; absent where they bear none. */
    split: z.string().optional(),
    /** Rows that thresholds were chosen on. */
    held: z.number(),
    /** What it ranks on groups that were left out; absent of logs with fewer than three groups. */
    leftOut: leftOutGroups().optional(),
    /**
     * The rows' prompts as short hashes, so that nobody evaluates on them unawares; four bytes
     * each, base 64.
     */
    seen: z.string(),
  }),
);

/** What a router was trained on, and what it was worth on rows that it had not seen. */
export type TrainingFacts = OfSchema<typeof trainingFacts>;

const features = later(() => z.array(z.number()).length(denseFeatureNames.length));

const scaling = later(() => z.strictObject({ mean: features(), deviation: features() }));

/** How dense features are brought to one size. */
export type DenseScaling = OfSchema<typeof scaling>;

export const packedTrees = later(() =>
  z.strictObject({
    depth: z.int().min(1).max(8),
    base: z.number(),
    inputs: z.string(),
    limits: z.string(),
    values: z.string(),
  }),
);

export const packedHead = later(() =>
  z.strictObject({
    grams: z.string(),
    step: z.number(),
    dense: features().optional(),
    bias: z.number(),
    trees: packedTrees().optional(),
    platt: platt(),
  }),
);

/** What a weights file holds. */
export const routerFile = later(() =>
  z.strictObject({
    kind: z.literal('tandem-router'),
    version: z.literal(routerFileVersion),
    /** Model ids as the log names them; `unknown` where it names none. */
    pair: z.strictObject({ local: z.string(), cloud: z.string() }),
    training: trainingFacts(),
    thresholds: z.strictObject({
      /**
       * Three outcomes: decisions are right with this `accuracy`, by a lower bound of 95 %, the
       * rest is unsure.
       */
      decided: zones().extend({
        accuracy: share(),
        from: z.enum(['left-out groups', 'left-out rows']),
      }),
      /**
       * Two outcomes: local from this score keeps `ratio` of the cloud's quality, with `confidence`
       * where that could be had.
       */
      kept: keptForm().extend({ ratio: share(), confidence: share() }),
    }),
    /**
     * How scores and features were spread, and the share sent to the cloud: what drift is measured
     * against.
     */
    reference: z.strictObject({
      spreads: z.record(z.string(), spread()),
      cloudShare: share(),
      /** The score below which 0, 1, … 100 % of the held rows lie: thresholds for a share. */
      levels: z.array(z.number()).length(101),
      /** How many rows that is. */
      held: z.number(),
    }),
    /**
     * Makes a probability of a gain: that the local answer is as good; from rows or groups held
     * out.
     */
    correction: platt(),
    /** How much more urgent the whole prompt may look than its parts, as seen of honest prompts. */
    slack: z.strictObject({ core: z.number(), withoutHead: z.number() }),
    /** Of words and shape; absent of a bag of words and of vectors. */
    scaling: scaling().optional(),
    /** Whose vectors are read, as its server names it; those of another one say nothing. */
    embedder: z
      .strictObject({ name: z.string().min(1), dimensions: z.int().min(1).max(100_000) })
      .optional(),
    /** Share of known words, 0..1, below which a prompt is outside what was learned. */
    knownFrom: share(),
    knownWords: z.string(),
    local: packedHead(),
    cloud: packedHead(),
  }),
);

export type RouterFile = OfSchema<typeof routerFile>;

/** A trained router: everything that a decision needs, and where it came from. */
export interface RouterWeights
  extends Pick<
    RouterFile,
    'pair' | 'training' | 'thresholds' | 'reference' | 'correction' | 'knownFrom'
  > {
  readonly model: RouterModel;
  /** For each word bucket whether training has seen it. */
  readonly knownWords: Uint8Array;
}

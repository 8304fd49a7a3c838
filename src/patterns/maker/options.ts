import * as z from 'zod';
import { deferred } from '../../algorithms/deferred.ts';
import { functionOption, modelOption } from '../../config/option-kinds.ts';
import type { Call } from '../../model/types.ts';
import { mostWordings } from './prompts.ts';
import type { Task } from './solve/task.ts';

const temperature = deferred(() => z.number().min(0).max(2));

/** Options of MAKER that are data, as a configuration has them. */
export const makerData = deferred(() =>
  z.strictObject({
    /**
     * Lead in votes that decides a step; 1 accepts the first answer. Default: 2 to 6, by the number
     * of steps and the agreement seen so far (MAKER, eq. 14); of a declared task 3.
     */
    k: z.number().int().min(1).max(50).optional(),
    /**
     * Plans that must agree, or choose one: up to 2 × planK - 1 are proposed. 1 takes the first.
     * Default: 2.
     */
    planK: z.number().int().min(1).max(10).default(2),
    /** How often a step may be broken down into smaller ones. Default: 2. */
    maxDepth: z.number().int().min(0).max(5).default(2),
    /** Samples for one step before it counts as unconverged, at least k. Default: 10 × k. */
    maxSamples: z.number().int().min(1).max(1000).optional(),
    /**
     * In how many ways a planned step is asked for: votes go through them in turn, so that one bad
     * wording cannot win. 1 lets an engine read a step's prompt once for all its votes. A declared
     * task has its own. Default: 3.
     */
    wordings: z.number().int().min(1).max(mostWordings).default(mostWordings),
    /** Temperatures of a step's first vote and of its others. Default: [0, 0.1] (MAKER, §4). */
    temperatures: z.tuple([temperature, temperature]).readonly().default([0, 0.1]),
    /** Tokens beyond which an answer is flagged. Default: 750 (MAKER, §4.3). */
    maxOutputTokens: z.number().int().min(1).max(1_000_000).default(750),
  }),
);

/** Options of MAKER as a program has them. */
export const makerOptions = deferred(() =>
  makerData.extend({
    /**
     * Votes on every step; must be right more often than not. Several take turns, so that what one
     * gets wrong every time cannot win alone.
     */
    solver: z.union([modelOption, z.array(modelOption).min(1).readonly()]),
    /** Writes the steps, as data. Either this or `task`. */
    planner: modelOption.optional(),
    /** Chooses among plans that differ. Default: the planner. */
    discriminator: modelOption.optional(),
    /** A declared strategy for calls of a known kind, instead of a planner. */
    task: functionOption<(call: Call) => unknown>().optional(),
    /** Votes on a step that the solver could not decide. Default: none. */
    escalate: modelOption.optional(),
    /** Steps after which a declared task that is not done has gone astray. Default: 10,000. */
    maxSteps: z.number().int().min(1).default(10_000),
    /** Seed of the samples; a call's own seed goes first. Default: 0. */
    seed: z.number().int().default(0),
  }),
);

/** Options of MAKER. */
export interface MakerOptions<State = unknown, Action = unknown>
  extends Readonly<Omit<z.input<typeof makerOptions>, 'task'>> {
  /** A declared strategy for calls of a known kind, instead of a planner. */
  readonly task?: ((call: Call) => Task<State, Action>) | undefined;
}

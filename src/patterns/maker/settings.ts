import type * as z from 'zod';
import { requireWhole, TandemError } from '../../model/errors.ts';
import type { LanguageModel } from '../../model/types.ts';
import type { makerOptions } from './options.ts';
import type { Voting } from './solve/decide.ts';
import type { PlanVoting } from './vote-plan.ts';

/** Options of MAKER, checked and completed. */
export interface MakerSettings<State> {
  readonly solvers: readonly LanguageModel[];
  readonly wordings: number;
  /** Absent: by the number of steps and the agreement seen, where a plan says them. */
  readonly k: number | undefined;
  readonly drawing: Pick<Voting<State>, 'temperature' | 'maxOutputTokens'> & {
    readonly maxSamples: number | undefined;
  };
  readonly seed: number;
  readonly planning: Omit<PlanVoting, 'budget'> | undefined;
  /** Chooses among answers that differ; absent: the first solver. */
  readonly chooser: LanguageModel | undefined;
  readonly maxDepth: number;
  readonly maxSteps: number;
}

/** Lead of declared tasks, whose number of steps nobody knows before (MAKER, §4). */
export const usualLead = 3;

/** Checks options and completes them. @throws TandemError `invalid_argument` */
export function settingsOf<State>(options: z.output<typeof makerOptions>): MakerSettings<State> {
  const { planner, discriminator, solver, k, wordings, maxDepth, maxSteps, seed } = options;
  if (!planner === !options.task) {
    const message =
      '`maker` needs either a `planner` or a `task`, got both or neither. Give exactly one.';
    throw new TandemError('invalid_argument', message);
  }
  const { maxSamples, maxOutputTokens } = options;
  const lead = k ?? usualLead;
  if (maxSamples !== undefined)
    requireWhole('maxSamples', maxSamples, lead, `It must allow k = ${lead} votes.`);
  const [first, others] = options.temperatures;
  return {
    solvers: [solver].flat(),
    wordings,
    k,
    drawing: {
      maxSamples,
      temperature: vote => (vote === 0 ? first : others),
      maxOutputTokens,
    },
    seed,
    planning: planner && { planner, discriminator: discriminator ?? planner, k: options.planK },
    chooser: discriminator,
    maxDepth,
    maxSteps,
  };
}

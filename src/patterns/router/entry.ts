import * as z from 'zod';
import { TandemError } from '../../model/errors.ts';
import { type PatternEntry, patternEntry, type Roles } from '../../model/pattern/pattern-entry.ts';
import { handScorer } from './hand-scorer.ts';
import { llmScorer } from './llm-scorer.ts';
import { type RouterOptions, router } from './router.ts';
import type { Scorer } from './scorer.ts';

/** The router as configuration knows it. */
export const routerEntry: PatternEntry = patternEntry({
  summary:
    'a scorer sends simple requests to the local model, hard ones to the cloud, others to `unsure`',
  moreRoles: ['unsure', 'classifier'],
  options: z.strictObject({
    /** A file of `tandem train router`. Default: the weights that come with the package. */
    weights: z.string().min(1).optional(),
    aim: z.enum(['decided', 'kept']).optional(),
    /**
     * In place of weights: `hand` takes the hand-written scorer, `llm` asks the role `classifier`,
     * or the local model.
     */
    scorer: z.enum(['weights', 'hand', 'llm']).optional(),
    localFrom: z.number().min(0).max(1).optional(),
    cloudBelow: z.number().min(0).max(1).optional(),
    sticky: z.boolean().optional(),
    offline: z.enum(['degrade', 'fail']).optional(),
  }),
  make: (roles, { scorer: named, ...options }) => {
    const { local, cloud, unsure } = roles;
    const scorer = scorerOf(roles, named);
    return router({
      local,
      cloud,
      ...(unsure && { unsure }),
      ...(scorer && { scorer }),
      ...(Object.fromEntries(
        Object.entries(options).filter(([, value]) => value !== undefined),
      ) as Given),
    });
  },
});

function scorerOf(
  { local, classifier }: Roles,
  named?: 'weights' | 'hand' | 'llm',
): Scorer | undefined {
  if (named === 'llm') return llmScorer(classifier ?? local);
  if (classifier) {
    const message =
      '`classifier` is asked by `scorer: llm` alone, and the scorer is ' +
      `\`${named ?? 'weights'}\`. Set one of them.`;
    throw new TandemError('invalid_argument', message);
  }
  return named === 'hand' ? handScorer() : undefined;
}

type Given = Pick<
  RouterOptions,
  'weights' | 'aim' | 'localFrom' | 'cloudBelow' | 'sticky' | 'offline'
>;

import * as z from 'zod';
import { type PatternEntry, patternEntry } from '../../model/pattern-entry.ts';
import { handScorer } from './hand-scorer.ts';
import { type RouterOptions, router } from './router.ts';

/** The router as configuration knows it. */
export const routerEntry: PatternEntry = patternEntry({
  summary: 'a scorer sends simple requests to the local model, hard ones to the cloud, others to `unsure`',
  moreRoles: ['unsure'],
  options: z.strictObject({
    /** A file of `tandem train router`. Default: the weights that come with the package. */
    weights: z.string().min(1).optional(),
    aim: z.enum(['decided', 'kept']).optional(),
    /** `hand` takes the hand-written scorer in place of weights. */
    scorer: z.enum(['weights', 'hand']).optional(),
    localFrom: z.number().min(0).max(1).optional(),
    cloudBelow: z.number().min(0).max(1).optional(),
    sticky: z.boolean().optional(),
    offline: z.enum(['degrade', 'fail']).optional(),
  }),
  make: ({ local, cloud, unsure }, { scorer, ...options }) =>
    router({
      local,
      cloud,
      ...(unsure && { unsure }),
      ...(scorer === 'hand' && { scorer: handScorer() }),
      ...(Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Given),
    }),
});

type Given = Pick<RouterOptions, 'weights' | 'aim' | 'localFrom' | 'cloudBelow' | 'sticky' | 'offline'>;

import * as z from 'zod';
import { type PatternEntry, patternEntry } from '../../model/pattern-entry.ts';
import { estimateMinions } from './estimate.ts';
import { plainPlan } from './jobs.ts';
import { minions } from './minions.ts';

/** MINIONS as configuration knows it. */
export const minionsEntry: PatternEntry = patternEntry({
  summary: 'local workers read a long document in parallel, the cloud answers from checked quotes',
  moreRoles: [],
  options: z.strictObject({
    plan: z.enum(['planned', 'plain']).optional(),
    concurrency: z.number().int().min(1).max(1000).optional(),
    maxReleased: z.number().int().min(200).max(1_000_000).optional(),
  }),
  estimate: estimateMinions,
  make: ({ local, cloud }, { plan, concurrency, maxReleased }) =>
    minions({
      local,
      cloud,
      ...(plan === 'plain' && { plan: plainPlan }),
      ...(concurrency !== undefined && { concurrency }),
      ...(maxReleased !== undefined && { maxReleased }),
    }),
});

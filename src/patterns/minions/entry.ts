import * as z from 'zod';
import { type PatternEntry, patternEntry } from '../../model/pattern/pattern-entry.ts';
import { estimateMinions } from './estimate.ts';
import { minions } from './minions.ts';
import { plainPlan } from './plan.ts';

/** MINIONS as configuration knows it. */
export const minionsEntry: PatternEntry = patternEntry({
  summary: 'local workers read long documents in parallel, the cloud answers from checked quotes',
  moreRoles: ['judge'],
  options: z.strictObject({
    plan: z.enum(['planned', 'plain']).optional(),
    protocol: z.enum(['jobs', 'chat']).optional(),
    concurrency: z.number().int().min(1).max(1000).optional(),
    maxReleased: z.number().int().min(200).max(1_000_000).optional(),
    maxRounds: z.number().int().min(1).max(20).optional(),
    maxJobs: z.number().int().min(1).max(1_000_000).optional(),
    outline: z.boolean().optional(),
    windowTokens: z.number().int().min(256).max(2_000_000).optional(),
  }),
  estimate: estimateMinions,
  make: ({ local, cloud, judge }, { plan, ...options }) =>
    minions({
      local,
      cloud,
      ...(judge && { judge }),
      ...(plan === 'plain' && { plan: plainPlan }),
      ...(Object.fromEntries(
        Object.entries(options).filter(([, value]) => value !== undefined),
      ) as typeof options & object),
    } as Parameters<typeof minions>[0]),
});

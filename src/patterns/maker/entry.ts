import * as z from 'zod';
import { type PatternEntry, patternEntry } from '../../model/pattern-entry.ts';
import { maker } from './maker.ts';

/** MAKER as configuration knows it: the cloud plans, the local model votes. */
export const makerEntry: PatternEntry = patternEntry({
  summary: 'the cloud writes small steps, the local model votes on each until one answer leads by k',
  moreRoles: ['escalate'],
  options: z.strictObject({
    k: z.number().int().min(1).max(50).optional(),
    planK: z.number().int().min(1).max(10).optional(),
    maxDepth: z.number().int().min(0).max(5).optional(),
    maxSamples: z.number().int().min(1).max(1000).optional(),
  }),
  make: ({ local, cloud, escalate }, options) => {
    const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
    return maker({ planner: cloud, solver: local, ...(escalate && { escalate }), ...given });
  },
});

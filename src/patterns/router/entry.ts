import * as z from 'zod';
import { type PatternEntry, patternEntry } from '../../model/pattern-entry.ts';
import { router } from './router.ts';

/** The router as configuration knows it. */
export const routerEntry: PatternEntry = patternEntry({
  summary: 'a scorer sends simple requests to the local model, hard ones to the cloud, others to `unsure`',
  moreRoles: ['unsure'],
  options: z.strictObject({
    localFrom: z.number().min(0).max(1).optional(),
    cloudBelow: z.number().min(0).max(1).optional(),
    offline: z.enum(['degrade', 'fail']).optional(),
  }),
  make: ({ local, cloud, unsure }, { localFrom, cloudBelow, offline }) =>
    router({
      local,
      cloud,
      ...(unsure && { unsure }),
      ...(localFrom !== undefined && { localFrom }),
      ...(cloudBelow !== undefined && { cloudBelow }),
      ...(offline && { offline }),
    }),
});

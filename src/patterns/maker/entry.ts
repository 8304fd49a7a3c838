import * as z from 'zod';
import { type PatternEntry, patternEntry } from '../../model/pattern/pattern-entry.ts';
import { maker } from './maker.ts';
import { mostWordings } from './prompts.ts';

const temperature = z.number().min(0).max(2);

/** MAKER as configuration knows it: the cloud plans, the local model votes. */
export const makerEntry: PatternEntry = patternEntry({
  summary:
    'the cloud writes small steps, the local model votes on each until one answer leads by k',
  moreRoles: ['escalate', 'discriminator'],
  // Votes take turns between the local model and these.
  roleLists: ['moreSolvers'],
  options: z.strictObject({
    k: z.number().int().min(1).max(50).optional(),
    planK: z.number().int().min(1).max(10).optional(),
    maxDepth: z.number().int().min(0).max(5).optional(),
    maxSamples: z.number().int().min(1).max(1000).optional(),
    wordings: z.number().int().min(1).max(mostWordings).optional(),
    temperatures: z.tuple([temperature, temperature]).optional(),
    maxOutputTokens: z.number().int().min(1).optional(),
  }),
  make: ({ local, cloud, escalate, discriminator }, options, { moreSolvers = [] } = {}) => {
    const given = Object.fromEntries(
      Object.entries(options).filter(([, value]) => value !== undefined),
    );
    return maker({
      planner: cloud,
      solver: [local, ...moreSolvers],
      ...(escalate && { escalate }),
      ...(discriminator && { discriminator }),
      ...given,
    });
  },
});

import * as z from 'zod';
import { type PatternEntry, patternEntry } from '../../model/pattern-entry.ts';
import { chain } from './chain.ts';

/** Chain of Agents as configuration knows it: the local model relays, the cloud is the manager. */
export const chainEntry: PatternEntry = patternEntry({
  summary: 'local workers relay quoted facts along a document of any length, the cloud answers from them',
  moreRoles: [],
  options: z.strictObject({
    windowTokens: z.number().int().min(500).max(10_000_000).optional(),
    unitTokens: z.number().int().min(50).max(100_000).optional(),
  }),
  make: ({ local, cloud }, { windowTokens, unitTokens }) =>
    chain({
      worker: local,
      manager: cloud,
      ...(windowTokens !== undefined && { windowTokens }),
      ...(unitTokens !== undefined && { unitTokens }),
    }),
});

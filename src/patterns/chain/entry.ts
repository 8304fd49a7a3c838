import * as z from 'zod';
import { type PatternEntry, patternEntry } from '../../model/pattern/pattern-entry.ts';
import { chain } from './chain.ts';
import { estimateChain } from './estimate.ts';
import { settingsOf } from './settings.ts';

/** Chain of Agents as configuration knows it: the local model relays, the cloud is the manager. */
export const chainEntry: PatternEntry = patternEntry({
  summary:
    'local workers relay quoted facts along a document of any length, the cloud answers from them',
  moreRoles: [],
  options: z.strictObject({
    task: z.enum(['answer', 'summary', 'timeline']).optional(),
    order: z.enum(['left-to-right', 'right-to-left', 'parallel']).optional(),
    passes: z.number().int().min(1).max(10).optional(),
    unit: z.enum(['facts', 'text']).optional(),
    windowTokens: z.number().int().min(500).max(10_000_000).optional(),
    unitTokens: z.number().int().min(50).max(100_000).optional(),
    chunkTokens: z.number().int().min(50).max(10_000_000).optional(),
    outputTokens: z.number().int().min(64).max(100_000).optional(),
    concurrency: z.number().int().min(1).max(1000).optional(),
  }),
  make: ({ local, cloud }, options) => chain({ worker: local, manager: cloud, ...given(options) }),
  estimate: (sizes, options) => estimateChain(sizes, settingsOf(given(options))),
});

function given<Options extends object>(options: Options) {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

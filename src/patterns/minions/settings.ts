import type * as z from 'zod';
import { rerankerBy } from '../../backends/served-reranker.ts';
import { isComposite } from '../../model/leaf/model/place.ts';
import { limit } from '../../model/limit.ts';
import type { minionsOptions } from './options.ts';
import { plainPlan } from './plan.ts';

/** What the options of MINIONS come to. */
export type MinionsSettings = ReturnType<typeof settingsOf>;

/** Works out what holds for each call of a pattern. */
export function settingsOf(options: z.output<typeof minionsOptions>) {
  const { local, plan, concurrency, maxReleased, maxJobs, windowTokens, outline } = options;
  const { embedder, reranker, countTokens } = options;
  const worker = isComposite(local) ? local : limit(local, { concurrency });
  const declared = plan === 'plain' ? plainPlan : plan === 'planned' ? undefined : plan;
  return {
    lanes: concurrency,
    worker,
    declared,
    maxReleased,
    maxRounds: options.maxRounds ?? (declared ? 1 : 3),
    maxJobs,
    windowTokens,
    showsOutline: outline,
    embedder,
    reranker: rerankerBy(reranker, worker),
    count: countTokens,
  };
}

import { instructionsOfCompose } from '../../documents/compose-call.ts';
import { estimateTokens } from '../../model/leaf-call.ts';
import type { ReadingEstimate, ReadingSizes } from '../../model/reading-estimate.ts';
import { instructionsOfPlan } from './plan-jobs.ts';

// Assumed, and said so where the advice is shown.
const tasks = 2;
const keptExtracts = 8;
const extractTokens = 60;
const chunkTokens = 750;
// Title, kind and size of a document, and the marks around them.
const planFrame = 40;
const planOutput = 120;
const jobInput = 190;
const jobOutput = 40;

/** Estimates one round: the plan, every task on every chunk, and the answer from the extracts that are kept. */
export function estimateMinions(
  sizes: ReadingSizes,
  options: { readonly maxReleased?: number | undefined },
): ReadingEstimate {
  const { documentTokens, questionTokens, answerTokens } = sizes;
  const jobs = tasks * Math.max(1, Math.ceil(documentTokens / chunkTokens));
  const released = Math.min(keptExtracts * extractTokens, Math.floor((options.maxReleased ?? 12_000) / 4));
  return {
    calls: { device: jobs, cloud: 2 },
    mostDeviceCalls: jobs,
    input: {
      device: tasks * documentTokens + jobs * jobInput,
      cloud:
        estimateTokens(instructionsOfPlan.length) +
        planFrame +
        2 * questionTokens +
        estimateTokens(instructionsOfCompose.length) +
        released,
    },
    output: { device: jobs * jobOutput, cloud: planOutput + answerTokens },
    leavingTokens: released,
  };
}

import { instructionsOfCompose } from '../../documents/compose-call.ts';
import { estimateTokens } from '../../model/leaf/leaf-call.ts';
import type { ReadingEstimate, ReadingSizes } from '../../model/pattern/reading-estimate.ts';
import { instructionsOfJob } from './jobs/job-prompt.ts';
import { instructionsOfPlan } from './plan-jobs.ts';

// Assumed, and said so where the advice is shown.
const tasks = 2;
const keptExtracts = 8;
const extractTokens = 60;
const chunkTokens = 750;
const planOutput = 120;
const jobOutput = 40;
const mostRounds = 3;
// Marks around what is shown, ids, titles and sizes of documents.
const frame = { plan: 45, job: 30, reduce: 30 };

/**
 * Estimates one round: the plan, every task on every chunk, and the answer from the extracts that
 * are kept. Each further one, read only while something is open, may cost the same again.
 */
export function estimateMinions(
  sizes: ReadingSizes,
  options: {
    readonly maxReleased?: number | undefined;
    readonly plan?: 'planned' | 'plain' | undefined;
    readonly maxRounds?: number | undefined;
  },
): ReadingEstimate {
  const { documentTokens, questionTokens, answerTokens } = sizes;
  const isPlanned = options.plan !== 'plain';
  const perChunk = isPlanned ? tasks : 1;
  const jobs = perChunk * Math.max(1, Math.ceil(documentTokens / chunkTokens));
  const released = Math.min(
    keptExtracts * extractTokens,
    Math.floor((options.maxReleased ?? 12_000) / 4),
  );
  const planInput = tokensIn(instructionsOfPlan) + questionTokens + frame.plan;
  const reduceInput = tokensIn(instructionsOfCompose) + questionTokens + released + frame.reduce;
  return {
    calls: { device: jobs, cloud: isPlanned ? 2 : 1 },
    mostDeviceCalls: jobs * (options.maxRounds ?? (isPlanned ? mostRounds : 1)),
    input: {
      device:
        perChunk * documentTokens +
        jobs * (tokensIn(instructionsOfJob) + questionTokens + frame.job),
      cloud: reduceInput + (isPlanned ? planInput : 0),
    },
    output: { device: jobs * jobOutput, cloud: answerTokens + (isPlanned ? planOutput : 0) },
    leavingTokens: released,
  };
}

function tokensIn(text: string): number {
  return estimateTokens(text.length);
}
